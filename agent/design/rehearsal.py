"""Tests a policy over skills on its simulation before it is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.design.refinement import Finding
from agent.design.simulation import RUN_EXECUTIONS, SEEDS, Simulation, Simulator
from agent.llm.replies import SkillPolicy
from envs.facts import Facts
from skills.code.policy_code import PolicyOverSkillsFunction, SimulateFunction, TraceCheck
from skills.code.sandbox import TEST_SECONDS, Sandbox
from skills.errors import CodeRejected
from skills.skill import lacking


def rehearse(
    sandbox: Sandbox,
    reply: SkillPolicy,
    skills: Sequence[str],
    fact_names: Sequence[str],
    start: Facts,
    goal: Mapping[str, int],
) -> Finding | None:
    """What is wrong with a policy; None when it is accepted.

    Args:
        sandbox: where the code runs.
        reply: the code.
        skills: the skills that there are.
        fact_names: the game's fact vocabulary.
        start: the facts at the start of an episode.
        goal: facts that must hold when the task is done; empty where facts cannot tell.
    """
    with sandbox.within(TEST_SECONDS):
        return _finding(sandbox, reply, skills, fact_names, start, goal)


def _finding(
    sandbox: Sandbox,
    reply: SkillPolicy,
    skills: Sequence[str],
    fact_names: Sequence[str],
    start: Facts,
    goal: Mapping[str, int],
) -> Finding | None:
    try:
        choose = PolicyOverSkillsFunction(sandbox, reply.choose, fact_names, skills)
        simulator = Simulator(
            choose=lambda first, facts, last, failures, draw: choose.one(first, facts, last, failures),
            simulate=SimulateFunction(sandbox, reply.simulate, fact_names).one,
            start={name: int(start.get(name, 0)) for name in fact_names},
            insisting="; name another skill when `failures` shows that it does not work here",
        )
        check = TraceCheck(sandbox, reply.check)
    except CodeRejected as error:
        return Finding(problems=(str(error),))
    used: set[str] = set()
    for seed in range(SEEDS):
        run = simulator.run(f"every execution succeeds, luck number {seed + 1}", seed)
        used |= {step["skill"] for step in run.trace[1:]}
        if problems := _faults_without_failures(run, check, goal):
            return Finding(problems=problems, trace=run.text())
    for run in simulator.with_failures(sorted(used), "always fails, all else succeeds"):
        if run.problem:
            return Finding(problems=(run.problem,), trace=run.text())
    return None


def _faults_without_failures(run: Simulation, check: TraceCheck, goal: Mapping[str, int]) -> tuple[str, ...]:
    """What is wrong with a run in which every execution succeeded."""
    if run.problem:
        return (run.problem,)
    faults = []
    if not run.done:
        faults.append(f"choose never returns '', in {RUN_EXECUTIONS} executions that all succeed")
    short = lacking(goal, run.facts)
    if short:
        listed = ", ".join(f"{fact} is {run.facts.get(fact, 0)}" for fact in short)
        wanted = ", ".join(f"{fact} {count}" for fact, count in goal.items())
        faults.append(f"the goal ({wanted}) does not hold at the end of the run: {listed}")
    elif len(run.trace) == 1 and not goal:
        faults.append("choose returns '' before anything was done")
    try:
        faults += [f"check says: {text}" for text in check.one(run.trace)]
    except CodeRejected as error:
        faults.append(str(error))
    return tuple(faults)
