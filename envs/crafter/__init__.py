"""Crafter, behind the shape of a game.

    caption: what the player sees, in words
    encoding: the policy's input
    engine: Crafter's own simulation, made reproducible and stepped without drawing
    game: all of that as a `Game`
    memory: what the player has seen so far
    snapshot: the whole state as bytes that hold no code
    spec: Crafter without loading it: actions, facts, what to look for
    survey: what the remembered map says: ways, distances, walls

Not here: its score and suites (`agent.evaluation.suites`), its skills (`skills`, the folder library), its
answers (`agent.llm`).
"""
