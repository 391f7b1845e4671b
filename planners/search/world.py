"""Facts as skills change them, by the rules of a graph."""

from __future__ import annotations

from collections.abc import Iterable

from envs.facts import Facts
from planners.search.rules import Need, Rule, Rules


class World:
    """Facts that skills change, by the rules.

    Attributes:
        facts: the facts now.
        here: the places that hold now.
    """

    __slots__ = ("_rules", "facts", "here")

    def __init__(self, rules: Rules, facts: Facts) -> None:
        self._rules = rules
        self.facts = dict(facts)
        self.here = {fact for fact in rules.places if facts.get(fact, 0) > 0}

    def copy(self) -> World:
        """An independent copy."""
        other = World.__new__(World)
        other._rules, other.facts, other.here = self._rules, self.facts.copy(), self.here.copy()
        return other

    def lacks(self, needs: Iterable[Need]) -> dict[str, int]:
        """Which needs the facts do not cover, with the counts lacking."""
        facts = self.facts
        short = {}
        for fact, there, _ in needs:
            held = facts.get(fact, 0)
            if held < there:
                short[fact] = there - held
        return short

    def covers(self, needs: Iterable[Need]) -> bool:
        """Whether nothing is lacking."""
        facts = self.facts
        for fact, there, _ in needs:
            if facts.get(fact, 0) < there:
                break
        else:
            return True
        return False

    def give(self, fact: str, count: int) -> None:
        """Obtain something: counts and events rise, everything else becomes at least `count`."""
        held = self.facts.get(fact, 0)
        if self._rules.gain(fact):
            self.facts[fact] = held + count
        else:
            self.facts[fact] = max(held, count)
            if self._rules.place(fact):
                self.here.add(fact)

    def execute(self, rule: Rule) -> None:
        """Carry out a skill whose needs are met."""
        facts = self.facts
        for fact, count in rule.used:
            facts[fact] -= count
            if facts[fact] <= 0:
                self.here.discard(fact)
        if rule.expires:
            for fact in self.here:
                facts[fact] = 0
            self.here.clear()
        for fact, count, added, place in rule.changes:
            if added:
                facts[fact] = facts.get(fact, 0) + count
            elif facts.get(fact, 0) < count:
                facts[fact] = count
            if place:
                self.here.add(fact)
