"""The toy game: wood, a bench, stone, a pick, and the gem that wins."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.base_game import BaseGame
from envs.facts import EndStatus
from envs.game import Focus
from envs.toy import snapshot, view
from envs.toy.meadow import BENCH, CELLS, DIRECTIONS, GEM, GRASS, LAVA, ROCK, TREE, Meadow, grow
from envs.toy.spec import ACHIEVEMENTS, ACTIONS, MAX_COUNT, MAX_EVENTS, SPEC, THINGS

BENCH_WOOD: Final = 2
PICK_WOOD: Final = 1
PICK_STONE: Final = 1

_WOOD, _STONE, _PICK, _GEM = range(4)
_EVENT_INDEX: Final = {name: i for i, name in enumerate(ACHIEVEMENTS)}
_THING_TILES: Final = tuple(range(TREE, TREE + len(THINGS)))
_KINDS: Final = dict(zip(THINGS, _THING_TILES, strict=True))
_REGIONS: Final = dict.fromkeys(SPEC.explorable, 0)
_TAKE, _PLACE_BENCH, _MAKE_PICK = (ACTIONS.index(name) for name in ("take", "place_bench", "make_pick"))
_EVENT_ORDER: Final = tuple(
    _EVENT_INDEX[fact.name] for fact in SPEC.facts if fact.kind == "event"
)  # positions of the event facts' counters, in the order of the vocabulary


class ToyGame(BaseGame):
    """A deterministic tech tree on a 9x9 meadow; implements `envs.game.Game`.

    Only the layout depends on the seed. A new object is at the start of the episode of seed 0.

    Args:
        hazards: put lava on the meadow; walking onto it is death.
        crash_after: `step` raises `RuntimeError` once this object has taken that many steps, over all its
            episodes; for tests of how a caller copes with a game that breaks down.
    """

    def __init__(self, *, hazards: bool = False, crash_after: int | None = None) -> None:
        super().__init__(SPEC, _KINDS, _REGIONS)
        self._hazards = hazards
        self._crash_after = crash_after
        self._lifetime_steps = 0
        self._meadow = Meadow()
        self.reset(0)

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names. Raises `ValueError` when `max_steps` is below 1."""
        limit = SPEC.max_steps if max_steps is None else max_steps
        if limit < 1:
            raise ValueError(f"max_steps is {max_steps!r}; an episode has at least 1 step")
        self._player = grow(self._meadow, seed, hazards=self._hazards)
        self._facing = 3
        self._inventory = [0] * 4
        self._event_counts = [0] * len(ACHIEVEMENTS)
        self._set_progress(limit)

    def _act(self, action: int) -> None:
        """Carry an action out. Raises `RuntimeError` when `crash_after` steps are over."""
        if self._crash_after is not None and self._lifetime_steps >= self._crash_after:
            raise RuntimeError(f"toy crashed on purpose: crash_after={self._crash_after} steps are over")
        self._lifetime_steps += 1
        if 1 <= action <= 4:
            self._walk(action - 1)
        elif action == _TAKE:
            self._take()
        elif action == _PLACE_BENCH:
            self._place_bench()
        elif action == _MAKE_PICK:
            self._make_pick()

    def _walk(self, way: int) -> None:
        self._facing = way
        target = self._player + DIRECTIONS[way]
        tile = self._meadow.cells[target]
        if tile == GRASS:
            self._player = target
        elif tile == LAVA:
            self._player = target
            self._status = EndStatus.DEATH

    def _take(self) -> None:
        target = self._player + DIRECTIONS[self._facing]
        tile = self._meadow.cells[target]
        if tile == TREE and self._inventory[_WOOD] < MAX_COUNT:
            self._gain(_WOOD, "did.collect_wood")
        elif tile == ROCK and self._inventory[_STONE] < MAX_COUNT:
            self._meadow.put(target, GRASS)
            self._gain(_STONE, "did.collect_stone")
        elif tile == GEM and self._inventory[_PICK]:
            self._meadow.put(target, GRASS)
            self._gain(_GEM, "did.collect_gem")
            self._status = EndStatus.SUCCESS

    def _place_bench(self) -> None:
        target = self._player + DIRECTIONS[self._facing]
        if self._meadow.cells[target] == GRASS and self._inventory[_WOOD] >= BENCH_WOOD:
            self._inventory[_WOOD] -= BENCH_WOOD
            self._meadow.put(target, BENCH)
            self._count("did.place_bench")

    def _make_pick(self) -> None:
        wood, stone, picks, _ = self._inventory
        beside_bench = self._meadow.field((BENCH,))[self._player] == 0
        if beside_bench and wood >= PICK_WOOD and stone >= PICK_STONE and picks < MAX_COUNT:
            self._inventory[_WOOD] -= PICK_WOOD
            self._inventory[_STONE] -= PICK_STONE
            self._gain(_PICK, "did.make_pick")

    def _gain(self, item: int, event: str) -> None:
        self._inventory[item] += 1
        self._count(event)

    def _count(self, event: str) -> None:
        self._event_counts[_EVENT_INDEX[event]] = min(self._event_counts[_EVENT_INDEX[event]] + 1, MAX_EVENTS)

    def _write_facts(self, out: NDArray[np.int32]) -> None:
        meadow, player = self._meadow, self._player
        distances = [meadow.field((tile,))[player] for tile in _THING_TILES]
        front = meadow.cells[player + DIRECTIONS[self._facing]]
        out[:] = [
            *self._inventory,
            *(int(distance == 0) for distance in distances),
            *(len(meadow.places(tile)) for tile in _THING_TILES),
            *distances,
            *(self._event_counts[i] for i in _EVENT_ORDER),
            int(front not in (GRASS, LAVA)),
            int(front == LAVA),
        ]

    def _scene(self) -> view.Scene:
        used = self._steps / self._limit
        return view.Scene(self._meadow, self._player, self._facing, self._inventory, used)

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``. Raises `BadFocus`."""
        self._resolve(focus)
        view.encode(self._scene(), focus, out)

    def caption(self) -> str:
        """What the player sees, in words."""
        return view.caption(self._scene())

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]`` for ``size = (width, height)``."""
        return view.picture(self._scene(), size)

    def snapshot(self) -> bytes:
        """The whole state as JSON bytes; see `restore`."""
        return snapshot.dump(
            snapshot.ToyState(
                squares="".join(map(str, self._meadow.squares())),
                player=CELLS.index(self._player),
                facing=self._facing,
                inventory=tuple(self._inventory),
                done=tuple(self._event_counts),
                steps=self._steps,
                max_steps=self._limit,
                status=int(self._status),
            )
        )

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot`, and then leaves the game as it was."""
        state = snapshot.load(data)
        self._meadow.load([int(digit) for digit in state.squares])
        self._player = CELLS[state.player]
        self._facing = state.facing
        self._inventory = list(state.inventory)
        self._event_counts = list(state.done)
        self._set_progress(state.max_steps, state.steps, EndStatus(state.status))

    def close(self) -> None:
        """Nothing to free; may be called more than once."""
