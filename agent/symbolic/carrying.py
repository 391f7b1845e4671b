"""Plans carried out in a symbolic world: planned, executed, and planned again where something is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envs.facts import Facts
from envs.game import KnownTask
from envs.minecraft.symbolic import Operation, SymbolicWorld
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Plan, Verdict
from planners.search.search import cheapest
from skills.skill import lacking, reached

MOST_PLANS = 400
"""Plans that are made for one task at most, the first among them."""

MOST_FAILURES = 8
"""Times that a skill may fail in one task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How one task went.

    Attributes:
        task: its id.
        planned: executions of skills in the first plan; 0 where nothing is lacking at the start.
        missing: what the first plan lacks; nothing else was done then.
        done: whether the goal was reached.
        executed: executions of skills until then.
        plans: how many plans it took.
        failed: skill -> how often it did not do what was planned.
    """

    task: str
    planned: int
    missing: Mapping[str, int]
    done: bool
    executed: int
    plans: int
    failed: Mapping[str, int]


class Carrier:
    """Plans tasks over a graph and carries them out.

    Equal tasks are planned once, for as long as the graph stays as it is.

    Args:
        graph: the skills; `learn` has every execution recorded in it.
        operations: skill -> what it does in the world.
        levels: bars, which stay full.
        learn: whether executions are evidence.
    """

    def __init__(
        self,
        graph: SkillGraph,
        operations: Mapping[str, Operation],
        levels: Mapping[str, int],
        *,
        learn: bool = False,
    ) -> None:
        self._graph = graph
        self._operations = operations
        self._levels = dict(levels)
        self._learn = learn
        self._plans: dict[tuple[object, ...], Plan] = {}

    def plan(self, task: KnownTask) -> Plan:
        """The first plan for a task."""
        key = (tuple(sorted(task.goal.items())), tuple(sorted(task.start.items())), self._graph.revision)
        if key not in self._plans:
            self._plans[key] = self._cheapest(
                Goal(facts=task.goal, text=task.name), {**self._levels, **task.start}
            )
        return self._plans[key]

    def _cheapest(self, goal: Goal, facts: Facts) -> Plan:
        return cheapest(self._graph, goal, facts, only_available=False)

    def carry_out(self, task: KnownTask, seed: int = 0) -> Carried:
        """Carry a task out; a plan of which a step cannot be done is made anew from where it stands."""
        plan = self.plan(task)
        first, executed, plans = plan, 0, 1
        failed: dict[str, int] = {}
        world = self._world(task, seed)
        while plan.possible and plans <= MOST_PLANS:
            done, stuck = self._follow(plan, world)
            executed += done
            if not lacking(task.goal, world.facts()):
                return self._carried(task, first, True, executed, plans, failed)
            if stuck:
                failed[stuck] = failed.get(stuck, 0) + 1
                if failed[stuck] > MOST_FAILURES:
                    break
            plan = self._cheapest(Goal(facts=task.goal, text=task.name), world.facts())
            plans += 1
        return self._carried(task, first, False, executed, plans, failed)

    def _world(self, task: KnownTask, seed: int) -> SymbolicWorld:
        start = next(
            name
            for name in ("nether", "end", "overworld")
            if task.start.get(f"in.{name}") or name == "overworld"
        )
        carried = {fact: count for fact, count in task.start.items() if "." not in fact}
        return SymbolicWorld(carried, seed, world=start, levels=self._levels)

    def _follow(self, plan: Plan, world: SymbolicWorld) -> tuple[int, str]:
        """Execute a plan as far as it goes: executions, and the skill that could not be done.

        What brought less than was believed ends it too, as the executor looks at the facts after every skill:
        there are places that one must not go to with too little.
        """
        for count, skill in enumerate(plan.steps):
            before = world.facts()
            needs = self._graph.belief(skill).needs
            if lacking(needs, before):
                return count, ""
            acted = world.do(self._operations[skill])
            after = world.facts() if acted else before
            success = acted and reached(self._judged(skill), self._graph.kinds, before, after)
            if self._learn:
                self._record(skill, success, before, after)
            if not success:
                return count + 1, skill
            if not reached(self._graph.belief(skill).obtains, self._graph.kinds, before, after):
                return count + 1, ""
        return len(plan.steps), ""

    def _judged(self, skill: str) -> dict[str, int]:
        """What success is judged by: at least one of what was claimed to come."""
        kinds = self._graph.kinds
        claimed = self._graph.claim(skill).obtains
        first = next(iter(claimed))
        return {first: 1 if kinds.get(first) in ("count", "event") else claimed[first]}

    def _record(self, skill: str, success: bool, before: Facts, after: Facts) -> None:
        verdict = Verdict(outcome="done" if success else "not_done", reason="symbolic", judge="facts")
        self._graph.record(Execution(skill=skill, verdict=verdict, env_steps=1, before=before, after=after))

    def _carried(
        self, task: KnownTask, first: Plan, done: bool, executed: int, plans: int, failed: Mapping[str, int]
    ) -> Carried:
        return Carried(
            task=task.name,
            planned=len(first.steps),
            missing=dict(first.missing),
            done=done,
            executed=executed,
            plans=plans,
            failed=dict(failed),
        )
