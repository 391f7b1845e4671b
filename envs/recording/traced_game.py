"""A game that keeps a `Trace` of the episode under way, so that whoever plays it need not."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.recording.death import Moment, cause_of_death
from envs.recording.trace import EVERY, Trace, checked_columns, checksum, vocabulary_of
from envs.terminal import last_words
from envs.wrapped_game import WrappedGame, innermost

_KEPT_KINDS: Final = ("count", "level", "event")
_REMEMBERED: Final = 2
"""Moments that are kept for the cause of a death: before the last step, and after it."""


class TracedGame(WrappedGame):
    """Passes everything on to `game` and keeps what the episode follows from.

    `reset` and `restore` begin a new trace. A game that runs already is traced from where it stands only if
    `seed` says how it was started and no step was taken.

    Args:
        game: the game, wrapped in whatever ends its episodes.
        options: arguments that the game was made with.
        seed: of the episode that `game` stands at the beginning of; None where `reset` follows.
        limit: its `max_steps`.
    """

    def __init__(
        self,
        game: Game,
        options: Mapping[str, Any] | None = None,
        *,
        seed: int | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(game)
        self._options = dict(options or {})
        self._columns, self._attends = checked_columns(game.spec), game.spec.attends
        self._vocabulary = vocabulary_of(game.spec)
        self._seed, self._limit, self._start = 0, limit, b""
        self._first_step = 0
        self._actions = array("H")
        self._attended: list[Focus | None] = []
        self._focus: Focus | None = None
        self._checksums: list[int] = []
        self._rows: deque[NDArray[np.int32]] = deque(maxlen=_REMEMBERED)
        if seed is not None:
            self._seed = seed
            self._begin()

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self._game.reset(seed, max_steps)
        self._seed, self._limit, self._start = seed, max_steps, b""
        self._begin()

    def restore(self, data: bytes) -> None:
        """Return to a snapshot."""
        self._game.restore(data)
        self._seed, self._limit, self._start = 0, None, data
        self._begin()

    def _begin(self) -> None:
        self._first_step = self._game.steps
        self._actions = array("H")
        self._attended.clear()
        self._focus = None
        self._rows.clear()
        self._checksums = [checksum(self._look(), self._columns)]

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input, and keep what for, where the next action depends on it."""
        self._game.encode(focus, out)
        self._focus = focus

    def step(self, action: int) -> EndStatus:
        """Take one action and keep it."""
        status = self._game.step(action)
        self._actions.append(int(action))
        if self._attends:
            self._attended.append(self._focus)
            self._focus = None
        row = self._look()
        if len(self._actions) % EVERY == 0:
            self._checksums.append(checksum(row, self._columns))
        return status

    def _look(self) -> NDArray[np.int32]:
        row = np.zeros(len(self._game.spec.facts), np.int32)
        self._game.fact_values(row)
        self._rows.append(row)
        return row

    def trace(self) -> Trace:
        """The episode so far. Raises `RuntimeError` before the first one was begun."""
        if not self._rows:
            raise RuntimeError("no episode was begun; call reset(seed) or restore(snapshot) first")
        spec, last = self._game.spec, self._rows[-1]
        status, actions = innermost(self._game).status, self._actions.tolist()
        return Trace(
            game=spec.name,
            options=self._options,
            seed=self._seed,
            limit=self._limit,
            start=self._start,
            first_step=self._first_step,
            actions=bytes(actions) if max(actions, default=0) < 256 else tuple(actions),
            attended=tuple(self._attended),
            checksums=(*self._checksums, checksum(last, self._columns)),
            vocabulary=self._vocabulary,
            status=status.name,
            last_facts={
                fact.name: int(value)
                for fact, value in zip(spec.facts, last, strict=True)
                if value and fact.kind in _KEPT_KINDS
            },
            cause=self._cause() if status is EndStatus.DEATH else "",
        )

    def _cause(self) -> str:
        spec = self._game.spec
        moments = [dict(zip(spec.fact_index, row.tolist(), strict=True)) for row in self._rows]
        action = spec.actions[self._actions[-1]] if self._actions else ""
        return cause_of_death(spec, Moment(moments[0], moments[-1], action, last_words(self._game)))
