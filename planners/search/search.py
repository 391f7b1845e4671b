"""Finds plans with the fewest executions (`decompose`) or the least expected cost (`cheapest`).

Both are pure functions of the graph, the goal and the facts; equal arguments give equal plans.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from envs.facts import Facts
from planners.errors import NoPlan, SearchTooDeep, SkillCycle
from planners.plan import Goal, Plan
from planners.search.compiled import rules_of
from planners.search.costs import MISSING_COST, least_costs, unit_costs
from planners.search.ordering import group, nearest_first
from planners.search.pruning import prune
from planners.search.regression import Circle, ProducerChoice, Regression
from planners.search.rules import Need, Rule, Rules, UnitCosts
from planners.search.skill_table import SkillTable
from planners.search.world import World
from skills.skill import lacking

MAX_STEPS = 10_000
"""Longest plan, in executions of skills."""

MAX_OTHER_PRODUCERS = 8
"""Other choices of producer that a search tries."""

MAX_JOINT_GOALS = 7
"""Next cheapest goals that may be planned for together with the cheapest."""

MAX_JOINT_STEPS = 60.0
"""Expected steps that a plan for several goals may take; longer plans are often interrupted."""

MIN_STEPS_SAVED = 1.0
"""Expected steps that doing several goals together must save."""

DRIFT_PER_STEP = 0.5
"""Steps by which a place gets farther away, per step taken elsewhere."""

FAR_LESS = 2.0
"""How many times more a skill must cost than another that brings the same to be left aside for it."""

MAX_TUNED_EXECUTIONS = 200
"""Longest plan, in executions, for which other producers and another order are tried."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A plan found, with what it takes to compare it.

    Attributes:
        settled: whether estimates with what is at hand are known to lead to the same plan.
    """

    steps: list[Rule]
    missing: dict[str, int]
    cost: float
    options: Mapping[str, tuple[str, ...]]
    settled: bool

    @property
    def rank(self) -> tuple[int, float, int]:
        return (sum(self.missing.values()), self.cost, len(self.steps))


def decompose(
    graph: SkillTable,
    goal: Goal,
    have: Facts,
    *,
    max_steps: int = MAX_STEPS,
    only_available: bool = True,
) -> Plan:
    """Plan4MC's decomposition, made executable: the fewest executions that the search can find.

    Among skills that produce the same fact, the one that leads to the fewest executions is taken; ways that
    lead to something no skill produces, or in a circle, only when there is no other.

    Args:
        graph: the skills.
        goal: what should hold.
        have: the facts at the start.
        max_steps: longest plan, in executions.
        only_available: use no skill that cannot be executed yet.

    Raises:
        SkillCycle: skills need each other and nothing else produces what they need.
        SearchTooDeep: the plan would be longer than `max_steps`.
    """
    rules = rules_of(graph, only_available=only_available).about(frozenset(goal.facts))
    search = _Search(rules, have, _one_each, "executions", max_steps)
    try:
        found = search.find(goal, improve=True)
        costs = [rule.cost for rule in found.steps]
        return replace(_plan(goal, found, costs), expected_steps=sum(costs))
    except Circle as circle:
        raise SkillCycle(
            f"{circle.fact} cannot be had before {circle.fact}: "
            f"{' needs '.join(name for name in circle.path if name)} needs {circle.fact}, "
            "and no other skill produces it; correct one of their effects"
        ) from None


def cheapest(
    graph: SkillTable,
    goal: Goal,
    have: Facts,
    *,
    penalties: Mapping[str, float] | None = None,
    only_available: bool = True,
    max_steps: int = MAX_STEPS,
) -> Plan:
    """The plan with the least expected cost that the search can find.

    One execution costs its mean steps over its success rate, see `planners.search.rules.expected_steps`.

    Args:
        graph: the skills.
        goal: what should hold.
        have: the facts at the start.
        penalties: skill -> factor on its cost, for skills that keep failing in the present play.
        only_available: use no skill that cannot be executed yet.
        max_steps: longest plan, in executions.

    Raises:
        SearchTooDeep: the plan would be longer than `max_steps`.
    """
    rules = rules_of(graph, only_available=only_available).about(frozenset(goal.facts))
    search = _Search(rules, have, _expected(penalties or {}), "" if penalties else "cost", max_steps)
    found = search.ordered(goal, search.find(goal, lenient=True, improve=True))
    return _plan(goal, found, search.prices(found.steps))


def cheapest_goal(
    graph: SkillTable,
    goals: Sequence[Goal],
    have: Facts,
    *,
    penalties: Mapping[str, float] | None = None,
    only_available: bool = True,
) -> Plan | None:
    """The plan with the least expected cost to any one of the goals; None when none can be reached.

    Where the next cheapest goals can be prepared on the way for less than they would cost afterwards, the
    plan does so, and leads to them as well. Ties go to the earlier goal. A goal whose plan would be longer
    than `MAX_STEPS` is left out.
    """
    wanted = frozenset(fact for goal in goals for fact in goal.facts)
    rules = rules_of(graph, only_available=only_available).about(wanted)
    search = _Search(rules, have, _expected(penalties or {}), "" if penalties else "cost", MAX_STEPS)
    best: tuple[float, int, Goal] | None = None
    ranked = sorted(search.bounds(goals), key=lambda entry: entry[:2])
    for bound, i, goal in ranked:
        if bound >= MISSING_COST or (best is not None and bound > best[0]):
            break
        try:
            found = search.find(goal, lenient=True, improve=False)
        except SearchTooDeep:
            continue
        if not found.missing and (best is None or (found.cost, i) < best[:2]):
            best = found.cost, i, goal
    if best is None:
        return None
    goal = best[2]
    others = [other for bound, _, other in ranked if other is not goal and bound < MISSING_COST]
    companions = [other for other in others if search.depends(other)][:MAX_JOINT_GOALS]
    alone = [bound for bound, _, other in ranked if other is not goal and not search.depends(other)]
    joint = search.joint(goal, companions, min(alone, default=math.inf))
    found = joint or search.ordered(goal, search.find(goal, lenient=True, improve=True))
    return _plan(goal, found, search.prices(found.steps))


def require_possible(plan: Plan, graph: SkillTable | None = None) -> Plan:
    """The plan itself, when nothing is missing.

    Args:
        plan: the plan.
        graph: where given, the message tells what nothing produces from what cannot be had from here.

    Raises:
        NoPlan: something is missing; the message says what and how much.
    """
    if plan.possible:
        return plan
    producers = rules_of(graph, only_available=False).producers if graph is not None else {}
    parts = [
        f"{count} {fact} ({'cannot be had from here' if fact in producers else 'no skill produces it'})"
        for fact, count in plan.missing.items()
    ]
    goal = plan.goal.text or ", ".join(f"{fact}={count}" for fact, count in plan.goal.facts.items())
    raise NoPlan(f"cannot reach {goal!r}: missing {', '.join(parts)}", plan.missing)


def _one_each(rule: Rule) -> float:
    """Every execution counts the same; the expected steps settle ties alone."""
    return _one(rule.cost)


def _one(cost: float) -> float:
    return 1.0 + 1e-6 * cost / (1.0 + cost)


def _expected(penalties: Mapping[str, float]) -> Callable[[Rule], float]:
    if not penalties:
        return lambda rule: rule.cost
    return lambda rule: rule.cost * penalties.get(rule.name, 1.0)


def _plan(goal: Goal, found: _Candidate, costs: Iterable[float]) -> Plan:
    return Plan(
        goal=goal,
        steps=tuple(rule.name for rule in found.steps),
        missing=found.missing,
        expected_steps=found.cost,
        success_probability=math.prod(rule.chance for rule in found.steps),
        step_costs=tuple(costs),
        step_chances=tuple(rule.chance for rule in found.steps),
    )


class _Search:
    """Regressions that choose producers differently, from the same facts; goals share unit costs.

    Args:
        rules: the skills.
        have: the facts at the start.
        own: cost of one execution of a skill by itself.
        kept_as: name under which the unit costs are kept for later searches; empty: they are not kept.
        max_steps: longest plan, in executions.
    """

    def __init__(
        self, rules: Rules, have: Facts, own: Callable[[Rule], float], kept_as: str, max_steps: int
    ) -> None:
        self._rules = rules
        self._have = have
        self._own = own
        self._cache = rules.costs if kept_as else {}
        self._kept_as = kept_as
        self._max_steps = max_steps
        self._stock: UnitCosts | None = None
        self._begun: dict[tuple[Need, ...], Regression] = {}
        self._stocked: dict[tuple[Need, ...], Regression] = {}

    def find(self, goal: Goal, *, lenient: bool = False, improve: bool = False) -> _Candidate:
        """The best candidate. Raises `Circle` unless `lenient`, and `SearchTooDeep`."""
        rule = self._rules.goal_rule(goal)
        choice = ProducerChoice(own=self._own, costs=self._scratch())
        best = self._try(rule, choice, lenient)
        if not best.options:
            return best
        others = [] if best.settled else [replace(choice, stock=self._at_hand())]
        if improve and len(best.steps) <= MAX_TUNED_EXECUTIONS:
            used = {step.name for step in best.steps}
            others += [
                replace(choice, forced={fact: name})
                for fact, names in best.options.items()
                for name in names
                if name not in used and self._promising(self._rules.rules[name], fact, best)
            ][:MAX_OTHER_PRODUCERS]
        for other in others:
            try:
                best = min(best, self._run(rule, other), key=lambda found: found.rank)
            except (Circle, SearchTooDeep):
                continue
        return best

    def _promising(self, rule: Rule, fact: str, best: _Candidate) -> bool:
        """Whether a plan with this skill for the fact might be better than the best one so far.

        It is not when the skill alone costs as much as that plan, or another does all that it does for less.
        """
        own, first = self._own(rule), self._first(rule)
        if not best.missing and min(own, first) >= best.cost:
            return False
        return not any(
            (self._own(other), other.order) < (own, rule.order) and self._first(other) <= first
            for other in self._rules.producers[fact]
            if other is not rule and other.stands_for(rule)
        )

    def depends(self, goal: Goal) -> bool:
        """Whether what brings the goal needs something itself, so that it may share a preparation.

        A skill is left aside where another one does all that it does for less, or brings the goal for far
        less, and needs no more.
        """
        return any(
            rule.conditions and not any(self._preferred(other, rule, fact) for other in able)
            for fact in goal.facts
            for able in [self._rules.producers.get(fact, ())]
            for rule in able
        )

    def _preferred(self, other: Rule, rule: Rule, fact: str) -> bool:
        """Whether another skill would always be taken to bring the fact."""
        cheap, dear = self._own(other), self._own(rule)
        if (cheap, other.order) >= (dear, rule.order) or not other.needs_no_more_than(rule):
            return False
        enough = FAR_LESS * cheap <= dear and other.gives[fact] >= rule.gives[fact]
        return enough or other.stands_for(rule)

    def joint(self, goal: Goal, others: Sequence[Goal], limit: float) -> _Candidate | None:
        """A plan to the goal and some of the others that saves steps against one after the other.

        It stays below `MAX_JOINT_STEPS`, and costs no more than `limit` per goal: no goal that is cheaper by
        itself has to wait for it.
        """
        bundle, saved, size = goal, 0.0, 1
        best = self.ordered(goal, self.find(goal, lenient=True))
        left = list(others)
        while left:
            after = _Search(self._rules, self._after(best), self._own, self._kept_as, self._max_steps)
            offers: list[tuple[float, int, Goal, _Candidate]] = []
            for i, other in enumerate(left):
                facts = {f: max(bundle.facts.get(f, 0), n) for f, n in other.facts.items()}
                both = Goal(facts={**bundle.facts, **facts}, text=goal.text)
                try:
                    found = self.ordered(both, self.find(both, lenient=True))
                    price = found.cost / (size + 1)
                    if found.missing or found.cost > MAX_JOINT_STEPS or price > max(limit, best.cost / size):
                        continue
                    alone = after.find(other, lenient=True)
                except SearchTooDeep:
                    continue
                if not alone.missing:
                    saving = best.cost + alone.cost - found.cost
                    offers.append((saving, -i, both, found))
            if not offers:
                break
            saving, position, both, found = max(offers, key=lambda offer: offer[:2])
            if saving < 0:
                break
            bundle, best, saved, size = both, found, saved + saving, size + 1
            del left[-position]
        return best if saved >= MIN_STEPS_SAVED else None

    def _after(self, found: _Candidate) -> Facts:
        world = World(self._rules, self._have)
        for rule in found.steps:
            world.execute(rule)
        return world.facts

    def ordered(self, goal: Goal, found: _Candidate) -> _Candidate:
        """The candidate with what is near first and alike things together; itself if long or not possible."""
        if found.missing or len(found.steps) > MAX_TUNED_EXECUTIONS:
            return found
        rule, world = self._rules.goal_rule(goal), World(self._rules, self._have)
        steps = nearest_first(self._rules, found.steps, rule, world, self._first)
        steps = group(self._rules, steps, rule, world)
        return replace(found, steps=steps, cost=self._price(steps))

    def bounds(self, goals: Sequence[Goal]) -> Iterator[tuple[float, int, Goal]]:
        """For each goal what its plan costs at least, and its position."""
        bounds = least_costs(self._rules, self._own, self._free())
        for i, goal in enumerate(goals):
            lack = lacking(goal.facts, self._have)
            yield max((bounds.get(fact, math.inf) for fact in lack), default=0.0), i, goal

    def _try(self, goal: Rule, choice: ProducerChoice, lenient: bool) -> _Candidate:
        """Estimates first; where they go in a circle, settled choices, which do so only if they must."""
        try:
            return self._run(goal, choice, self._at_hand())
        except Circle:
            settled = replace(choice, settled=True, stock=None)
            try:
                return self._run(goal, replace(settled, stock=self._at_hand()))
            except Circle:
                if not lenient:
                    raise
                return self._run(goal, replace(settled, lenient=True))

    def _run(self, goal: Rule, choice: ProducerChoice, watched: UnitCosts | None = None) -> _Candidate:
        regression = self._reached(goal.needs, choice, watched).finished(goal)
        steps, missing = self._trim(goal, regression)
        settled = regression.watched is not None
        return _Candidate(steps, missing, self._price(steps), regression.options, settled)

    def _reached(
        self, needs: tuple[Need, ...], choice: ProducerChoice, watched: UnitCosts | None
    ) -> Regression:
        """A regression that has reached the needs; goals that begin alike share the beginning."""
        plain = not (choice.forced or choice.settled or choice.lenient)
        begun = self._stocked if choice.stock else self._begun
        if needs and plain and needs[:-1] in begun:
            regression, left = begun[needs[:-1]].copy(), needs[-1:]
        else:
            world = World(self._rules, self._have)
            regression, left = Regression(self._rules, world, choice, self._max_steps, watched), needs
        for need in left:
            regression.reach(need)
        if plain:
            begun[needs] = regression
        return regression

    def _trim(self, goal: Rule, found: Regression) -> tuple[list[Rule], dict[str, int]]:
        """Prune, and count again what is missing; a place that is missing may have to appear on the way."""
        start = dict(self._have)
        for fact, count in found.missing.items():
            if self._rules.place(fact):
                return found.steps, found.missing
            start[fact] = start.get(fact, 0) + count
        known = None if found.missing else found.at_hand
        steps, required = prune(self._rules, found.steps, goal, World(self._rules, start), known)
        lacking = {fact: count - self._have.get(fact, 0) for fact, count in required.items()}
        return steps, {fact: count for fact, count in lacking.items() if count > 0}

    def _price(self, steps: Sequence[Rule]) -> float:
        """Cost of a plan, see `prices`."""
        return sum(self.prices(steps))

    def prices(self, steps: Sequence[Rule]) -> Iterator[float]:
        """Cost of every step of a plan: whatever is gathered is walked to once, every place each time.

        The way is as long as the facts at the start say; to a place, longer by what is done elsewhere first.
        """
        strayed = 0.0
        walked: set[str] = set()
        for rule in steps:
            if rule.distance_model is None or rule.name in walked:
                cost = self._own(rule)
            elif rule.place:
                cost = self._first(rule, strayed)
            else:
                walked.add(rule.name)
                cost = self._first(rule)
            yield cost
            if rule.expires:
                strayed += DRIFT_PER_STEP * cost

    def _first(self, rule: Rule, strayed: float = 0.0) -> float:
        """Cost of an execution from the facts at the start, or from farther away by `strayed`."""
        if self._own is _one_each:
            return _one(rule.cost_from(self._have, strayed))
        return rule.cost_from(self._have, strayed) * self._own(rule) / rule.cost

    def _scratch(self) -> UnitCosts:
        if self._kept_as not in self._cache:
            self._cache[self._kept_as] = unit_costs(self._rules, self._own)
        return self._cache[self._kept_as]

    def _at_hand(self) -> UnitCosts:
        if self._stock is None:
            self._stock = unit_costs(self._rules, self._own, self._free())
        return self._stock

    def _free(self) -> list[str]:
        return [fact for fact, value in self._have.items() if value > 0]
