"""The skill graph as the searches use it: what every skill needs, uses up and gives, in plain tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from envs.facts import FactKind, Facts
from planners.graph.duration import DISTANCE_AT_HAND, DistanceModel
from planners.plan import Goal
from planners.search.skill_table import SkillTable
from skills.skill import SkillStats, is_gain

FEW_RULES = 100
"""Rules that are searched whole, whatever the goal."""
MOST_KEPT = 64
"""Parts of a graph's rules that are kept, each for other goals."""


class Need(NamedTuple):
    """One thing a skill needs: how much must be there, and how much of it is used up."""

    fact: str
    there: int
    used: int

    def for_runs(self, runs: int, reserved: int) -> int:
        """How much must be there for `runs` executions that leave `reserved` untouched.

        >>> Need("wood", there=3, used=1).for_runs(2, reserved=0)
        4
        """
        return max((runs - 1) * self.used + self.there, runs * self.used + reserved)


@dataclass(frozen=True, slots=True)
class Rule:
    """One skill.

    Attributes:
        order: position in the graph; ties are settled by it.
        expires: whether executing it ends all places held: Plan4MC's find skills, and those that play showed
            to do so.
        needs: everything needed that is not a place, things used up first.
        places: the places needed.
        gives: what is obtained; see `gain`.
        used: what is used up, places included.
        cost: expected environment steps until success: steps per execution over the success rate; for what is
            gathered somewhere, with the place at hand.
        chance: success rate, 0..1.
        distance_model: the distance that the cost of getting there depends on, if any.
        changes: `gives` with whether each is added to what is there, and whether it is a place.
        place: the first place in `gives`; empty for none.
        conditions: `needs` and `places` together.
        gathers: whether it brings things to carry, wherever the player stands.
        needed: `conditions` by fact.
    """

    name: str
    order: int
    expires: bool
    needs: tuple[Need, ...]
    places: tuple[Need, ...]
    gives: Mapping[str, int]
    used: tuple[tuple[str, int], ...]
    cost: float
    chance: float
    distance_model: DistanceModel | None = None
    changes: tuple[tuple[str, int, bool, bool], ...] = ()
    place: str = ""
    conditions: tuple[Need, ...] = ()
    gathers: bool = False
    needed: Mapping[str, Need] = field(default_factory=dict)

    @property
    def distance(self) -> str:
        """The fact that the cost of getting there depends on; empty for none."""
        return self.distance_model.fact if self.distance_model else ""

    def cost_from(self, facts: Facts, strayed: float = 0.0) -> float:
        """Expected steps from these facts, or from farther away than they say by `strayed`."""
        if self.distance_model is None:
            return self.cost
        return self.distance_model.steps(facts, strayed) / self.chance

    def stands_for(self, other: Rule) -> bool:
        """Whether it can replace another in any plan, cost aside: brings as much, and needs no more.

        What depends on a distance is replaced only by what depends on the same distance.
        """
        if (self.expires and not other.expires) or self.distance != other.distance:
            return False
        if not other.gives.keys() <= self.gives.keys() or not self.needs_no_more_than(other):
            return False
        return all(self.gives[fact] >= count for fact, count in other.gives.items())

    def needs_no_more_than(self, other: Rule) -> bool:
        """Whether it can start wherever another can, and uses up no more."""
        theirs = other.needed
        return self.needed.keys() <= theirs.keys() and all(
            need.there <= theirs[fact].there and need.used <= theirs[fact].used
            for fact, need in self.needed.items()
        )


def expected_steps(stats: SkillStats, step_cap: int) -> float:
    """Expected environment steps until success, retries included; half the cap per try before any evidence.

    >>> expected_steps(SkillStats(successes=1, failures=1, steps=30), step_cap=100)
    30.0
    """
    per_try = max(1.0, stats.mean_steps if stats.attempts else step_cap / 2)
    return per_try / stats.success_rate


def make_rule(graph: SkillTable, name: str, order: int) -> Rule:
    """One skill of a graph as a rule; `order` is its position."""
    effects, kinds = graph.belief(name), graph.kinds
    there = effects.needs
    ordered = [*effects.consumes, *(fact for fact in there if fact not in effects.consumes)]
    needs = tuple(Need(fact, there[fact], effects.consumes.get(fact, 0)) for fact in ordered)
    stats, distance_model = graph.stats(name), graph.distance_model(name)
    cost = expected_steps(stats, graph.step_cap(name))
    if distance_model is not None and not any(kinds.get(fact) == "place" for fact in effects.obtains):
        # What is gathered lies together: after one execution the next begins with the thing at hand.
        cost = distance_model.at(DISTANCE_AT_HAND) / stats.success_rate
    free = tuple(need for need in needs if kinds.get(need.fact) != "place")
    bound = tuple(need for need in needs if kinds.get(need.fact) == "place")
    given = [(fact, count, kinds.get(fact, "count")) for fact, count in effects.obtains.items()]
    return Rule(
        name=name,
        order=order,
        expires=graph.moves_on(name),
        needs=free,
        places=bound,
        conditions=free + bound,
        needed={need.fact: need for need in free + bound},
        gives=dict(effects.obtains),
        changes=tuple((fact, count, is_gain(kind), kind == "place") for fact, count, kind in given),
        place=next((fact for fact, _, kind in given if kind == "place"), ""),
        gathers=not bound
        and any(kind == "count" for _, _, kind in given)
        and not any(kind == "place" for _, _, kind in given),
        used=tuple(effects.consumes.items()),
        cost=cost,
        chance=stats.success_rate,
        distance_model=distance_model,
    )


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """What facts cost from scratch; see `planners.search.costs.unit_costs`.

    Attributes:
        unit: fact -> cost of one unit; a fact that only a cycle of skills produces is not in it.
        choice: fact -> the skill that produces it at that cost. Following choices never leads in a circle.
    """

    unit: Mapping[str, float]
    choice: Mapping[str, Rule]


