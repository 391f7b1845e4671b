"""Guards: what must be done at once, whatever the plan says (drink, eat, sleep, flee, fight)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from envs.facts import Facts
from planners.search.rules import SkillTable
from skills.code.functions import NO_PLAN
from skills.skill import lacking, reached


class Guard(Protocol):
    """Names the skill that should pre-empt now; None or an empty name for none."""

    def __call__(self, facts: Facts, remaining: int) -> str | None:
        """The most urgent skill by these facts, when the plan is expected to take `remaining` more steps."""
        ...


@runtime_checkable
class RankedGuard(Guard, Protocol):
    """A guard that can also name what comes next when the most urgent skill is out of the question."""

    def wanted(self, facts: Facts, remaining: int) -> Iterator[str]:
        """All skills that should pre-empt now, most urgent first."""
        ...


class GuardSet:
    """Conditions in order of urgency; implements `RankedGuard`.

    Args:
        conditions: skill -> whether it should pre-empt by these facts; the most urgent skill first.

    >>> guards = GuardSet({"drink": lambda facts: facts["water"] < 3, "eat": lambda facts: facts["food"] < 3})
    >>> guards({"water": 9, "food": 1}, remaining=40)
    'eat'
    """

    def __init__(self, conditions: Mapping[str, Callable[[Facts], bool]]) -> None:
        self._conditions = dict(conditions)

    @property
    def ranking(self) -> tuple[str, ...]:
        """Skill names, most urgent first."""
        return tuple(self._conditions)

    def wanted(self, facts: Facts, remaining: int) -> Iterator[str]:
        """All skills that should pre-empt now, most urgent first; what remains of the plan plays no part."""
        return (skill for skill, condition in self._conditions.items() if condition(facts))

    def __call__(self, facts: Facts, remaining: int) -> str | None:
        """The most urgent skill by these facts."""
        return next(self.wanted(facts, remaining), None)


class GuardWatch:
    """Decides which guard skill, if any, takes over.

    A guard's wish is ignored when its skill is unknown or unavailable, its believed needs are not met, it has
    nothing to reach, it failed twice in a row a short while ago, or something at least as urgent is running.

    Args:
        graph: the skills.
        guard: the guard, or None for no guard at all.
        ranking: skills, most urgent first; a skill that is not in it ranks last.
        cooldown: steps for which a skill that failed `strikes` times in a row is ignored.
        strikes: failures in a row before that.

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
        strikes: int = 2,
    ) -> None:
        self._graph = graph
        self._guard = guard
        self._ranked = guard if isinstance(guard, RankedGuard) else None
        self._rank = {skill: i for i, skill in enumerate(ranking)}
        self._cooldown = cooldown
        self._strikes = strikes
        self.remaining = NO_PLAN
        self.reset()

    def reset(self) -> None:
        """Forget all failures; happens by itself when the step counter falls, as in a new episode."""
        self._failures: dict[str, int] = {}
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
        for skill in self._wishes(facts):
            if skill in running:
                return None
            if len(running) > 1 and self._rank_of(skill) >= self._rank_of(running[-1]):
                continue
            if step < self._ignored_until.get(skill, 0) or skill not in self._graph:
                continue
            if not self._graph.available(skill):
                continue
            belief = self._graph.belief(skill)
            if lacking(belief.needs, facts) or reached(belief.obtains, self._graph.kinds, facts, facts):
                continue
            return skill
        return None

    def _wishes(self, facts: Facts) -> Iterator[str]:
        if self._ranked is not None:
            yield from self._ranked.wanted(facts, self.remaining)
        elif self._guard is not None and (request := self._guard(facts, self.remaining)):
            yield request

    def _rank_of(self, skill: str) -> int:
        return self._rank.get(skill, len(self._rank))

    def ended(self, skill: str, step: int, success: bool | None) -> None:
        """Note how a guard's skill ended."""
        if success is None:
            return
        self._failures[skill] = 0 if success else self._failures.get(skill, 0) + 1
        if self._failures[skill] >= self._strikes:
            self._failures[skill] = 0
            self._ignored_until[skill] = step + self._cooldown
