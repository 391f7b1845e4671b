"""The block world's simulation, compiled by numba: everything that happens in a tick, and the land.

    acting: digging, hitting, using and dropping, by what is looked at
    bag: the slots of the inventory
    bodies: the table of bodies, and things that lie about
    calls: the compiled functions that Python calls
    chance: the random generator
    climate: biomes, and how high the land is
    digging: how long blocks take, what they leave
    exploding: explosions
    filling: chunks of land
    growth: what grows, spreads and withers
    hitting: blows, and what mobs leave
    land: reading and changing blocks
    light: how light it is at a place
    liquids: water and lava that run
    mobs: what mobs do
    motion: boxes among whole blocks
    needs: food, air, fire
    noise: smooth noise
    orders: what the player is told to do for many ticks
    picture: the picture of what the player sees
    plants: what grows on new land
    player: how the player moves
    settling: what falls or comes off when a block is gone
    shooting: arrows
    sight: rays
    spawning: where mobs come from and go
    ticking: one tick
    using: what the thing in the hand does
    wounds: what hurts the player

Not here: the state that it works on (`envs.minecraft.world.state`), crafting (`envs.minecraft.making`).
"""
