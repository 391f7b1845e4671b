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
player: how the player moves
settling: what falls or comes off when a block is gone
sight: rays
ticking: one tick
using: what the thing in the hand does
wounds: what hurts the player
"""
