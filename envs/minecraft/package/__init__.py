"""The package `minedojo` in an environment of its own: built, found, looked at.

    building: builds the side environment, step by step
    engine_choice: which engine it plays in
    errors: what is wrong with a side environment, and with an episode played through it
    game: Minecraft's game played through the package
    mirror: the block world played through the package, and the same world here, kept equal
    mirrored_body: a player's body whose every tick goes through the package
    observed: what the package shows, read into an observation
    player: a player of the unmodified package
    place: where the side environment lies
    recipe: what belongs into it
    report: what is in it: versions, shims, engine
    saved: an episode of the package as bytes
    task: which task of the package is played

Not here: what runs in it (`envs.minecraft.side`), and what it talks to (`envs.minecraft.wire`).
"""
