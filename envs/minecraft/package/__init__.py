"""The package `minedojo` in an environment of its own: built, found, looked at.

    building: builds the side environment, step by step
    errors: what is wrong with a side environment
    place: where the side environment lies
    recipe: what belongs into it
    report: what is in it: versions, shims, engine

Not here: what runs in it (`envs.minecraft.side`), and what it talks to (`envs.minecraft.wire`).
"""
