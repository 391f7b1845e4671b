"""What a person who watches is told of an episode: a few moments of every second, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from envs.facts import EndStatus
from envs.game import Game
from envs.workers.remarks import remark
from envs.wrapped_game import WrappedGame
from planners.execution.events import ExecutorEvent, PlanMade, SkillEnded, SkillStarted

EVERY_S: Final = 0.2
"""Seconds between two moments of the same episode."""

MOST_BARS: Final = 4
"""Bars that are told, the first that the game names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How an episode stands.

    Attributes:
        seed: of the episode.
        step: game steps so far.
        skill: in hand; empty between two.
        left: skills that the plan still has, the one in hand included; 0 where there is no plan.
        bars: levels such as health, with the value now.
        task: name of the task, where an evaluation has several.
    """

    seed: int
    step: int
    skill: str
    left: int
    bars: Mapping[str, int] = field(default_factory=dict)
    task: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeOver:
    """How an episode went.

    Attributes:
        seed: of the episode.
        words: why it ended; empty where that is not known.
        reached: whether it did what was asked; None where that is no question of yes or no.
        task: see `Moment`.
    """

    seed: int
    words: str = ""
    reached: bool | None = None
    task: str = ""


class WatchedPlay(WrappedGame):
    """A game that remarks on how its episode stands; `note` has to hear what the executors decide.

    Args:
        game: what is played.
        say: takes the moments.
        idle: what is said where no skill is in hand.
    """

    def __init__(self, game: Game, say: Callable[[Moment], None] = remark, *, idle: str = "") -> None:
        super().__init__(game)
        self._say = say
        self._idle = idle
        self._task = ""
        self._bars = [fact.name for fact in game.spec.facts if fact.kind == "level"][:MOST_BARS]
        self._seed: int | None = None
        self._skills: list[str] = []
        self._left = 0
        self._due = 0.0

    def watch(self, seed: int | None, task: str = "") -> None:
        """Remark on the episode that begins now; None: on none."""
        self._seed, self._task = seed, task
        self._skills.clear()
        self._left, self._due = 0, 0.0

    def note(self, event: ExecutorEvent) -> None:
        """Take note of a decision."""
        if isinstance(event, PlanMade):
            self._left = len(event.steps)
        elif isinstance(event, SkillStarted):
            self._skills.append(event.skill)
        elif isinstance(event, SkillEnded) and self._skills:
            self._skills.pop()

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._game.step(action)
        if self._seed is not None and (now := time.monotonic()) >= self._due:
            self._due = now + EVERY_S
            self._tell(self._seed)
        return status

    def _tell(self, seed: int) -> None:
        facts = self._game.facts()
        self._say(
            Moment(
                seed=seed,
                step=self._game.steps,
                skill=self._skills[-1] if self._skills else self._idle,
                left=self._left,
                bars={name: facts[name] for name in self._bars},
                task=self._task,
            )
        )
