"""The block world: our own small engine that is played like Minecraft 1.11.2. It is not Minecraft.

    chunks: land that is made, kept and loaded
    commands: lines of chat
    compiled: the simulation
    engine: `BlockWorld`
    errors: what can go wrong
    played: what commands and the start need of a world
    readings: voxels, rays and the like
    saved: a world as bytes
    slots: the inventory
    spawn: where players and mobs come into the world
    start: `Start` and `Controls`
    state: the state as a record
    stats: the game's statistics
    tables: the figures by which it runs, with their sources

Not here: what is not built, which is listed in `docs/block-world.md`; recipes (`envs.minecraft.catalogue`),
what burns and what blocks leave (`envs.minecraft.sources`), how things are made (`envs.minecraft.making`).
"""

from envs.minecraft.label import LABEL
from envs.minecraft.world.engine import Aim, BlockWorld, Kept
from envs.minecraft.world.errors import BadControls, BadStart, BadWorldSnapshot
from envs.minecraft.world.slots import Slot
from envs.minecraft.world.start import NOTHING, Controls, Start
from envs.minecraft.world.tables.parameters import PARAMETERS, Parameters

__all__ = [
    "LABEL",
    "NOTHING",
    "PARAMETERS",
    "Aim",
    "BadControls",
    "BadStart",
    "BadWorldSnapshot",
    "BlockWorld",
    "Controls",
    "Kept",
    "Parameters",
    "Slot",
    "Start",
]
