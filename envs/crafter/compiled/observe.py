"""What a policy needs of a game: its survey, facts and encoding, equal to those of `CrafterGame`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled.compiling import inner
from envs.crafter.compiled.facts import AT_TABLE, facing_of, write_facts
from envs.crafter.compiled.found import Found
from envs.crafter.compiled.rules import IRON_PICKAXE, STONE_PICKAXE, WOOD_PICKAXE
from envs.crafter.compiled.state import Game
from envs.crafter.encoding import encode
from envs.crafter.survey import survey
from envs.grid.nearest import NOTHING

_N_BARS, _N_ITEMS = 4, 12


@inner
def observe(
    game: Game,
    seek: NDArray[np.int64],
    region: int,
    found: Found,
    facts: NDArray[np.int32],
    encoding: NDArray[np.float32],
) -> None:
    """Survey a game, and write its facts and its encoding.

    Args:
        game: a game whose player has looked.
        seek: int64[n], kinds to head for, -1 for none; the first of the nearest is taken.
        region: where to explore.
        found: out, and memory to work in.
        facts: int32[N_FACTS], out.
        encoding: float32[ENCODING_SIZE], out.
    """
    x, y, facing = game.objects[0].x, game.objects[0].y, facing_of(game)
    found.tools[0] = game.inventory[WOOD_PICKAXE]
    found.tools[1] = game.inventory[STONE_PICKAXE]
    found.tools[2] = game.inventory[IRON_PICKAXE]
    # Slices have the types that these functions are called with from Python: they are compiled once for both.
    survey(
        game.seen[:], game.creatures[:], x, y, facing, found.tools[:],
        found.enter[:], found.cost[:], found.first[:], found.parent[:],
        found.buckets[:], found.fill[:], found.unseen[:],
        found.nearest[:], found.frontier[:], found.known[:], found.status[:], found.closing[:],
    )  # fmt: skip
    write_facts(game, found, facts)
    _choose(seek, found)
    _fill_misc(game, found, facts)
    encode(
        encoding, game.seen[:], game.creatures[:], found.enter[:], x, y, facing,
        found.sought[:], found.frontier[:][region], game.threats[:], game.n_threats,
        found.bars[:], found.items[:], found.misc[:], found.closing[:],
    )  # fmt: skip


@inner
def _choose(seek: NDArray[np.int64], found: Found) -> None:
    """The row of the nearest thing sought."""
    best = -1
    for kind in seek:
        if kind >= 0 and (best < 0 or found.nearest[kind, 0] < found.nearest[best, 0]):
            best = kind
    for k in range(4):
        found.sought[k] = NOTHING[k] if best < 0 else found.nearest[best, k]


@inner
def _fill_misc(game: Game, found: Found, facts: NDArray[np.int32]) -> None:
    """The bars, the items, and the last six numbers of the group with the player's facing."""
    for k in range(_N_BARS):
        found.bars[k] = facts[k]
    for k in range(_N_ITEMS):
        found.items[k] = facts[_N_BARS + k]
    plant_sides = found.status[2]
    found.misc[0] = game.daylight
    found.misc[1] = game.sleeping
    found.misc[2] = found.status[0]
    found.misc[3] = found.status[1] / 4.0
    found.misc[4] = plant_sides / 4.0 if plant_sides < 9 else 0.0
    found.misc[5] = facts[AT_TABLE]
