"""A `Game` whose world lives in a process of its own, with an interpreter and packages of its own.

    answers: what a worker shows of its world, checked against the description of the game
    errors: one error for each way in which that can break
    game: `RemoteGame`, the game at our end
    game_world: any of our games served as such a world
    launch: how a worker process is started, and how long it is waited for
    process: the process of a worker: started, listened to, ended with all that it started
    spec_record: a game's description as JSON, and whether it agrees with itself
    side: what runs in the other interpreter; imports nothing of ours
    views: what is to be looked at in a state, and what was seen there
    worker: calls to a world in another process

Not here: any particular game. The protocol is described in the page on remote games.
"""
