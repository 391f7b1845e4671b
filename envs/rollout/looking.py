"""Success by looking: which moments of an attempt are judged, and what a verdict ends.

An attempt is looked at when something that the player sees has changed (what is carried, the bars, what is
beside it), when the termination function gives up, and when the time is up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from envs.game import GameSpec
from envs.games import Games
from envs.rollout.episode import EpisodeEnd, Start
from envs.seeding import child_seed

Picture: TypeAlias = NDArray[Any]
"""``uint8[height, width, 3]``."""

MOST_EVENT_PICTURES = 4
"""Moments, at most, of which an attempt keeps pictures besides its first and its last."""

SEEN_AT_ONCE = ("count", "level")
"""Kinds of facts after whose change an attempt is looked at: what is carried, and the bars."""
MOST_VALUES = 10
"""A fact of another kind is a sight, such as what is in front, if it has at most so many values."""

_OVER = (EpisodeEnd.CAP, EpisodeEnd.STOPPED, EpisodeEnd.OVER)
"""Ends at which the last verdict on an attempt is asked for."""


class Look(IntEnum):
    """What a look at an attempt showed."""

    NOT_DONE = 0
    DONE = 1
    UNCLEAR = 2
    """Neither; while the attempt goes on, it may become clear."""
    CONTESTED = 3
    """One judge says that it is done and another one does not: the attempt ends, unclear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt as it is looked at.

    Attributes:
        key: tells it from all others; the same at every look.
        start: where it began; without a snapshot where the seed's episode begins.
        actions: taken since then.
        before: int32[F], the facts at its start.
        after: int32[F], the facts now.
        over: whether this is the last look.
        status: `EndStatus` of the episode.
        first: the picture at its start; None where none are wanted.
        now: the picture now.
        events: step and picture of moments in between at which what is carried or a bar had changed.
    """

    key: int
    start: Start
    actions: tuple[int, ...]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    over: bool
    status: int = 0
    first: Picture | None = field(default=None, repr=False)
    now: Picture | None = field(default=None, repr=False)
    events: tuple[tuple[int, Picture], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A verdict of "done" that was checked.

    Attributes:
        key: of the attempt.
        look: `Look.DONE`, or `Look.CONTESTED` where another judge did not agree.
        truth: whether the facts say so too; None where they were not asked.
        start: where the attempt began.
        actions: taken until then.
    """

    key: int
    look: Look
    truth: bool | None
    start: Start
    actions: tuple[int, ...]


