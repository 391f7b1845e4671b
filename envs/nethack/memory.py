"""The remembered levels, and what follows from the present one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.grid.navigation import EightWayfinder
from envs.nethack import kinds
from envs.nethack.kinds import HEIGHT, WIDTH
from envs.nethack.sight import MAX_BEINGS, look
from envs.nethack.spec import N_KINDS, N_REGIONS
from envs.nethack.survey import survey

_STAIRS = {kinds.STAIRS_UP, kinds.STAIRS_DOWN}
_MAX_SEARCHED_TURNS = 80
"""Turns of searching at one place that are counted."""


class _Scratch(threading.local):
    """What a survey needs and leaves behind, a thread's games in turn; near at hand when it is shared."""

    def __init__(self) -> None:
        self.ways = EightWayfinder(WIDTH, HEIGHT)
        self.door = np.zeros((WIDTH, HEIGHT), np.bool_)


_SCRATCH: Final = _Scratch()


@dataclass(slots=True)
class LevelMap:
    """One level as remembered.

    Attributes:
        shown: int16[21, 79], the glyphs seen last.
        terrain: uint8[79, 21], see `envs.nethack.kinds`.
        thing: uint8[79, 21], what lies or stands there, see `envs.nethack.kinds`.
        stuck: bool[79, 21], boulders that would not move.
        crowded: bool[21], rows of `shown` with beings in them.
        visited: bool[79, 21], where the player has stood.
        searched: uint8[79, 21], turns of searching there.
        shop: bool[79, 21], the floor of shops: where a shopkeeper was seen, and what is joined to it.
        leads: uint8[79, 21], where stairs lead, from `kinds.NOT_TAKEN` on.
        left: cells whose things were too heavy to be worth it.
    """

    shown: NDArray[np.int16] = field(default_factory=lambda: np.full((HEIGHT, WIDTH), -1, np.int16))
    terrain: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.uint8))
    thing: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.uint8))
    stuck: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.bool_))
    crowded: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(HEIGHT, np.bool_))
    visited: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.bool_))
    searched: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.uint8))
    shop: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.bool_))
    leads: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((WIDTH, HEIGHT), np.uint8))
    left: set[tuple[int, int]] = field(default_factory=set)


