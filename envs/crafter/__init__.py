"""Crafter as a `Game`.

    caption: what the player sees, in words
    compiled: the same simulation compiled: many games a call
    encoding: the policy's input
    engine: Crafter's own simulation, made reproducible and stepped without drawing
    game: `CrafterGame`, one compiled game
    games: `CrafterGames`, many compiled games stepped together
    ground: materials and creatures as the player remembers them
    memory: what the player has seen so far
    picture: a compiled game drawn by the package's own code, without an engine
    reference: the same game one call at a time, for comparison
    saved_header: whether the header of a saved state says only what a game can go on from
    shelter: walls around the player, and what a block still lacks
    snapshot: the whole state as bytes that hold no code
    spec: the static description: actions, facts, what to look for
    survey: what follows from the remembered map: paths, distances, edges
    tiles: its picture as numbers of textures
    warm_up: has everything compiled that playing needs

Not here: its score and suites (`agent.evaluation.suites`), its skills (`skills`, the folder library), its
answers (`agent.llm`).
"""

from envs.code_cache import choose_code_cache

choose_code_cache()
