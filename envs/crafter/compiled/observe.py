"""What policies need of their games: survey, facts and encoding, equal to those of `ReferenceGame`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.crafter import encoding, ground, shelter, spec
from envs.crafter import survey as surveys
from envs.crafter.compiled.facts import AGE, AT_TABLE, WHOLE, facing_of, write_facts
from envs.crafter.compiled.found import Found
from envs.crafter.compiled.rules import DATA_FILE, IRON_PICKAXE, STONE_PICKAXE, WOOD_PICKAXE
from envs.crafter.compiled.state import Game
from envs.crafter.encoding import AGE_SCALE, encode
from envs.crafter.survey import KINDS, STEPS_OF_SPAN, survey
from envs.grid import box as boxes
from envs.grid import compiling, navigation, nearest
from envs.grid.box import known_box
from envs.grid.compiling import inner
from envs.grid.navigation import UNREACHED
from envs.grid.nearest import NOTHING
from envs.grid.numba_cache import drop_stale

_N_BARS, _N_ITEMS = len(spec.LEVELS), len(spec.ITEMS)
_HOME = KINDS["home"]


@njit(cache=True, nogil=True)
def observe_games(
    games: NDArray[Any],
    seek: NDArray[np.int64],
    regions: NDArray[np.int64],
    found: NDArray[Any],
    facts: NDArray[np.int32],
    encodings: NDArray[np.float32],
) -> None:
    """Survey every game, and write its facts and its encoding.

    Args:
        games: GAME_DTYPE[n], of which the players have looked.
        seek: int64[n, k], kinds that each player heads for, -1 for none; the first of the nearest is taken.
        regions: int64[n], where each explores.
        found: FOUND_DTYPE[1], memory to work in.
        facts: int32[n, N_FACTS], out.
        encodings: float32[n, ENCODING_SIZE], out.
    """
    what = found[0]
    for i in range(len(games)):
        game = games[i]
        x, y, facing = game.objects[0].x, game.objects[0].y, facing_of(game)
        _note_tools(game, what)
        # Slices have the types that these functions are called with from Python: compiled once for both.
        survey(
            known_box(game.seen[:], x, y), game.seen[:], game.creatures[:], x, y, facing, what.tools[:],
            game.seen_at[:], game.step >> STEPS_OF_SPAN, game.home,
            what.enter[:], what.cost[:], what.first[:], what.parent[:],
            what.buckets[:], what.fill[:], what.unseen[:],
            what.nearest[:], what.frontier[:], what.known[:], what.status[:], what.closing[:],
            what.walls[:],
        )  # fmt: skip
        write_facts(game, what, facts[i])
        _choose(seek[i], what)
        _fill_misc(game, what, facts[i])
        encode(
            encodings[i], game.seen[:], game.creatures[:], what.enter[:], x, y, facing,
            what.sought[:], what.frontier[:][regions[i]], game.threats[:], game.n_threats,
            what.bars[:], what.items[:], what.misc[:], what.closing[:], what.walls[:],
        )  # fmt: skip


@inner
def _note_tools(game: Game, found: Found) -> None:
    """The pickaxes carried."""
    found.tools[0] = game.inventory[WOOD_PICKAXE]
    found.tools[1] = game.inventory[STONE_PICKAXE]
    found.tools[2] = game.inventory[IRON_PICKAXE]


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
    """The bars, the items, and what comes after facing in the group with it, and the last group."""
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
    way_home = found.nearest[_HOME, 0]
    found.misc[6] = 1.0 / (1.0 + 0.1 * way_home) if way_home < UNREACHED else 0.0
    found.misc[7] = facts[WHOLE]
    found.misc[8] = min(1.0, facts[AGE] / AGE_SCALE)
    found.misc[9] = game.rising


drop_stale(
    observe_games, *Path(__file__).parent.glob("*.py"), DATA_FILE,
    boxes, compiling, encoding, ground, navigation, nearest, shelter, spec, surveys,
)  # fmt: skip