class Memory:
    """All levels, and the survey of the one that the player is on.

    Attributes:
        levels: (dungeon number, level in it) -> its map.
        here: the map of the level that the player is on.
        x: the player's column.
        y: the player's row.
        beings: int32[MAX_BEINGS, 4]: kind, column, row, glyph of beings in view, nearest first.
        n_beings: rows of `beings` in use.
        nearest: int32[N_KINDS, 4], see `survey`.
        frontier: int32[N_REGIONS, 4], see `survey`.
        known: int32[N_KINDS], see `survey`.
        enter: int8[79, 21], see `survey`.
        parent: int8[79, 21], see `survey`.
        seen: cells seen so far on all levels.
    """

    def __init__(self, terrain_of: NDArray[np.uint8], thing_of: NDArray[np.uint8]) -> None:
        self._terrain_of, self._thing_of = terrain_of, thing_of.copy()
        self._hostile = thing_of
        self.levels: dict[tuple[int, int], LevelMap] = {}
        self.here = LevelMap()
        self._level = 0, 0
        self.x = self.y = 0
        self.beings = np.zeros((MAX_BEINGS, 4), np.int32)
        self.n_beings = 0
        self.nearest = np.zeros((N_KINDS, 4), np.int32)
        self.frontier = np.zeros((N_REGIONS, 4), np.int32)
        self.known = np.zeros(N_KINDS, np.int32)
        self.enter = np.zeros((WIDTH, HEIGHT), np.int8)
        self.seen = 0
        self._visits = np.zeros(1, np.int32)
        self.parent = np.zeros((WIDTH, HEIGHT), np.int8)
        self._surveyed: bool | None = None

    def forget(self) -> None:
        """Empty the memory."""
        self.levels.clear()
        self.here = LevelMap()
        self.n_beings = self.seen = 0

    def look(self, glyphs: NDArray[np.int16], level: tuple[int, int], x: int, y: int) -> bool:
        """Take in ``glyphs: int16[21, 79]`` of a level; says whether it is one not seen before."""
        self._level = level
        new = level not in self.levels
        if new:
            self.levels[level] = LevelMap()
        here = self.levels[level]
        moved = here is not self.here or (x, y) != (self.x, self.y)
        if here is not self.here:
            self._thing_of[:] = self._hostile
        self.here, self.x, self.y = here, x, y
        self.n_beings, fresh, changed = look(
            glyphs, self._terrain_of, self._thing_of, here.shown, here.terrain, here.thing, here.stuck,
            here.crowded, here.shop, self.beings, x, y, moved,
        )  # fmt: skip
        self.seen += fresh
        here.visited[x, y] = True
        for cell in here.left:
            if here.thing[cell] <= kinds.LAST_ITEM:
                here.thing[cell] = kinds.NOTHING
        if moved or changed:
            self._surveyed = None
        return new

    def pass_over(self, x: int, y: int) -> None:
        """Note the cells of a straight way from (x, y) to the player as visited."""
        dx, dy = self.x - x, self.y - y
        length = max(abs(dx), abs(dy))
        if length > 1 and (dx == 0 or dy == 0 or abs(dx) == abs(dy)):
            for i in range(1, length):
                self.here.visited[x + dx * i // length, y + dy * i // length] = True
            self._surveyed = None

    def note_search(self, turns: int) -> None:
        """Note that the player searched here."""
        spent = int(self.here.searched[self.x, self.y]) + turns
        self.here.searched[self.x, self.y] = min(spent, _MAX_SEARCHED_TURNS)
        self._surveyed = None

    def note_taken(self, before: tuple[int, int], x: int, y: int) -> None:
        """Note that the stairs at (x, y) of level `before` led to where the player stands now."""
        old, now = self.levels[before], self._level
        if (
            old is self.here
            or not {int(old.terrain[x, y]), int(self.here.terrain[self.x, self.y])} <= _STAIRS
        ):
            return
        leads = kinds.SAME_BRANCH if before[0] == now[0] else kinds.OTHER_BRANCH
        old.leads[x, y] = self.here.leads[self.x, self.y] = leads
        self._surveyed = None

    def note_standing_on(self, terrain: int) -> None:
        """Note what the player was told to stand on."""
        self.here.terrain[self.x, self.y] = terrain
        self._surveyed = None

    def note_lock(self, x: int, y: int) -> None:
        """Note that the closed door at (x, y) is locked."""
        inside = 0 <= x < WIDTH and 0 <= y < HEIGHT
        if inside and self.here.terrain[x, y] == kinds.CLOSED_DOOR:
            self.here.terrain[x, y] = kinds.LOCKED_DOOR
            self._surveyed = None

    def note_too_narrow(self, x: int, y: int) -> None:
        """Note that (x, y) cannot be squeezed into with so much in hand, as if a boulder were stuck there."""
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            self.here.stuck[x, y] = True
            self._surveyed = None

    def note_closed_shop(self) -> None:
        """Note that the doors beside the player are a closed shop's: to break them angers its keeper."""
        around = self.here.terrain[max(0, self.x - 1) : self.x + 2, max(0, self.y - 1) : self.y + 2]
        around[(around == kinds.LOCKED_DOOR) | (around == kinds.CLOSED_DOOR)] = kinds.WALL
        self._surveyed = None

    def note_solid(self, x: int, y: int) -> None:
        """Note that (x, y) cannot be walked on, whatever is shown there, such as gold in the rock."""
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            self.here.terrain[x, y], self.here.thing[x, y] = kinds.WALL, kinds.NOTHING
            self._surveyed = None

    def note_stuck(self, x: int, y: int) -> None:
        """Note that the boulder at (x, y) does not move."""
        if self.holds(kinds.BOULDER, x, y):
            self.here.stuck[x, y] = True
            self._surveyed = None

    def note_peaceful(self, x: int, y: int) -> None:
        """Note that the being at (x, y), and all of its kind until the level is left, are peaceful."""
        for being in self.beings[: self.n_beings].tolist():
            if (being[1], being[2]) == (x, y) and being[0] == kinds.MONSTER:
                self._thing_of[being[3]] = kinds.PET
                self.here.shown[y, x] = -1
                self._surveyed = None

    def note_unlocked(self) -> None:
        """Note that the locked doors beside the player are unlocked."""
        around = self.here.terrain[max(0, self.x - 1) : self.x + 2, max(0, self.y - 1) : self.y + 2]
        around[around == kinds.LOCKED_DOOR] = kinds.CLOSED_DOOR
        self._surveyed = None

    def note_item(self) -> None:
        """Note that something lies under the player, unless that is known already or was left there."""
        at = self.x, self.y
        if self.here.thing[at] == kinds.NOTHING and at not in self.here.left:
            self.here.thing[at] = kinds.OTHER_ITEM
            self._surveyed = None

    def take_item(self) -> None:
        """Note that nothing is known to lie under the player any more."""
        self.here.thing[self.x, self.y] = kinds.NOTHING
        self._surveyed = None

    def leave_item(self) -> None:
        """Note that what lies under the player is not worth its weight, now and when it is seen again."""
        self.here.left.add((self.x, self.y))
        self.take_item()

    @property
    def visited(self) -> int:
        """Cells of this level that the player has stood on; after `survey`."""
        return int(self._visits[0])

    def survey(self, floats: bool) -> None:
        """Bring `nearest`, `frontier` and `known` up to date; cheap when nothing changed."""
        if self._surveyed == floats:
            return
        here, ways = self.here, _SCRATCH.ways
        survey(
            here.terrain, here.thing, here.stuck, here.visited, here.searched, here.shop, here.leads,
            self.x, self.y, floats, self.enter, _SCRATCH.door, ways.cost, ways.first, self.parent,
            ways.buckets, ways.fill, self.nearest, self.frontier, self.known, self._visits,
        )  # fmt: skip
        self._surveyed = floats

    def holds(self, thing: int, x: int, y: int) -> bool:
        """Whether such a thing is remembered at (x, y), which may lie outside the map."""
        return 0 <= x < WIDTH and 0 <= y < HEIGHT and bool(self.here.thing[x, y] == thing)

    def in_view(self, wanted: frozenset[int]) -> bool:
        """Whether a being of one of these kinds is in view."""
        return any(kind in wanted for kind in self.beings[: self.n_beings, 0].tolist())

    def beside(self, wanted: frozenset[int], *, straight: bool = False, things: bool = False) -> list[int]:
        """Directions (indices into `navigation.EIGHT_DX`) in which one of `wanted` is beside the player."""
        grid = self.here.thing if things else self.here.terrain
        found = []
        for move, (dx, dy) in enumerate(STEPS[: 4 if straight else 8]):
            x, y = self.x + dx, self.y + dy
            if 0 <= x < WIDTH and 0 <= y < HEIGHT and int(grid[x, y]) in wanted:
                found.append(move)
        return found


STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1))
