"""Episodes of practice: where they start, what ends them, and how they ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from envs.errors import did_you_mean
from envs.facts import GAIN_KINDS, EndStatus
from envs.game import GameSpec

MAX_START_DRAWS = 8
"""Starts drawn before one that fulfils the effects already is accepted after all."""


class EpisodeEnd(IntEnum):
    """How an episode of practice ended."""

    RUNNING = 0
    REACHED = 1
    """The effects came true: terminal, a success."""
    DEATH = 2
    """The player died: terminal."""
    STOPPED = 3
    """The option's termination function gave up: terminal."""
    CAP = 4
    """Step cap or time limit: truncated, the value after it still counts."""
    ABORTED = 5
    """The game could not go on; truncated, neither success nor failure."""
    OVER = 6
    """The game was won, but the effects did not come true: terminal, not a success."""
    UNCLEAR = 7
    """A judge could not tell whether it succeeded: truncated, neither success nor failure."""


TRUNCATED = (EpisodeEnd.CAP, EpisodeEnd.ABORTED, EpisodeEnd.UNCLEAR)
"""Ends after which the return is bootstrapped from the last state's value."""

UNCOUNTED = (EpisodeEnd.ABORTED, EpisodeEnd.UNCLEAR)
"""Ends that say nothing of a success rate."""

FAILED = (EpisodeEnd.DEATH, EpisodeEnd.STOPPED)
"""Terminal ends that a skill is to avoid."""

_ENDS = np.zeros((len(EndStatus), 2, 2), np.int8)
"""`EpisodeEnd` by `EndStatus` (-1 is the last entry), whether the cap is reached, whether the effects are.

Death comes before success: the dead keep nothing.
"""
_ENDS[EndStatus.RUNNING, 1] = EpisodeEnd.CAP
_ENDS[EndStatus.TIME_LIMIT] = EpisodeEnd.CAP
_ENDS[EndStatus.SUCCESS] = EpisodeEnd.OVER
_ENDS[:, :, 1] = EpisodeEnd.REACHED
_ENDS[EndStatus.DEATH] = EpisodeEnd.DEATH
_ENDS[EndStatus.ABORTED] = EpisodeEnd.ABORTED


class ReachedTest:
    """`skills.skill.reached`, vectorised over rows of fact values.

    Args:
        obtains: fact -> count.
        spec: the game's vocabulary; unknown facts raise `ValueError`.
    """

    def __init__(self, obtains: Mapping[str, int], spec: GameSpec) -> None:
        for fact in obtains:
            if fact not in spec.fact_index:
                raise ValueError(f"{spec.name} has no fact {fact!r}{did_you_mean(fact, spec.fact_index)}")
        self._parts = [
            (spec.fact_index[fact], count, spec.fact_kinds[fact] in GAIN_KINDS)
            for fact, count in obtains.items()
        ]

    def __call__(self, start: NDArray[np.int32], now: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each row's effects came true: ``int32[n, F], int32[n, F] -> bool[n]``."""
        result = np.full(len(now), bool(self._parts))
        for column, count, gained in self._parts:
            values = now[:, column]
            result &= (values - start[:, column] if gained else values) >= count
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRule:
    """What ends an episode.

    Attributes:
        obtains: facts with counts; counts and events must rise by them, others reach them. Empty: never.
        step_cap: steps after which the episode is truncated.
    """

    obtains: Mapping[str, int]
    step_cap: int

    def __post_init__(self) -> None:
        if self.step_cap < 1:
            raise ValueError(f"step_cap is {self.step_cap}; an episode has at least 1 step")

    def ends(
        self, status: NDArray[np.int8], reached: NDArray[np.bool_], steps: NDArray[np.int32]
    ) -> NDArray[np.int8]:
        """`EpisodeEnd` of each episode, int8[n].

        Args:
            status: `EndStatus` values, int8[n].
            reached: whether the effects came true, bool[n].
            steps: steps of the episode so far, int32[n].
        """
        ends: NDArray[np.int8] = _ENDS[status, (steps >= self.step_cap).view(np.int8), reached.view(np.int8)]
        return ends


@dataclass(frozen=True, slots=True)
class Start:
    """A saved state to start from.

    Attributes:
        snapshot: what `Game.snapshot` gave.
        origin: seed of the episode that it was saved in.
    """

    snapshot: bytes
    origin: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Where episodes start.

    Attributes:
        saved: states to draw from, each equally likely.
        fresh_share: share of episodes that start from a fresh seed, 0..1; all of them when `saved` is empty.
        max_steps: time limit of fresh episodes, in steps; the game's own when None.
        reuse: how often a fresh episode's first state is used on average, >= 1; making a world may cost as
            much as hundreds of steps, going back to one does not.
    """

    saved: tuple[Start, ...] = ()
    fresh_share: float = 0.0
    max_steps: int | None = None
    reuse: int = 1

    def __post_init__(self) -> None:
        if self.reuse < 1:
            raise ValueError(f"reuse is {self.reuse!r}; every fresh start is used at least once")
        if not 0.0 <= self.fresh_share <= 1.0:
            raise ValueError(f"fresh_share is {self.fresh_share!r}; expected a share between 0 and 1")


@dataclass(frozen=True, slots=True)
class FinalState:
    """The state in which an episode succeeded.

    Attributes:
        start: the saved state, with the origin of its episode.
        facts: int32[F], in the order of ``spec.facts``.
        steps: length of the episode.
        skill: which of the skills that are practised together succeeded; 0 in practice of one skill.
    """

    start: Start
    facts: NDArray[np.int32]
    steps: int
    skill: int = 0


class BatchPolicy(Protocol):
    """Chooses actions for many games at once; must be picklable."""

    def act_batch(self, encodings: NDArray[np.float32], uniforms: NDArray[np.float64]) -> NDArray[np.intp]:
        """Actions ``int[n]`` for ``float32[n, D]``, with one uniform number in [0, 1) per game."""
        ...


Terminator: TypeAlias = Callable[[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]], NDArray[np.bool_]]
"""``(start int32[n, F], facts int32[n, F], steps int32[n]) -> bool[n]``: give up or stop early."""
