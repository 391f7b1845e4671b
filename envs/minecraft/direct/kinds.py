"""Numbers of what is looked for, and which block is of which kind."""

from __future__ import annotations

from typing import Final

import numpy as np

from envs.minecraft.places import BLOCKS, MONSTERS, SEEKABLE
from envs.minecraft.world.tables.blocks import COLLIDES, HARDNESS, STATES
from envs.minecraft.world.tables.mobs import MOBS

KINDS: Final = {name: number for number, name in enumerate(SEEKABLE)}
"""What can be looked for -> its number."""

N_KINDS: Final = len(KINDS)
N_BLOCK_KINDS: Final = len(BLOCKS)
"""Kinds below this number are blocks, the others mobs."""

TREE: Final = KINDS["tree"]
LOG: Final = N_KINDS
"""Logs have a number of their own, since they come before leaves; both are trees."""

N_INDEXED: Final = N_KINDS + 1
NO_KIND: Final = 255


def _kind_of_state() -> list[int]:
    found = [NO_KIND] * 256
    for block in STATES:
        if block.name in ("log", "log2"):
            found[block.number] = LOG
        elif block.thing in KINDS:
            found[block.number] = KINDS[block.thing]
    return found


KIND_OF_STATE: Final = np.array(_kind_of_state(), np.int64)
"""int64[256], by state: its kind, `NO_KIND` for none."""

_NO_BIT: Final = np.uint64(0)
KIND_OF_BIT: Final = np.array([*range(N_BLOCK_KINDS), LOG], np.int64)
"""int64[bits]: the kind that each bit stands for where kinds of blocks are kept as bits; at most 64."""

BIT_OF_KIND: Final = np.zeros(N_INDEXED, np.uint64)
BIT_OF_KIND[KIND_OF_BIT] = np.uint64(1) << np.arange(len(KIND_OF_BIT), dtype=np.uint64)
BIT_OF_STATE: Final = np.array(
    [BIT_OF_KIND[kind] if kind != NO_KIND else _NO_BIT for kind in KIND_OF_STATE], np.uint64
)
"""uint64, by kind and by state: its bit, 0 for none."""

_N_BODIES: Final = 3 + len(MOBS)
KIND_OF_BODY: Final = np.full(_N_BODIES, NO_KIND, np.int64)
HOSTILE: Final = np.zeros(_N_BODIES, np.bool_)
for _mob in MOBS:
    KIND_OF_BODY[_mob.number] = KINDS.get(_mob.name, NO_KIND)
    HOSTILE[_mob.number] = _mob.name in MONSTERS and _mob.name not in ("zombie_pigman", "enderman")
"""By the number of a body: its kind; whether it comes after players by itself."""

HOSTILE_KIND: Final = np.zeros(N_KINDS, np.bool_)
"""bool[N_KINDS], by kind: whether it comes after players by itself."""

for _mob in MOBS:
    if KIND_OF_BODY[_mob.number] != NO_KIND:
        HOSTILE_KIND[KIND_OF_BODY[_mob.number]] = HOSTILE[_mob.number]

_SEEN_THROUGH: Final = ("glass", "glass_pane", "stained_glass", "stained_glass_pane", "ice")
HIDES_VIEW: Final = np.array(
    [
        (bool(COLLIDES[block.number]) and block.name not in _SEEN_THROUGH) or "lava" in block.name
        for block in STATES
    ]
    + [False] * (256 - len(STATES)),
    np.bool_,
)
"""bool[256], by state: whether a look ends there."""

IS_WATER: Final = np.array(
    [block.name in ("water", "flowing_water") for block in STATES] + [False] * (256 - len(STATES)), np.bool_
)
IS_LAVA: Final = np.array(
    [block.name in ("lava", "flowing_lava", "fire", "cactus") for block in STATES]
    + [False] * (256 - len(STATES)),
    np.bool_,
)
"""bool[256], by state: what is swum through; what burns or stings whoever touches it."""

DIGGABLE: Final = HARDNESS >= 0
"""bool[256], by state: whether it can be dug at all."""
