"""Crafter's simulation compiled by numba: many games a call, each equal to `envs.crafter.engine`.

    balance: creatures that come and go, chunk by chunk
    calls: the compiled functions that Python plays games with
    creatures: what cows, zombies, skeletons, arrows and plants do in a step
    daylight: how bright it is after each number of steps
    facts: the facts of a game
    found: what a survey finds, as a record
    games: `CompiledGames`, many games in one array
    generator: the random generator and its draws
    look: what the player takes in
    objects: the table of objects and the order in which chunks hold them
    observe: what policies need of their games
    player: what an action does, and how hunger, thirst, tiredness and health change
    recall: what the player keeps in mind from step to step
    rules: the package's rules as numbers
    saved: a state as the parts of a snapshot, and back
    shade: daylight, night and sleep over a picture
    state: the state of a game as a record
    step: one step
    world: making the world of a seed

Not here: the rules themselves, which are the package's, the reference to which all this is compared
(`envs.crafter.engine`), the drawing (`envs.crafter.picture`), the form of snapshots
(`envs.crafter.snapshot`).
"""