class AttemptJudge(Protocol):
    """Looks at attempts, in a worker.

    Attributes:
        picture_size: width and height of the pictures that it wants; None for none.
    """

    picture_size: tuple[int, int] | None

    def look(self, attempts: Sequence[Attempt]) -> Sequence[Look]:
        """What each attempt shows."""
        ...

    def audits(self) -> list[Audit]:
        """The verdicts checked since the last call."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRule:
    """Success is what a judge says, instead of what facts say; picklable.

    Attributes:
        open: makes the judge, in the worker that needs it.
        identity: what the verdicts depend on, in words; a training belongs to one.
        every: steps, at least, between two looks at what is only a sight.
    """

    open: Callable[[], AttemptJudge]
    identity: str
    every: int = 4

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"every is {self.every}; expected at least 1 step between two looks")


class AttemptWatch:
    """Watches the attempts of some games, one at a time in each.

    Args:
        rule: the judge, and how often it is asked.
        spec: the game.
        n: games.
        seed: of the attempts' keys.
        first: number of the first game, as in `GameBatch`.
    """

    def __init__(self, rule: JudgedRule, spec: GameSpec, n: int, seed: int, first: int) -> None:
        self._judge = rule.open()
        self._every = rule.every
        self._keys = [child_seed(seed, "attempts", first + i) for i in range(n)]
        self._counts = [0] * n
        self._carried, self._sights = watched_facts(spec)
        self._seen = np.zeros((n, len(spec.facts)), np.int32)
        self._looked = np.zeros(n, np.int64)
        self._starts = [Start(b"", 0)] * n
        self._actions: list[list[int]] = [[] for _ in range(n)]
        self._first: list[Picture | None] = [None] * n
        self._events: list[list[tuple[int, Picture]]] = [[] for _ in range(n)]

    def begin(self, i: int, games: Games, start: Start, facts: NDArray[np.int32]) -> None:
        """A new attempt begins in game `i`."""
        self._counts[i] += 1
        self._starts[i] = start
        self._actions[i] = []
        self._events[i] = []
        self._seen[i] = facts
        self._looked[i] = 0
        self._first[i] = self._picture(games, i)

    def judge(
        self,
        games: Games,
        actions: NDArray[np.integer],
        before: NDArray[np.int32],
        facts: NDArray[np.int32],
        steps: NDArray[np.int32],
        status: NDArray[np.int8],
        ends: NDArray[np.int8],
    ) -> None:
        """Look at the attempts that call for it after a step, and write what that ends into `ends`.

        Args:
            games: the games.
            actions: int[n], just taken.
            before: int32[n, F], facts at the attempts' starts.
            facts: int32[n, F], facts now.
            steps: int32[n], lengths of the attempts.
            status: int8[n], `EndStatus` of the episodes.
            ends: int8[n], in and out; `EpisodeEnd` by status, cap and termination function.
        """
        for i, action in enumerate(actions.tolist()):
            self._actions[i].append(action)
        over = np.isin(ends, _OVER)
        carried = (facts[:, self._carried] != self._seen[:, self._carried]).any(axis=1)
        sights = (facts[:, self._sights] != self._seen[:, self._sights]).any(axis=1)
        due = carried | (sights & (steps - self._looked >= self._every))
        chosen = np.flatnonzero(over | (due & (ends == EpisodeEnd.RUNNING))).tolist()
        if not chosen:
            return
        attempts = [
            self._attempt(i, games, before, facts, status, bool(over[i]), bool(carried[i])) for i in chosen
        ]
        for i, look in zip(chosen, self._judge.look(attempts), strict=True):
            ends[i] = _end(Look(look), int(ends[i]))
            self._seen[i], self._looked[i] = facts[i], steps[i]

    def audits(self) -> list[Audit]:
        """The verdicts checked since the last call."""
        return self._judge.audits()

    def _attempt(
        self,
        i: int,
        games: Games,
        before: NDArray[np.int32],
        facts: NDArray[np.int32],
        status: NDArray[np.int8],
        over: bool,
        changed: bool,
    ) -> Attempt:
        now, events = self._picture(games, i), self._events[i]
        attempt = Attempt(
            key=child_seed(self._keys[i], self._counts[i]),
            start=self._starts[i],
            actions=tuple(self._actions[i]),
            before=before[i].copy(),
            after=facts[i].copy(),
            over=over,
            status=int(status[i]),
            first=self._first[i],
            now=now,
            events=tuple(events),
        )
        if now is not None and changed:
            events.append((len(self._actions[i]), now))
            del events[:-MOST_EVENT_PICTURES]
        return attempt

    def _picture(self, games: Games, i: int) -> Picture | None:
        size = self._judge.picture_size
        return None if size is None else games[i].frame(size)


def watched_facts(spec: GameSpec) -> tuple[list[int], list[int]]:
    """Places of the facts that show what is carried and the bars, and of those that are sights."""
    carried, sights = [], []
    for i, fact in enumerate(spec.facts):
        if fact.kind in SEEN_AT_ONCE:
            carried.append(i)
        elif fact.kind in ("place", "status") and fact.high - fact.low < MOST_VALUES:
            sights.append(i)
    return carried, sights


def _end(look: Look, end: int) -> int:
    """How an attempt ends that would end as `end` without the look."""
    if look is Look.DONE:
        return int(EpisodeEnd.REACHED)
    if look is Look.CONTESTED or (look is Look.UNCLEAR and end != EpisodeEnd.RUNNING):
        return int(EpisodeEnd.UNCLEAR)
    return end