@dataclass(eq=False)
class Rules:
    """All skills that a plan may use.

    Attributes:
        rules: skill name -> rule, in the graph's order.
        kinds: fact name -> kind.
        highs: fact name -> largest value.
        producers: fact -> rules that give it, in the graph's order.
        needed_by: fact -> rules that need it, each with the amount for one execution.
        costs: unit costs that searches have worked out over these rules, by their name for them.
        places: the facts that are places.
        left: facts other than places that tell where the player is, such as a world: going elsewhere uses
            them up, and brings another.
        choices: fact -> the only rules that may be chosen to produce it, by name; a fact that is not in it
            may be produced by all.
    """

    rules: dict[str, Rule]
    kinds: Mapping[str, FactKind]
    highs: Mapping[str, int]
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    producers: dict[str, list[Rule]] = field(default_factory=dict)
    needed_by: dict[str, list[tuple[Rule, int]]] = field(default_factory=dict)
    costs: dict[str, UnitCosts] = field(default_factory=dict)
    places: frozenset[str] = field(init=False)
    left: frozenset[str] = field(init=False)

    def about(self, facts: frozenset[str]) -> Rules:
        """The rules that plans for these facts can use; all of them where there are few."""
        if len(self.rules) <= FEW_RULES:
            return self
        if facts not in self._about:
            if len(self._about) >= MOST_KEPT:
                self._about.clear()
            self._about[facts] = self._reachable(facts)
        return self._about[facts]

    def _reachable(self, facts: frozenset[str]) -> Rules:
        seen, waiting, used = set(facts), list(facts), set()
        while waiting:
            for rule in self.producers.get(waiting.pop(), ()):
                if rule.name not in used:
                    used.add(rule.name)
                    more = rule.needed.keys() - seen
                    seen |= more
                    waiting += more
        rules = {name: rule for name, rule in self.rules.items() if name in used}
        return Rules(rules, self.kinds, self.highs, self.choices)

    def __post_init__(self) -> None:
        self._about: dict[frozenset[str], Rules] = {}
        self._values = {fact for fact, kind in self.kinds.items() if not is_gain(kind)}
        self.places = frozenset(fact for fact, kind in self.kinds.items() if kind == "place")
        values = self._values - self.places
        leaving = [rule for rule in self.rules.values() if any(fact in values for fact, _ in rule.used)]
        used = {fact for rule in leaving for fact, _ in rule.used}
        self.left = frozenset(values.intersection(used.union(*(rule.gives for rule in leaving))))
        for rule in self.rules.values():
            for fact in rule.gives:
                if fact not in self.choices or rule.name in self.choices[fact]:
                    self.producers.setdefault(fact, []).append(rule)
            for need in (*rule.needs, *rule.places):
                amount = need.there if self.gain(need.fact) else 1
                self.needed_by.setdefault(need.fact, []).append((rule, amount))

    def gain(self, fact: str) -> bool:
        """Whether obtaining the fact adds to it (True) or sets it to at least a value (False)."""
        return fact not in self._values

    def place(self, fact: str) -> bool:
        """Whether the fact is a place, which expires when the player moves on."""
        return fact in self.places

    def in_order(self, needs: tuple[Need, ...]) -> Iterable[Need]:
        """Needs in the order of their preparation: what is carried first, then where to be; see `left`."""
        return sorted(needs, key=lambda need: need.fact in self.left) if self.left else needs

    def runs(self, rule: Rule, fact: str, lacking: int) -> int:
        """How many executions of `rule` bring `lacking` more of `fact`."""
        return math.ceil(lacking / rule.gives[fact]) if self.gain(fact) else 1

    def goal_rule(self, goal: Goal) -> Rule:
        """The goal as a rule without effects: reaching it is being able to execute that rule."""
        needs = [Need(fact, count, 0) for fact, count in goal.facts.items() if count > 0]
        free = tuple(need for need in needs if not self.place(need.fact))
        bound = tuple(need for need in needs if self.place(need.fact))
        return Rule(
            name="",
            order=-1,
            expires=False,
            needs=free,
            places=bound,
            conditions=free + bound,
            gives={},
            used=(),
            cost=0.0,
            chance=1.0,
        )
