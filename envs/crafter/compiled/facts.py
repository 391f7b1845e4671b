"""The facts of a game after a survey, equal to those of `ReferenceGame`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.crafter import ground, spec, survey
from envs.crafter.compiled import rules
from envs.crafter.compiled.found import Found
from envs.crafter.compiled.recall import plant_age
from envs.crafter.compiled.rules import DX, DY
from envs.crafter.compiled.state import HEIGHT, WIDTH, Game
from envs.crafter.engine import LOCAL
from envs.crafter.spec import FACTS, SPEC
from envs.facts import FAR
from envs.grid.compiling import inner

N_FACTS = len(FACTS)
_LOW = np.array([fact.low for fact in FACTS], np.int64)
_HIGH = np.array([fact.high for fact in FACTS], np.int64)
_HALF_WIDTH, _HALF_HEIGHT = LOCAL[0] // 2, LOCAL[1] // 2

_CARRIED = np.array([rules.ITEM[name] for name in (*spec.LEVELS, *spec.ITEMS)])
_DID = np.array([rules.ACHIEVEMENT[name] for name in spec.ACHIEVEMENTS])
_COUNTED = np.array([survey.KINDS[name] for name in spec.COUNTED])
_SOUGHT = np.array([survey.KINDS[name] for name in spec.DISTANCES[:-1]])
_WATER, _RIPE_PLANT = survey.KINDS["water"], survey.KINDS["ripe_plant"]

# Where groups of facts begin.
_NEAR = SPEC.fact_index["near.table"]
_KNOWN = SPEC.fact_index[f"known.{spec.COUNTED[0]}"]
_DISTANCE = SPEC.fact_index[f"distance.{spec.DISTANCES[0]}"]
_FRONTIER = SPEC.fact_index["distance.frontier"]
_FIRST_DID = SPEC.fact_index[f"did.{spec.ACHIEVEMENTS[0]}"]
_THREAT = SPEC.fact_index["threat.zombie"]
_DAYLIGHT = SPEC.fact_index["daylight"]
_FACING = SPEC.fact_index["facing.free"]
_LAVA = SPEC.fact_index["lava.left"]
_CLOSES = SPEC.fact_index["facing.closes"]
_AGE = SPEC.fact_index["plant.age"]
AT_TABLE = _NEAR
WHOLE = _CLOSES + 3
AGE = _AGE


@inner
def facing_of(game: Game) -> int:
    """0 left, 1 right, 2 up, 3 down."""
    if game.facing_x != 0:
        return 0 if game.facing_x < 0 else 1
    return 2 if game.facing_y < 0 else 3


@inner
def write_facts(game: Game, found: Found, out: NDArray[np.int32]) -> None:
    """Write the facts into ``out: int32[N_FACTS]``, in the order of ``spec.facts``."""
    for k in range(len(_CARRIED)):
        out[k] = game.inventory[_CARRIED[k]]
    _write_near(game, found, out)
    for k in range(len(_COUNTED)):
        out[_KNOWN + k] = found.known[_COUNTED[k]]
    for k in range(len(_SOUGHT)):
        out[_DISTANCE + k] = min(FAR, found.nearest[_SOUGHT[k], 0])
    out[_FRONTIER] = min(FAR, found.frontier[0, 0])
    for k in range(len(_DID)):
        out[_FIRST_DID + k] = game.achievements[_DID[k]]
    _write_threats(game, out)
    out[_DAYLIGHT] = int(100 * game.daylight)
    out[_DAYLIGHT + 1] = game.rising
    out[_DAYLIGHT + 2] = game.sleeping
    out[_DAYLIGHT + 3] = found.status[0]
    out[_DAYLIGHT + 4] = found.status[1]
    _write_beside(game, out)
    out[_CLOSES] = found.closing[0]
    out[_CLOSES + 1] = found.walls[0]
    out[_CLOSES + 2] = found.walls[1]
    out[_CLOSES + 3] = found.status[5]
    out[_AGE] = plant_age(game)
    for k in range(3):
        out[_AGE + 1 + k] = found.status[2 + k]
    out[_AGE + 4] = game.step
    for k in range(N_FACTS):
        out[k] = max(_LOW[k], min(_HIGH[k], out[k]))


@inner
def _write_near(game: Game, found: Found, out: NDArray[np.int32]) -> None:
    """Whether things are close enough to be used: table, furnace, water, sapling, ripe plant."""
    px, py = game.objects[0].x, game.objects[0].y
    table, furnace, sapling = False, False, False
    for x in range(max(0, px - 1), min(WIDTH, px + 2)):
        for y in range(max(0, py - 1), min(HEIGHT, py + 2)):
            table |= game.seen[x, y] == rules.TABLE
            furnace |= game.seen[x, y] == rules.FURNACE
    for x in range(max(0, px - _HALF_WIDTH), min(WIDTH, px + _HALF_WIDTH + 1)):
        for y in range(max(0, py - _HALF_HEIGHT), min(HEIGHT, py + _HALF_HEIGHT + 1)):
            sapling |= game.creatures[x, y] == ground.SAPLING
    out[_NEAR] = table
    out[_NEAR + 1] = furnace
    out[_NEAR + 2] = found.nearest[_WATER, 0] == 1
    out[_NEAR + 3] = sapling
    out[_NEAR + 4] = found.nearest[_RIPE_PLANT, 0] == 1


@inner
def _write_threats(game: Game, out: NDArray[np.int32]) -> None:
    """Distances of zombie, skeleton and arrow, whether it is safe, and the number of zombies."""
    px, py = game.objects[0].x, game.objects[0].y
    zombie, skeleton, arrow, zombies = FAR, FAR, FAR, 0
    for k in range(game.n_threats):
        being = game.threats[k, 0]
        away = abs(game.threats[k, 1] - px) + abs(game.threats[k, 2] - py)
        if being == ground.ZOMBIE:
            zombie = min(zombie, away)
            zombies += 1
        elif being == ground.SKELETON:
            skeleton = min(skeleton, away)
        else:
            arrow = min(arrow, away)
    out[_THREAT] = zombie
    out[_THREAT + 1] = skeleton
    out[_THREAT + 2] = arrow
    out[_THREAT + 3] = zombie > 3 and skeleton > 3 and arrow > 2
    out[_THREAT + 4] = zombies


@inner
def _remembered(game: Game, x: int, y: int) -> int:
    """The remembered material at a cell; 0 = never seen, or outside the map."""
    if 0 <= x < WIDTH and 0 <= y < HEIGHT:
        return int(game.seen[x, y])
    return 0


@inner
def _write_beside(game: Game, out: NDArray[np.int32]) -> None:
    """What is in front, and where lava is beside the player."""
    px, py = game.objects[0].x, game.objects[0].y
    x, y = px + game.facing_x, py + game.facing_y
    front = _remembered(game, x, y)
    clear = front > 0 and game.creatures[x, y] == 0
    out[_FACING] = clear and front in (rules.GRASS, rules.PATH, rules.SAND)
    out[_FACING + 1] = clear and front == rules.GRASS
    out[_FACING + 2] = front == rules.WATER
    out[_FACING + 3] = front == rules.LAVA
    for way in range(4):
        out[_LAVA + way] = _remembered(game, px + DX[way], py + DY[way]) == rules.LAVA
