"""The wire between MineDojo and its engine: Malmo 0.37.0's protocol, spoken by a server of ours and a probe.

    __main__: the block world as an engine: ``python -m envs.minecraft.wire``
    actions: MineDojo's action of eight numbers as the commands of the ticks that it takes
    block_world: the block world behind the wire
    commands: what one step asks for: one command a line
    engine: what a world behind the wire has to be able to do, and what it shows
    errors: what can be wrong on the wire
    frames: a length of four bytes, then that many
    info: an observation as the JSON that goes with a picture
    mission: a mission as the package writes it
    probe: whether an engine answers on a port, and which
    process: the block world's engine in a process of its own
    server: the protocol in front of a world: several connections, one mission at a time
    stats: the tree of statistics that Minecraft keeps

Not here: the world itself (`envs.minecraft.world`), and the package that plays in it
(`envs.minecraft.package`).
"""
