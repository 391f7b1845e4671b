"""Tests a policy over skills for training on its simulation before it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from agent.design.refinement import Finding
from agent.design.simulation import RUN_EXECUTIONS, SEEDS, Simulation, Simulator
from agent.llm.replies import TrainingPolicy
from envs.facts import Facts
from skills.code.policy_code import SimulateFunction, TraceCheck, TrainingPolicyFunction
from skills.code.sandbox import TEST_SECONDS, Sandbox
from skills.errors import CodeRejected

LARGEST_SHARE = 2 / 3
"""Largest share of the executions in runs without failures that one skill may have, 0..1."""

DRAWS_COMPARED = 12
"""Numbers drawn, 0 and up, with which the policy must not always do the same."""

MayStart = Callable[[Facts], bool]
"""Whether a skill can start where these facts hold."""


def rehearse_training(
    sandbox: Sandbox,
    reply: TrainingPolicy,
    skills: Mapping[str, MayStart],
    fact_names: Sequence[str],
    start: Facts,
) -> Finding | None:
    """What is wrong with a policy, carried out episode after episode; None when it is accepted.

    Args:
        sandbox: where the code runs.
        reply: the code.
        skills: the skills that are trained, with what decides whether they can start.
        fact_names: the game's fact vocabulary.
        start: the facts at the start of an episode.
    """
    with sandbox.within(TEST_SECONDS):
        return _finding(sandbox, reply, skills, fact_names, start)


def _finding(
    sandbox: Sandbox,
    reply: TrainingPolicy,
    skills: Mapping[str, MayStart],
    fact_names: Sequence[str],
    start: Facts,
) -> Finding | None:
    try:
        simulator = Simulator(
            choose=TrainingPolicyFunction(sandbox, reply.choose, fact_names, tuple(skills)).one,
            simulate=SimulateFunction(sandbox, reply.simulate, fact_names).one,
            start={name: int(start.get(name, 0)) for name in fact_names},
            can_start=lambda skill, facts: skills[skill](facts),
            restarts=True,
            insisting=(
                ", though it cannot start or does not work there; "
                "name another skill when `failures` shows that"
            ),
        )
        check = TraceCheck(sandbox, reply.check)
    except CodeRejected as error:
        return Finding(problems=(str(error),))
    without_failures = []
    for seed in range(SEEDS):
        run = simulator.run(f"every execution that can start succeeds, luck number {seed + 1}", seed)
        if problems := _faults(run, check):
            return Finding(problems=problems, trace=run.text())
        without_failures.append(run)
    if problems := _faults_of_all(without_failures, skills, simulator):
        return Finding(problems=problems, trace=without_failures[0].text())
    for run in simulator.with_failures(skills, "always fails"):
        if run.problem:
            return Finding(problems=(run.problem,), trace=run.text())
    return None


def _faults(run: Simulation, check: TraceCheck) -> tuple[str, ...]:
    if run.problem:
        return (run.problem,)
    try:
        return tuple(f"check says: {text}" for text in check.one(run.trace))
    except CodeRejected as error:
        return (str(error),)


def _faults_of_all(
    runs: Sequence[Simulation], skills: Collection[str], simulator: Simulator
) -> tuple[str, ...]:
    """What is wrong with the runs without failures taken together."""
    steps = [step for run in runs for step in run.trace if step["skill"] and step["success"]]
    done = Counter(step["skill"] for step in steps)
    faults = []
    if never := [name for name in skills if not done[name]]:
        faults.append(
            f"in {len(runs)} runs of {RUN_EXECUTIONS} executions these skills were never carried out: "
            f"{', '.join(never)}; name them where they can start, and let `simulate` bring that about"
        )
    name, most = done.most_common(1)[0] if done else ("", 0)
    if most > LARGEST_SHARE * len(steps) and len(skills) > 1:
        faults.append(f"{name} is {most} of {len(steps)} executions; leave more to the others")
    if not _varies(simulator):
        faults.append("choose does the same whatever is drawn; let `draw` decide something")
    return tuple(faults)


def _varies(simulator: Simulator) -> bool:
    """Whether episodes with the same seed differ by what is drawn."""
    runs = (simulator.run("draws", 0, draw=draw) for draw in range(DRAWS_COMPARED))
    return len({tuple(step["skill"] for step in run.trace) for run in runs}) > 1
