"""What runs in the side environment: Python 3.9 to 3.13, imports nothing of ours but the files beside it.

    engine: how the package comes by its engine: launched, or one that listens already
    look: says which packages are there, and which shims they need
    shims: what has to be put right before `minedojo` is imported
    world: the package as a world that is asked in JSON: begin a task, act, look

Not here: what serves a world (`envs.remote.side`), and our end of all this (`envs.minecraft.package`).
"""
