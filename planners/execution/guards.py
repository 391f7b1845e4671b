"""Guards: skills that take over at once, whatever the plan says (drink, eat, sleep, flee, fight)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from envs.facts import Facts
from planners.search.skill_table import SkillTable
from skills.code.functions import NO_PLAN
from skills.skill import lacking, reached

MAX_FAILURES = 2
"""Failures in a row after which a guard's skill is ignored for a while."""

FIRST_COOLDOWN = 12
"""Steps for which it is ignored the first time; twice as many each further time, until it succeeds."""


class Guard(Protocol):
    """Names the skill that should take over now; None or an empty name for none."""

    def __call__(self, facts: Facts, remaining: int) -> str | None:
        """The most urgent skill by these facts, when the plan is expected to take `remaining` more steps."""
        ...


class GuardWatch:
    """Decides which guard skill, if any, takes over.

    A guard's request is ignored when its skill is unknown or unavailable, its believed needs are not met, it
    has nothing to reach, it failed twice in a row a short while ago, or something at least as urgent is
    running.

    Args:
        graph: the skills.
        guard: the guard, or None for no guard at all.
        ranking: skills, most urgent first; a skill that is not in it ranks last.
        cooldown: steps for which a skill that failed `MAX_FAILURES` times in a row is ignored, at most.

    Attributes:
        remaining: steps that the plan is expected to take from here, `NO_PLAN` at most and without a plan.
    """

    def __init__(
        self,
        graph: SkillTable,
        guard: Guard | None,
        ranking: Sequence[str] = (),
        *,
        cooldown: int = 200,
    ) -> None:
        self._graph = graph
        self._guard = guard
        self._rank = {skill: i for i, skill in enumerate(ranking)}
        self._cooldown = cooldown
        self.remaining = NO_PLAN
        self.reset()

    def reset(self) -> None:
        """Forget all failures. `check` does so itself when the step counter falls, as in a new episode."""
        self._failures: dict[str, int] = {}
        self._cooldowns: dict[str, int] = {}
        self._ignored_until: dict[str, int] = {}
        self._last_step = 0

    def check(self, facts: Facts, step: int, running: Sequence[str] = ()) -> str | None:
        """The skill that should take over now.

        Args:
            facts: the facts now.
            step: the game's step counter.
            running: the plan's skill and then the guard skills under way, the innermost last.
        """
        if step < self._last_step:
            self.reset()
        self._last_step = step
        skill = self._guard(facts, self.remaining) if self._guard is not None else None
        if not skill or skill in running or skill not in self._graph or not self._graph.available(skill):
            return None
        if len(running) > 1 and self._rank_of(skill) >= self._rank_of(running[-1]):
            return None
        if step < self._ignored_until.get(skill, 0):
            return None
        belief = self._graph.belief(skill)
        if lacking(belief.needs, facts):
            return None
        if belief.obtains and reached(belief.obtains, self._graph.kinds, facts, facts):
            return None
        return skill

    def _rank_of(self, skill: str) -> int:
        return self._rank.get(skill, len(self._rank))

    def ended(self, skill: str, step: int, success: bool | None) -> None:
        """Note how a guard's skill ended."""
        if success is None:
            return
        if success:
            self._failures[skill] = 0
            self._cooldowns.pop(skill, None)
            return
        self._failures[skill] = self._failures.get(skill, 0) + 1
        if self._failures[skill] >= MAX_FAILURES:
            steps = min(self._cooldowns.get(skill, FIRST_COOLDOWN), self._cooldown)
            self._failures[skill] = 0
            self._cooldowns[skill] = 2 * steps
            self._ignored_until[skill] = step + steps
