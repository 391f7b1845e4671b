"""How skills did in situations like a given one, counted by what a situation looks like."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict, Field

from envs.facts import Facts
from envs.game import GameSpec
from planners.plan import Execution
from skills.skill import SkillStats

MOST_SITUATIONS = 60
"""Situations kept per skill; of more, those with the fewest executions are dropped."""
ALIKE = 2.0
"""Differences, in features of a situation, over which what was seen in one counts for less by a factor e."""
PRIOR = 2.0
"""Executions that a skill's success rate everywhere counts for."""


class Situations(BaseModel):
    """Outcomes of executions by skill and situation.

    A situation is the set of those features that hold at its beginning: every thing carried, place and known
    thing of which there is some, and every bar at a third of its full value or below.

    Attributes:
        outcomes: skill -> situation, as a hexadecimal number with a bit per fact -> [successes, failures].
    """

    model_config = ConfigDict(extra="forbid")

    outcomes: dict[str, dict[str, tuple[int, int]]] = Field(default_factory=dict)

    def note(self, execution: Execution, spec: GameSpec) -> None:
        """Count an execution with a clear outcome that nothing interrupted."""
        success = None if execution.interrupted_by else execution.verdict.success
        if success is None:
            return
        found = self.outcomes.setdefault(execution.skill, {})
        key = f"{situation(execution.before, spec):x}"
        successes, failures = found.get(key, (0, 0))
        found[key] = (successes + success, failures + (not success))
        if len(found) > MOST_SITUATIONS:
            del found[min(found, key=lambda other: (sum(found[other]), other != key))]

    def success_rate(self, skill: str, facts: Facts, spec: GameSpec, everywhere: SkillStats) -> float:
        """Success rate to expect here, 0..1: what was seen in situations like this counts most.

        Args:
            skill: the skill.
            facts: the situation.
            spec: the game.
            everywhere: the skill's statistics over all situations.
        """
        here = situation(facts, spec)
        good, total = PRIOR * everywhere.success_rate, PRIOR
        for key, (successes, failures) in self.outcomes.get(skill, {}).items():
            weight = math.exp(-(here ^ int(key, 16)).bit_count() / ALIKE)
            good += weight * successes
            total += weight * (successes + failures)
        return good / total


def situation(facts: Facts, spec: GameSpec) -> int:
    """The features that hold, a bit each in the order of the game's facts."""
    bits = 0
    for index, fact in enumerate(spec.facts):
        value = facts.get(fact.name, 0)
        if fact.kind in ("count", "place", "known"):
            holds = value > 0
        else:
            holds = fact.kind == "level" and 3 * value <= fact.high
        bits |= holds << index
    return bits
