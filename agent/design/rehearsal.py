"""A policy over skills tried out on the simulation that came with it: what it does decides, not what is said.

Source of the idea: MaestroMotif (Klissarov et al. 2025), where a language model refines its policy over
skills by a unit test; here acceptance is decided by assertions on executed runs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.llm.replies import SkillPolicy
from envs.facts import Facts
from skills.code.policy_code import PolicyOverSkillsFunction, SimulateFunction, TraceCheck
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected
from skills.skill import lacking

RUN_LENGTH = 150
"""Executions of a simulated run; a run without failures must be done by then."""

INSISTENCE = 8
"""How often in a row a policy may name a skill that keeps failing."""

SEEDS = 4
"""Runs without failures, each with another luck."""

TURNS = 1000
"""Values of the number that stands for luck lie below this."""

SHOWN = 40
"""Executions of a run that are shown, the last ones."""


@dataclass(slots=True)
class Simulation:
    """One simulated run.

    Attributes:
        name: what is special about it, in words.
        trace: what `check` gets, see `skills.code.policy_code.TraceCheck`.
        done: whether the policy returned ``""``.
        problem: what stopped it; empty when nothing did.
    """

    name: str
    trace: list[dict[str, Any]] = field(default_factory=list)
    done: bool = False
    problem: str = ""

    @property
    def facts(self) -> Facts:
        """The facts at the end."""
        facts: Facts = self.trace[-1]["facts"]
        return facts

    def text(self) -> str:
        """The run for a model to read: an execution a line, with the facts that changed."""
        lines = []
        for number, (before, step) in enumerate(zip(self.trace, self.trace[1:], strict=False), start=1):
            old, new = before["facts"], step["facts"]
            changes = [f"{name} {old[name]} -> {new[name]}" for name in new if new[name] != old[name]]
            outcome = "succeeded" if step["success"] else "failed"
            what = f"{step['skill']} {outcome}" if step["skill"] else "a new episode begins"
            lines.append(f"{number}. {what}: {', '.join(changes) or 'nothing changed'}")
        if len(lines) > SHOWN:
            lines = [f"({len(lines) - SHOWN} executions before are left out)", *lines[-SHOWN:]]
        end = "the policy returned '' (done)" if self.done else self.problem or "the run was cut off"
        return "\n".join([f"Run: {self.name}", *lines, f"End: {end}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why a policy is not accepted: what is wrong, and the run in which that came up."""

    problems: tuple[str, ...]
    trace: str = "(it was not run)"


class Rehearsal:
    """Runs one policy on its own simulation.

    Args:
        sandbox: where the code runs.
        reply: the code.
        skills: the skills that there are.
        fact_names: the game's fact vocabulary.
        start: the facts at the start of an episode.
        goal: facts that must hold when the task is done; empty where facts cannot tell.

    Raises:
        CodeRejected: the code cannot be loaded.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        reply: SkillPolicy,
        skills: Sequence[str],
        fact_names: Sequence[str],
        start: Facts,
        goal: Mapping[str, int],
    ) -> None:
        self._choose = PolicyOverSkillsFunction(sandbox, reply.choose, fact_names, skills)
        self._simulate = SimulateFunction(sandbox, reply.simulate, fact_names)
        self._check = TraceCheck(sandbox, reply.check)
        self._start = {name: int(start.get(name, 0)) for name in fact_names}
        self._goal = goal

    def finding(self) -> Finding | None:
        """What is wrong with the policy; None when it is accepted."""
        used: set[str] = set()
        for run in self._flawless_runs():
            used |= {step["skill"] for step in run.trace[1:]}
            if problems := self._faults_of_flawless(run):
                return Finding(problems=problems, trace=run.text())
        for run in self._faulty_runs(sorted(used)):
            if run.problem:
                return Finding(problems=(run.problem,), trace=run.text())
        return None

    def _flawless_runs(self) -> Iterator[Simulation]:
        for seed in range(SEEDS):
            yield self._run(Simulation(f"every execution succeeds, luck number {seed + 1}"), seed)

    def _faulty_runs(self, used: Sequence[str]) -> Iterator[Simulation]:
        for seed, share in ((SEEDS, 2), (SEEDS + 1, 2), (SEEDS + 2, 3)):
            name = f"about one execution in {share} fails, at random"
            yield self._run(Simulation(name), seed, share=share)
        for seed, skill in enumerate(used):
            yield self._run(Simulation(f"{skill} always fails, all else succeeds"), seed, failing=skill)

    def _run(self, run: Simulation, seed: int, *, share: int = 0, failing: str = "") -> Simulation:
        """Carry the policy out; errors end the run and are its problem."""
        draws = random.Random(seed)
        facts = dict(self._start)
        run.trace.append({"skill": "", "success": True, "facts": facts})
        last, failures = "", 0
        for _ in range(RUN_LENGTH):
            try:
                skill = self._choose.one(self._start, facts, last, failures)
                if not skill:
                    run.done = True
                    return run
                failed = skill == failing or bool(share and draws.randrange(share) == 0)
                turn = draws.randrange(TURNS)
                facts = facts if failed else {**facts, **self._simulate.one(facts, skill, turn)}
            except CodeRejected as error:
                run.problem = str(error)
                return run
            failures = (failures if skill == last else 0) + 1 if failed else 0
            last = skill
            run.trace.append({"skill": skill, "success": not failed, "facts": facts})
            if failures > INSISTENCE:
                run.problem = (
                    f"choose names {skill!r} again after it has failed {failures} times in a row; name "
                    "another skill when `failures` shows that it does not work here"
                )
                return run
        return run

    def _faults_of_flawless(self, run: Simulation) -> tuple[str, ...]:
        """What is wrong with a run in which every execution succeeded."""
        if run.problem:
            return (run.problem,)
        faults = []
        if not run.done:
            faults.append(f"choose never returns '', in {RUN_LENGTH} executions that all succeed")
        short = lacking(self._goal, run.facts)
        if short:
            listed = ", ".join(f"{fact} is {run.facts.get(fact, 0)}" for fact in short)
            wanted = ", ".join(f"{fact} {count}" for fact, count in self._goal.items())
            faults.append(f"the goal ({wanted}) does not hold at the end of the run: {listed}")
        elif len(run.trace) == 1 and not self._goal:
            faults.append("choose returns '' before anything was done")
        try:
            faults += [f"check says: {text}" for text in self._check.one(run.trace)]
        except CodeRejected as error:
            faults.append(str(error))
        return tuple(faults)


def rehearse(
    sandbox: Sandbox,
    reply: SkillPolicy,
    skills: Sequence[str],
    fact_names: Sequence[str],
    start: Facts,
    goal: Mapping[str, int],
) -> Finding | None:
    """Try a policy out; None when it is accepted. See `Rehearsal` for the arguments."""
    try:
        return Rehearsal(sandbox, reply, skills, fact_names, start, goal).finding()
    except CodeRejected as error:
        return Finding(problems=(str(error),))
