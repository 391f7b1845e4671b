"""A policy over skills for training, tried out on its own simulation before anything is trained under it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from agent.design.rehearsal import INSISTENCE, RUN_LENGTH, SEEDS, TURNS, Finding, Simulation
from agent.llm.replies import TrainingPolicy
from envs.facts import Facts
from envs.rollout.joint import DRAWS
from skills.code.policy_code import SimulateFunction, TraceCheck, TrainingPolicyFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

MOST = 2 / 3
"""Largest share of all executions without failures that one skill may have."""

MayStart = Callable[[Facts], bool]
"""Whether a skill can start where these facts hold."""


class TrainingRehearsal:
    """Runs one policy on its own simulation, episode after episode.

    Args:
        sandbox: where the code runs.
        reply: the code.
        skills: the skills that are trained, with what decides whether they can start.
        fact_names: the game's fact vocabulary.
        start: the facts at the start of an episode.

    Raises:
        CodeRejected: the code cannot be loaded.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        reply: TrainingPolicy,
        skills: Mapping[str, MayStart],
        fact_names: Sequence[str],
        start: Facts,
    ) -> None:
        self._choose = TrainingPolicyFunction(sandbox, reply.choose, fact_names, tuple(skills))
        self._simulate = SimulateFunction(sandbox, reply.simulate, fact_names)
        self._check = TraceCheck(sandbox, reply.check)
        self._skills = skills
        self._start = {name: int(start.get(name, 0)) for name in fact_names}

    def finding(self) -> Finding | None:
        """What is wrong with the policy; None when it is accepted."""
        flawless = []
        for seed in range(SEEDS):
            run = self._run(
                Simulation(f"every execution that can start succeeds, luck number {seed + 1}"), seed
            )
            if problems := self._faults(run):
                return Finding(problems=problems, trace=run.text())
            flawless.append(run)
        if problems := self._faults_of_all(flawless):
            return Finding(problems=problems, trace=flawless[0].text())
        for share, seed in ((2, SEEDS), (2, SEEDS + 1), (3, SEEDS + 2)):
            run = self._run(Simulation(f"about one execution in {share} fails, at random"), seed, share=share)
            if run.problem:
                return Finding(problems=(run.problem,), trace=run.text())
        for seed, skill in enumerate(self._skills):
            run = self._run(Simulation(f"{skill} always fails"), seed, failing=skill)
            if run.problem:
                return Finding(problems=(run.problem,), trace=run.text())
        return None

    def _run(
        self, run: Simulation, seed: int, *, share: int = 0, failing: str = "", draw: int = -1
    ) -> Simulation:
        """Carry the policy out; errors end the run and are its problem."""
        draws = random.Random(seed)
        facts, last, failures, drawn = self._begin(run, draws, draw)
        while len(run.trace) <= RUN_LENGTH:
            try:
                skill = self._choose.one(self._start, facts, last, failures, drawn)
                if not skill:
                    if not last:
                        run.problem = f"choose returns '' at the start of an episode, with draw={drawn}"
                        return run
                    facts, last, failures, drawn = self._begin(run, draws, draw)
                    continue
                fails = skill == failing or bool(share and draws.randrange(share) == 0)
                turn = draws.randrange(TURNS)
                failed = fails or not self._skills[skill](facts)
                facts = facts if failed else {**facts, **self._simulate.one(facts, skill, turn)}
            except CodeRejected as error:
                run.problem = str(error)
                return run
            failures = (failures if skill == last else 0) + 1 if failed else 0
            last = skill
            run.trace.append({"skill": skill, "success": not failed, "facts": facts})
            if failures > INSISTENCE:
                run.problem = (
                    f"choose names {skill!r} again after it has failed {failures} times in a row, though "
                    "it cannot start or does not work there; name another skill when `failures` shows that"
                )
                return run
        return run

    def _begin(
        self, run: Simulation, draws: random.Random, draw: int
    ) -> tuple[dict[str, int], str, int, int]:
        facts = dict(self._start)
        run.trace.append({"skill": "", "success": True, "facts": facts})
        return facts, "", 0, draws.randrange(DRAWS) if draw < 0 else draw

    def _faults(self, run: Simulation) -> tuple[str, ...]:
        if run.problem:
            return (run.problem,)
        try:
            return tuple(f"check says: {text}" for text in self._check.one(run.trace))
        except CodeRejected as error:
            return (str(error),)

    def _faults_of_all(self, runs: Sequence[Simulation]) -> tuple[str, ...]:
        """What is wrong with the lucky runs taken together."""
        steps = [step for run in runs for step in run.trace if step["skill"] and step["success"]]
        done = Counter(step["skill"] for step in steps)
        faults = []
        if never := [name for name in self._skills if not done[name]]:
            faults.append(
                f"in {len(runs)} runs of {RUN_LENGTH} executions these skills were never carried out: "
                f"{', '.join(never)}; name them where they can start, and let `simulate` bring that about"
            )
        name, most = done.most_common(1)[0] if done else ("", 0)
        if most > MOST * len(steps) and len(self._skills) > 1:
            faults.append(f"{name} is {most} of {len(steps)} executions; leave more to the others")
        if not self._varies():
            faults.append("choose does the same whatever is drawn; let `draw` decide something")
        return tuple(faults)

    def _varies(self) -> bool:
        """Whether episodes with the same luck differ by what is drawn."""
        ways = {
            tuple(step["skill"] for step in self._run(Simulation("draws"), 0, draw=draw).trace)
            for draw in range(12)
        }
        return len(ways) > 1


def rehearse_training(
    sandbox: Sandbox,
    reply: TrainingPolicy,
    skills: Mapping[str, MayStart],
    fact_names: Sequence[str],
    start: Facts,
) -> Finding | None:
    """Try a policy out; None when it is accepted. See `TrainingRehearsal` for the arguments."""
    try:
        return TrainingRehearsal(sandbox, reply, skills, fact_names, start).finding()
    except CodeRejected as error:
        return Finding(problems=(str(error),))
