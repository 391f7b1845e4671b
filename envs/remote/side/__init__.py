"""What runs in the other interpreter: Python 3.9 to 3.13, the standard library alone, nothing of ours.

    __main__: started there as a program: loads this folder under the name ``journeyman_side``, and serves
    channel: whole frames over a socket
    frames: how one message lies in bytes, and large arrays beside it in shared memory
    server: answers calls with a world until there are no more
    watch: ends this process and those that it started when nobody is left who asks
    world: what a world is, and how one is found

Not here: our end (`envs.remote.worker`), which reads the same frames. Modules here import one another by
relative names only, so that the folder works wherever it lies.
"""
