"""What runs in the side environment: Python 3.9 to 3.13, imports nothing of ours but the files beside it.

    look: says which packages are there, and which shims they need
    shims: what has to be put right before `minedojo` is imported

Not here: what serves a world (`envs.remote.side`), and our end of all this (`envs.minecraft.package`).
"""
