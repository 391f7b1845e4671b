"""Backward regression: from a goal to the executions that reach it, deepest prerequisites first.

Source: the search of Plan4MC (skill decomposition with quantities: consumed things, then required things,
places last; a find skill ends all other places), with four changes. The frames are on an explicit stack
instead of the interpreter's; things set aside for a later skill are never used up by an earlier one; several
executions of one skill are prepared together, so that a place is visited once for all of them; and several
skills may produce the same fact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from planners.errors import SearchTooDeep
from planners.search.costs import MISSING_COST, cost_of
from planners.search.pruning import AtHand, at_hand
from planners.search.rules import Need, Rule, Rules, UnitCosts
from planners.search.world import World

Frame: TypeAlias = list[tuple[Need, int]]
"""What was set aside for a skill: each need, and what had been set aside of the fact before."""

Task: TypeAlias = Generator["Task", Any, Any]
"""A step of the search that asks for other steps by yielding them; see `Regression._drive`."""

Price: TypeAlias = Callable[[Rule, UnitCosts, float], float]
"""What a skill costs by some unit costs; of what costs more than a limit, only that it does."""

MAX_STALLED_EXECUTIONS = 3
"""Executions in a row without a rise of the wanted fact that count as a circle."""


class Circle(Exception):
    """Every skill that produces a fact needs, in the end, that fact first.

    Attributes:
        fact: the fact.
        path: skills under way, outermost first.
    """

    def __init__(self, fact: str, path: Iterable[str]) -> None:
        super().__init__(fact)
        self.fact = fact
        self.path = tuple(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerChoice:
    """How a regression chooses among the producers of a fact.

    Attributes:
        own: skill -> cost of one execution.
        costs: unit costs from scratch.
        stock: unit costs when what is at hand costs nothing; None to estimate with `costs` alone.
        settled: follow the choices of `costs`, which cannot go in a circle, instead of estimating again.
        forced: fact -> the skill that must produce it.
        lenient: a fact that only a circle produces is missing instead of raising `Circle`.
    """

    own: Callable[[Rule], float]
    costs: UnitCosts
    stock: UnitCosts | None = None
    settled: bool = False
    forced: Mapping[str, str] = field(default_factory=dict)
    lenient: bool = False


class Regression:
    """One search: `reach` the needs of a goal in turn, then read the attributes of what `finished` returns.

    Most choices come out the same whether estimates are made from scratch or with what is at hand. A search
    from scratch may watch for that, so that the other one need not be made.

    Attributes:
        steps: executions in order.
        missing: facts that no skill produced, with the counts lacking.
        options: facts for which there was a choice -> the skills that could have produced them.
        watched: the unit costs that are watched for another choice; None once there was one.
        at_hand: for every execution in `steps` what was there before, see `planners.search.pruning.at_hand`.

    Args:
        rules: the skills.
        world: the facts at the start; changed by the search.
        choice: how to choose among the producers of a fact.
        max_steps: longest plan, in executions.
        watched: unit costs to watch: whether choices with them as `ProducerChoice.stock` would be the same.
    """

    def __init__(
        self,
        rules: Rules,
        world: World,
        choice: ProducerChoice,
        max_steps: int,
        watched: UnitCosts | None = None,
    ) -> None:
        self.watched = watched
        self._units = choice.stock or choice.costs
        self.steps: list[Rule] = []
        self.at_hand: list[AtHand] = []
        self.missing: dict[str, int] = {}
        self.options: dict[str, tuple[str, ...]] = {}
        self._rules = rules
        self._world = world
        self._choice = choice
        self._max_steps = max_steps
        self._executed = 0
        self._reserved: dict[str, int] = {}
        self._path: dict[str, None] = {}

    def copy(self) -> Regression:
        """An independent copy, to go on from here in another way."""
        other = Regression(self._rules, self._world.copy(), self._choice, self._max_steps, self.watched)
        other.steps, other.at_hand = self.steps.copy(), self.at_hand.copy()
        other.missing, other.options = self.missing.copy(), self.options.copy()
        other._executed, other._reserved = self._executed, self._reserved.copy()
        other._path = self._path.copy()
        return other

    def reach(self, need: Need) -> None:
        """Find the executions that bring what a goal needs, other than a place, and set it aside.

        Raises:
            Circle: skills need each other and there is no other way.
            SearchTooDeep: the plan would be longer than `max_steps`.
        """
        self._path[""] = None
        base = self._reserved.get(need.fact, 0)
        target = self._target(need, 1, base)
        if self._world.facts.get(need.fact, 0) < target:
            self._drive(self._ensure(need.fact, target))
        self._set_aside(need, 1, base)

    def finished(self, goal: Rule) -> Regression:
        """The search after which `goal` could be executed, once its needs are reached; perhaps this one.

        Raises:
            Circle, SearchTooDeep: as `reach`.
        """
        if self._world.covers(goal.conditions):
            return self
        last = self.copy()
        last._path[""] = None
        last._drive(last._ready(goal))
        return last

    def _drive(self, task: Task) -> None:
        """Run a task and the tasks it asks for, however deep, without recursion."""
        stack: list[Task] = [task]
        result: Any = None
        error: Circle | None = None
        while stack:
            try:
                if error is None:
                    child = stack[-1].send(result)
                else:
                    thrown, error = error, None
                    child = stack[-1].throw(thrown)
            except StopIteration as stop:
                stack.pop()
                result = stop.value
            except Circle as circle:
                stack.pop()
                error = circle
            else:
                stack.append(child)
                result = None
        if error is not None:
            raise error

    def _follow(self, group: list[Rule]) -> Task:
        """Execute skills one after the other, with everything but their places prepared beforehand."""
        frames: list[tuple[Rule, Frame]] = []
        for rule in reversed(group):
            frames.append((rule, (yield self._prepare(rule, 1)) if rule.needs else self._enter(rule)))
        for rule, frame in reversed(frames):
            if not self._world.covers(rule.conditions):
                yield self._ready(rule)
            self._execute(rule)
            self._release(rule, frame)

    def _perform(self, rule: Rule, runs: int) -> Task:
        """Execute one skill several times."""
        frame: Frame = (yield self._prepare(rule, runs)) if rule.needs else self._enter(rule)
        for left in range(runs - 1, -1, -1):
            if not self._world.covers(rule.conditions):
                yield self._ready(rule)
            self._execute(rule)
            for need, base in frame:
                self._set_aside(need, left, base)
        self._path.pop(rule.name)

    def _prepare(self, rule: Rule, runs: int) -> Task:
        """Get everything `runs` executions need, except places, and set it aside."""
        frame = self._enter(rule)
        for need in self._rules.in_order(rule.needs):
            base = self._reserved.get(need.fact, 0)
            target = self._target(need, runs, base)
            if self._world.facts.get(need.fact, 0) < target:
                yield self._ensure(need.fact, target)
            self._set_aside(need, runs, base)
            frame.append((need, base))
        return frame

    def _enter(self, rule: Rule) -> Frame:
        """Note that a skill is under way; nothing is set aside for it yet."""
        self._path[rule.name] = None
        return []

    def _target(self, need: Need, runs: int, base: int) -> int:
        """How much to have of what is needed: no more than the player can carry, but enough for one time."""
        target = need.for_runs(runs, base)
        return max(need.there, min(target, self._rules.highs.get(need.fact, target)))

    def _set_aside(self, need: Need, runs: int, base: int) -> None:
        self._reserved[need.fact] = self._target(need, runs, base) if runs else base

    def _ready(self, rule: Rule) -> Task:
        """Make all places hold, and get again what went into them because more could not be carried."""
        for _ in range(MAX_STALLED_EXECUTIONS):
            if not self._world.covers(rule.places):
                yield self._establish(rule)
            short = self._world.lacks(rule.needs)
            if not short:
                return
            for need in rule.needs:
                if need.fact in short:
                    yield self._ensure(need.fact, need.there)
        for fact, count in self._world.lacks(rule.conditions).items():
            self._lack(fact, self._world.facts.get(fact, 0) + count)

    def _release(self, rule: Rule, frame: Frame) -> None:
        for need, base in frame:
            self._reserved[need.fact] = base
        self._path.pop(rule.name)

    def _execute(self, rule: Rule) -> None:
        self._executed += 1
        if len(self.steps) >= self._max_steps or self._executed > 4 * self._max_steps:
            raise SearchTooDeep(
                f"the plan needs more than {self._max_steps} executions of skills; "
                "ask for less at a time, or check the counts that the graph believes"
            )
        self.at_hand.append(at_hand(rule, self._world))
        self._world.execute(rule)
        self.steps.append(rule)

    def _lack(self, fact: str, target: int) -> None:
        """Note that nothing brings the fact to `target`, and go on as if it were there."""
        held = self._world.facts.get(fact, 0)
        self.missing[fact] = self.missing.get(fact, 0) + target - held
        self._world.give(fact, target - held if self._rules.gain(fact) else target)

    def _ensure(self, fact: str, target: int) -> Task:
        """Bring a fact that is not a place to `target`."""
        facts, stalled = self._world.facts, 0
        most = min(target, self._rules.highs.get(fact, target))
        while (held := facts.get(fact, 0)) < target:
            stuck = stalled == MAX_STALLED_EXECUTIONS
            if stuck and not self._choice.lenient:
                raise Circle(fact, self._path)
            rule = self._pick(fact, most) if held < most and not stuck else None
            if rule is None:
                self._lack(fact, target)
                return
            runs = self._rules.runs(rule, fact, most - held)
            yield self._perform(rule, self._room(rule, runs))
            facts = self._world.facts
            stalled = stalled + 1 if facts.get(fact, 0) <= held else 0

    def _room(self, rule: Rule, runs: int) -> int:
        """How many of `runs` executions can be prepared together before something fills up."""
        room = runs
        for need in rule.needs:
            if need.used and need.fact in self._rules.highs:
                left = max(self._reserved.get(need.fact, 0), need.there - need.used)
                room = min(room, max(1, (self._rules.highs[need.fact] - left) // need.used))
        return room

    def _pick(self, fact: str, target: int) -> Rule | None:
        """The skill to produce a fact with, or None when there is none. Raises `Circle`."""
        able = [
            rule
            for rule in self._rules.producers.get(fact, ())
            if self._rules.gain(fact) or rule.gives[fact] >= target
        ]
        if not able:
            return None
        if len(able) > 1:
            self.options.setdefault(fact, tuple(rule.name for rule in able))
            if fact in self._choice.forced:
                able = [rule for rule in able if rule.name == self._choice.forced[fact]] or able
        able = [rule for rule in able if rule.name not in self._path]
        if len(able) > 1:
            able = [self._best(fact, target, able)]
        if self._choice.lenient and (
            not able or math.isinf(self._estimate(able[0], fact, target, self._units))
        ):
            return None
        if not able:
            raise Circle(fact, self._path)
        return able[0]

    def _best(self, fact: str, target: int, able: list[Rule]) -> Rule:
        if self._choice.settled:
            for costs in (self._choice.costs, self._choice.stock):
                settled = costs.choice.get(fact) if costs else None
                if settled in able:
                    return settled
        return self._least(able, lambda rule, units, limit: self._estimate(rule, fact, target, units, limit))

    def _least(self, able: list[Rule], price: Price) -> Rule:
        """The cheapest skill, the first in the graph among equals."""
        if len(able) == 1:
            return able[0]
        best = _cheapest(able, price, self._units)
        if self.watched and best is not _cheapest(able, price, self.watched):
            self.watched = None
        return best

    def _estimate(
        self, rule: Rule, fact: str, target: int, units: UnitCosts, limit: float = math.inf
    ) -> float:
        """What it costs to bring `fact` to `target` with this skill, beyond what is at hand and free.

        Where that is more than `limit`, some number above it.
        """
        facts = self._world.facts
        runs = self._rules.runs(rule, fact, target - facts.get(fact, 0))
        total = runs * self._choice.own(rule)
        for need in rule.needs:
            if total > limit:
                return total
            short = need.for_runs(runs, self._reserved.get(need.fact, 0)) - facts.get(need.fact, 0)
            if short > 0:
                total += cost_of(units, need.fact, short if self._rules.gain(need.fact) else 1)
        for need in rule.places:
            if facts.get(need.fact, 0) < need.there:
                total += cost_of(units, need.fact, runs if need.used else 1)
        return total

    def _establish(self, rule: Rule) -> Task:
        """Make all places hold that `rule` needs, at the same time; not all of them do."""
        ways = self._ways(rule)
        for tried, way in enumerate(ways, start=1):
            last = tried == len(ways)
            before = self._save() if self._choice.lenient or not last else None
            try:
                yield self._follow(way)
            except Circle:
                if before is None:
                    raise
                self._restore(before)
                continue
            if self._world.covers(rule.places):
                return
            if before is not None and not last:
                self._restore(before)
        for fact, short in self._world.lacks(rule.places).items():
            self._lack(fact, self._world.facts.get(fact, 0) + short)

    def _save(self) -> tuple[World, int, dict[str, int], dict[str, int], dict[str, None]]:
        return self._world.copy(), len(self.steps), dict(self.missing), dict(self._reserved), dict(self._path)

    def _restore(self, saved: tuple[World, int, dict[str, int], dict[str, int], dict[str, None]]) -> None:
        self._world, count, self.missing, self._reserved, self._path = saved
        del self.steps[count:], self.at_hand[count:]

    def _ways(self, rule: Rule) -> list[list[Rule]]:
        """Orders of skills that bring all of a skill's places together, least estimate first.

        A find skill ends the places held before it, so at most one is in a way, and it comes first. The last
        way is the one to stay with when none works: the best, though it may leave out a place.
        """
        wanted = [need for need in rule.places if need.fact in self._rules.producers]
        finders = {
            able.name: able
            for need in wanted
            for able in self._place_producers(need)
            if able.expires and able.name not in self._path
        }
        found: list[tuple[list[Rule], int]] = []
        for finder in (None, *finders.values()):
            given = finder.gives if finder else self._world.facts
            builders, left = self._builders([n for n in wanted if given.get(n.fact, 0) < n.there], given)
            way = [finder, *builders] if finder else builders
            if way:
                found.append((way, left))
        self._note_options(wanted)
        if not found and not self._choice.lenient:
            for need in wanted:
                if any(able.name in self._path for able in self._rules.producers[need.fact]):
                    raise Circle(need.fact, self._path)
        order = self._in_order(found, self._units)
        if self.watched is not None and order != self._in_order(found, self.watched):
            self.watched = None
        return [found[i][0] for i in order]

    def _in_order(self, ways: list[tuple[list[Rule], int]], units: UnitCosts) -> list[int]:
        """The order in which ways are tried, each given with the places that it leaves out."""
        costs = [
            sum(self._place_estimate(able, units) for able in way) + MISSING_COST * left for way, left in ways
        ]
        order = sorted(range(len(ways)), key=lambda i: (costs[i], i))
        whole = [i for i in order if costs[i] < MISSING_COST]
        return whole if len(whole) == 1 else [*whole, *order[:1]]

    def _note_options(self, wanted: list[Need]) -> None:
        for need in wanted:
            if len(self._rules.producers[need.fact]) > 1:
                names = (able.name for able in self._rules.producers[need.fact])
                self.options.setdefault(need.fact, tuple(names))

    def _place_producers(self, need: Need) -> list[Rule]:
        able = [rule for rule in self._rules.producers[need.fact] if rule.gives[need.fact] >= need.there]
        if need.fact not in self._choice.forced:
            return able
        return [rule for rule in able if rule.name == self._choice.forced[need.fact]] or able

    def _place_estimate(self, rule: Rule, units: UnitCosts, limit: float = math.inf) -> float:
        return self._estimate(rule, rule.place, self._world.facts.get(rule.place, 0) + 1, units, limit)

    def _builders(self, wanted: list[Need], held: Mapping[str, int]) -> tuple[list[Rule], int]:
        """The cheapest skill that keeps other places, for each place, and how many places have none.

        Skills that need one of the places themselves come after the one that brings it.
        """
        builders: list[Rule] = []
        left = 0
        for need in wanted:
            able = [
                rule
                for rule in self._place_producers(need)
                if not rule.expires and rule.name not in self._path
            ]
            left += not able
            if able and not any(rule in able for rule in builders):
                builders.append(self._least(able, self._place_estimate))
        there = {fact for fact, value in held.items() if value > 0}
        ordered: list[Rule] = []
        while builders:
            ready = (rule for rule in builders if all(n.fact in there for n in rule.places))
            rule = next(ready, builders[0])
            builders.remove(rule)
            ordered.append(rule)
            there.update(rule.gives)
        return ordered, left


def _cheapest(able: list[Rule], price: Price, units: UnitCosts) -> Rule:
    """The rule of the least price, the first in the graph among equals."""
    best, least = able[0], price(able[0], units, math.inf)
    for rule in able[1:]:
        found = price(rule, units, least)
        if found < least or (found == least and rule.order < best.order):
            best, least = rule, found
    return best
