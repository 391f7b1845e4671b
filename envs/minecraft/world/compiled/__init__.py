"""The block world's simulation, compiled by numba: everything that happens in a tick, and the land.

    acting: digging, hitting, using and dropping, by what is looked at
    bag: the slots of the inventory
    bodies: the table of bodies, and things that lie about
    calls: the compiled functions that Python calls
    chance: the random generator
    digging: how long blocks take, what they leave
    filling: chunks of land
    hitting: blows, and what mobs leave
    land: reading and changing blocks
    light: how light it is at a place
    motion: boxes among whole blocks
    needs: food, air, fire
    picture: the picture of what the player sees
    player: how the player moves
    settling: what falls or comes off when a block is gone
    sight: rays
    spawning: where mobs come from and go
    ticking: one tick
    using: what the thing in the hand does
    wounds: what hurts the player

Not here: the state that it works on (`envs.minecraft.world.state`), crafting (`envs.minecraft.making`).
"""
