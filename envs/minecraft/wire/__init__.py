"""The wire between MineDojo and its engine: Malmo 0.37.0's protocol, spoken by a server of ours and a probe.

    errors: what can be wrong on the wire
    frames: a length of four bytes, then that many
    probe: whether an engine answers on a port, and which

Not here: a world behind it, and the package that speaks it (`envs.minecraft.package`).
"""
