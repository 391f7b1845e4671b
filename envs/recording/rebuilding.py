"""Plays a recorded episode again, as far as it is asked for, and says whether it goes as it went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.errors import BadFocus, BadSnapshot, BadTrace, did_you_mean
from envs.facts import EndStatus
from envs.game import Game
from envs.recording.trace import EVERY, Trace, checked_columns, checksum, vocabulary_of
from envs.registry import game_names, make_game
from envs.text import brief
from envs.wrapped_game import innermost

OTHERWISE: Final = "this version of the game plays it otherwise"
"""How it is said that an episode does not go as it went."""

_WRITES: Final = ("ttyrec",)
"""Arguments of games that make them write files, which is not done again."""


class Rebuilding:
    """One episode under way again; a context manager.

    Args:
        trace: what is played.

    Attributes:
        trace: the same.
        game: the game as it stands after `position` steps; only to be looked at.
        position: steps taken so far.
        doubt: why it is not certain that it goes as it went; empty as long as all agrees.

    Raises:
        BadTrace: the game is not known, or cannot be made or started as the trace says.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.position = 0
        self.doubt = ""
        self.game = _made(trace)
        spec = self.game.spec
        self._columns = checked_columns(spec)
        self._comparable = vocabulary_of(spec) == trace.vocabulary
        self._innermost = innermost(self.game)
        self._encoding = np.zeros(spec.encoding_size, np.float32)
        if trace.actions and max(trace.actions) >= len(spec.actions):
            self.close()
            raise BadTrace(
                f"the episode has action {max(trace.actions)}; {spec.name} has 0..{len(spec.actions) - 1}"
            )
        try:
            for focus in {focus for focus in trace.attended if focus is not None}:
                spec.check_focus(focus)
        except BadFocus as error:
            self.close()
            raise BadTrace(f"the episode cannot be played again: {error}") from error
        try:
            self.restart()
        except BaseException:
            self.close()
            raise

    def restart(self) -> None:
        """Go back to the beginning. Raises `BadTrace`."""
        trace = self.trace
        try:
            if trace.start:
                self.game.restore(trace.start)
            else:
                self.game.reset(trace.seed, trace.limit)
        except (BadSnapshot, ValueError, OverflowError) as error:
            raise BadTrace(f"the episode cannot be begun again: {error}") from error
        self.position = 0
        self._compare()

    def step(self) -> bool:
        """Take the next step; False where there is none, or where the game has ended before it."""
        if self.position >= self.trace.steps:
            return False
        if self.game.status is not EndStatus.RUNNING:
            self._doubt(f"it ends with {self.game.status.name} after {self.position} steps")
            return False
        if self.trace.attended and (focus := self.trace.attended[self.position]) is not None:
            self.game.encode(focus, self._encoding)
        self.game.step(self.trace.actions[self.position])
        self.position += 1
        self._compare()
        return True

    @property
    def ended(self) -> bool:
        """Whether the last step was taken, or the game has ended before it."""
        return self.position >= self.trace.steps or self.game.status is not EndStatus.RUNNING

    @property
    def reward(self) -> float | None:
        """The game's own reward for the last step; None for a game that has none."""
        reward = getattr(self._innermost, "reward", None)
        return float(reward) if isinstance(reward, float | int) else None

    def _compare(self) -> None:
        """Compare the facts where a checksum was kept, and the end."""
        trace, at = self.trace, self.position
        if self._comparable:
            expected = (
                trace.checksums[at // EVERY]
                if at % EVERY == 0 and at // EVERY < len(trace.checksums) - 1
                else None
            )
            if at == trace.steps and trace.checksums:
                expected = trace.checksums[-1]
            if expected is not None and checksum(self.row(), self._columns) != expected:
                self._doubt(f"other facts after {at} steps")
        if at == trace.steps:
            self._compare_end()

    def _compare_end(self) -> None:
        if self.game.status.name != self.trace.status:
            self._doubt(f"it ends with {self.game.status.name} and ended with {self.trace.status}")
        facts = self.game.facts()
        for name, value in self.trace.last_facts.items():
            if facts.get(name, value) != value:
                self._doubt(f"{brief(name)} is {facts[name]} at the end and was {value}")

    def _doubt(self, why: str) -> None:
        self.doubt = self.doubt or f"{OTHERWISE}: {why}"

    def row(self) -> NDArray[np.int32]:
        """The facts now, int32[len(spec.facts)]."""
        row = np.zeros(len(self.game.spec.facts), np.int32)
        self.game.fact_values(row)
        return row

    def close(self) -> None:
        """Free the game."""
        self.game.close()

    def __enter__(self) -> Rebuilding:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the game."""
        self.close()


def steps_of(trace: Trace) -> Iterator[Rebuilding]:
    """The same `Rebuilding` at the beginning and after every step. Raises `BadTrace`."""
    with closing(Rebuilding(trace)) as rebuilding:
        yield rebuilding
        while rebuilding.step():
            yield rebuilding


def _made(trace: Trace) -> Game:
    if trace.game not in game_names():
        raise BadTrace(
            f"the episode is of a game {brief(trace.game)}, which is not known here"
            f"{did_you_mean(trace.game, game_names())}"
        )
    options: dict[str, Any] = {name: value for name, value in trace.options.items() if name not in _WRITES}
    try:
        return make_game(trace.game, **options)
    except (TypeError, ValueError, OSError) as error:
        raise BadTrace(f"the game {trace.game} cannot be made as the episode says: {error}") from error
