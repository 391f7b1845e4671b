"""Many games of Crafter in one array, stepped by compiled code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import config
from numpy.typing import NDArray

from envs.crafter import snapshot
from envs.crafter.compiled import calls, saved
from envs.crafter.compiled.daylight import daylight_table
from envs.crafter.compiled.found import new_found
from envs.crafter.compiled.observe import observe_games
from envs.crafter.compiled.rules import ACTIONS
from envs.crafter.compiled.state import GAME_DTYPE, new_games, used_bytes
from envs.crafter.engine import CrafterEngine
from envs.crafter.memory import Memory
from envs.crafter.picture import draw
from envs.crafter.spec import SPEC
from envs.crafter.survey import KINDS, REGIONS
from envs.errors import MissingDependency
from envs.facts import EndStatus

if tuple(SPEC.actions) != ACTIONS:
    raise ImportError(f"the installed crafter has the actions {ACTIONS}, expected {SPEC.actions}")

KEPT_SNAPSHOTS = 1024
"""Snapshots that are kept as they were read, about 30 kB each: practice goes back to the same ones."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A state kept in memory to go back to; cheaper than a snapshot, and of use in this process only.

    Attributes:
        record: uint8[m], the bytes of the game's record that are in use.
        seed: of the episode.
    """

    record: NDArray[np.uint8]
    seed: int


class CompiledGames:
    """N games, each of which goes as a `ReferenceGame` with the same seed and the same actions does.

    Threads may step, reset or restore different games at the same time; compiled code holds no lock.

    Args:
        n: number of games; no episode runs until `reset` or `restore`.

    Raises:
        MissingDependency: numba was told not to compile.

    Attributes:
        records: GAME_DTYPE[N], the states; see `envs.crafter.compiled.state.Game` for the fields. Views
            such as ``records["reward"]`` follow the games. Writing to them is for tests.
        seeds: of the episodes.
    """

    def __init__(self, n: int) -> None:
        if n < 1:
            raise ValueError(f"n is {n}; expected at least 1 game")
        if config.DISABLE_JIT:  # type: ignore[attr-defined]
            raise MissingDependency(
                "Crafter is played by compiled code, and NUMBA_DISABLE_JIT says not to compile; unset it, or "
                "play envs.crafter.reference.ReferenceGame, which needs none"
            )
        self.records = new_games(n)
        self.records["status"] = EndStatus.ABORTED
        self.records["limit"] = SPEC.max_steps
        self.seeds = [0] * n
        self._bytes = self.records.view(np.uint8).reshape(n, GAME_DTYPE.itemsize)
        self._daylight = daylight_table()
        self._found = new_found()

    def __len__(self) -> int:
        return len(self.records)

    @property
    def rewards(self) -> NDArray[np.float64]:
        """Crafter's own rewards of the latest step, float64[N]; a view."""
        rewards: NDArray[np.float64] = self.records["reward"]
        return rewards

    @property
    def status(self) -> NDArray[np.int64]:
        """The `EndStatus` of every game, int64[N]; a view."""
        status: NDArray[np.int64] = self.records["status"]
        return status

    @property
    def nearest(self) -> NDArray[np.int32]:
        """What the latest `observe` found for its last game, int32[N_KINDS, 4]; see `envs.crafter.survey`."""
        nearest: NDArray[np.int32] = self._found[0]["nearest"]
        return nearest

    def reset(self, i: int, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names in game `i`; see `Game.reset`."""
        self.reset_all([seed], max_steps, first=i)

    def reset_all(self, seeds: Sequence[int], max_steps: int | None = None, first: int = 0) -> None:
        """Start the episodes that `seeds` name in the games from `first` on."""
        games = self._some(first, first + len(seeds))
        worlds = np.array([CrafterEngine.world_seed(seed) for seed in seeds], np.int64)
        self.seeds[first : first + len(seeds)] = [int(seed) for seed in seeds]
        games["limit"] = SPEC.max_steps if max_steps is None else max_steps
        calls.make_worlds(games, worlds, self._daylight)

    def step(self, actions: NDArray[np.integer], first: int = 0, stop: int | None = None) -> None:
        """Take a step in the games from `first` to `stop` (exclusive; all when None).

        Args:
            actions: int[stop - first], indices into ``spec.actions``.
            first: the first game.
            stop: the one after the last.

        Raises:
            ValueError: an action is out of range or no integer, or there are too few or too many.
            RuntimeError: an episode has ended. No game was stepped, in either case.
        """
        games = self._some(first, len(self) if stop is None else stop)
        given = np.asarray(actions)
        if given.shape != games.shape or given.dtype.kind not in "iu":
            raise ValueError(f"actions are {given.dtype}{list(given.shape)} for {len(games)} games")
        chosen = given.astype(np.int64)
        while (i := calls.step_games(games, chosen, self._daylight)) != calls.ALL_STEPPED:
            self._make_possible(first + i, games[i], int(chosen[i]))

    def _make_possible(self, i: int, game: Any, action: int) -> None:
        """Make the table of daylight longer if that is what a game needs to take its step."""
        if not 0 <= action < len(ACTIONS):
            raise ValueError(f"action {action} of game {i} is out of range; there are 0..{len(ACTIONS) - 1}")
        status, steps = EndStatus(game["status"]), int(game["step"])
        if status is not EndStatus.RUNNING:
            raise RuntimeError(
                f"the episode of game {i} ended with {status.name} after {steps} steps; call reset(i, seed) "
                "or restore(i, snapshot)"
            )
        self._daylight = daylight_table(steps + 1)

    def observe(
        self,
        seek: NDArray[np.integer],
        regions: NDArray[np.integer],
        facts: NDArray[np.int32],
        encodings: NDArray[np.float32],
        first: int = 0,
        found: NDArray[Any] | None = None,
    ) -> None:
        """Write facts and encodings of the games from `first` on, as many as there are rows.

        Args:
            seek: int[n, k], kinds that each player heads for (`envs.crafter.survey.KINDS`), in the order of
                its focus, -1 for none.
            regions: int[n], where each explores (`envs.crafter.survey.REGIONS`).
            facts: int32[n, len(spec.facts)], out, contiguous.
            encodings: float32[n, spec.encoding_size], out, contiguous.
            first: the first game.
            found: memory to work in, of `found.new_found`; a thread of its own needs some of its own.
        """
        games = self._some(first, first + len(facts))
        wanted, where = np.array(seek, np.int64), np.array(regions, np.int64)
        n = len(games)
        _check_output("facts", facts, np.int32, (n, len(SPEC.facts)))
        _check_output("encodings", encodings, np.float32, (n, SPEC.encoding_size))
        if where.shape != (n,) or wanted.ndim != 2 or len(wanted) != n:
            raise ValueError(
                f"kinds and regions are of shapes {wanted.shape} and {where.shape} for {n} games"
            )
        if wanted.size and not -1 <= wanted.min() <= wanted.max() < len(KINDS):
            raise ValueError(f"kinds sought are {wanted.tolist()}; expected -1..{len(KINDS) - 1}")
        if not 0 <= where.min() <= where.max() < len(REGIONS):
            raise ValueError(f"regions are {where.tolist()}; expected 0..{len(REGIONS) - 1}")
        observe_games(games, wanted, where, self._found if found is None else found, facts, encodings)

    def snapshot(self, i: int) -> bytes:
        """The whole state of game `i`, byte for byte what `ReferenceGame.snapshot` gives in that state."""
        game = self.records[i]
        if not game["n_rows"]:
            raise RuntimeError(f"game {i} has no state yet; call reset(i, seed) or restore(i, snapshot)")
        return snapshot.pack(saved.header_of(game, self.seeds[i]), saved.arrays_of(game))

    def restore(self, i: int, data: bytes) -> None:
        """Put game `i` into the state of a snapshot, `ReferenceGame`'s included. Raises `BadSnapshot`."""
        self.put_back(i, read_snapshot(bytes(data)))

    def keep(self, i: int) -> Kept:
        """The state of game `i`, for `put_back`."""
        return _kept(self.records[i : i + 1], self.seeds[i])

    def put_back(self, i: int, kept: Kept) -> None:
        """Put game `i` into a state that was kept, or read by `read_snapshot`."""
        self._bytes[i, : len(kept.record)] = kept.record
        self.seeds[i] = kept.seed

    def engine(self, i: int) -> CrafterEngine:
        """An engine of its own in the state of game `i`: for drawing, and for looking at objects."""
        engine = CrafterEngine()
        snapshot.load(self.snapshot(i), engine, Memory())
        return engine

    def frame(self, i: int, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture of game `i`, ``uint8[height, width, 3]``."""
        return draw(self.records[i], size)

    def _some(self, first: int, stop: int) -> NDArray[Any]:
        if not 0 <= first < stop <= len(self):
            raise ValueError(f"there are no games {first}..{stop - 1}; there are 0..{len(self) - 1}")
        return self.records[first:stop]


@lru_cache(KEPT_SNAPSHOTS)
def read_snapshot(data: bytes) -> Kept:
    """A snapshot made ready for `CompiledGames.put_back`, as often as is needed. Raises `BadSnapshot`."""
    header, arrays = snapshot.unpack(data)
    games = new_games(1)
    seed = saved.read_state(header, arrays, games[0])
    calls.look_anew(games)
    return _kept(games, seed)


def _check_output(name: str, array: NDArray[Any], dtype: type, shape: tuple[int, int]) -> None:
    """Raise `ValueError` unless compiled code was made for such an array."""
    contiguous = array.flags.c_contiguous
    if array.dtype != dtype or array.shape != shape or not contiguous:
        given = f"{array.dtype}{list(array.shape)}{'' if contiguous else ', not contiguous'}"
        raise ValueError(f"{name} are {given}; expected contiguous {np.dtype(dtype)}{list(shape)}")


def _kept(games: NDArray[Any], seed: int) -> Kept:
    return Kept(games.view(np.uint8)[: used_bytes(games[0])].copy(), seed)
