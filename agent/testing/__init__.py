"""Stand-ins for tests of your own games and skills: a scripted model, a pool that plays in this process.

    abilities: made-up skills that come with every answer a practice session asks for
    chat_server: a chat model's server on loopback that says what a function says, and counts
    crowds: many made-up skills beside the real ones of a graph, none of which is ever the better choice
    faults: a full disk, a read-only one, a kill, at any point where something is written
    judging: replies of a chat judge, as long as real ones
    model: a language model that says what it was told to say
    pools: a pool of workers that starts no process
    scripted_peer: a peer that does what a script says: answers, half answers, lies, silence, death
    toy: the toy game's vocabulary, and a small world of walks in it that needs no training

Not here: the toy game (`envs.toy`), checking a game against the contract (`envs.contract`).
"""
