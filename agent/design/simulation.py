"""Runs a policy over skills on the simulation that came with it.

Source of the idea: MaestroMotif (Klissarov et al. 2025), where a language model refines its policy over
skills by a unit test; here acceptance is decided by assertions on executed runs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from envs.facts import Facts
from envs.rollout.joint import DRAW_VALUES
from skills.errors import CodeRejected

RUN_EXECUTIONS = 150
"""Executions of a simulated run; a run without failures must be done by then."""

MOST_FAILURES_IN_A_ROW = 8
"""Failures in a row of a skill that a policy may name again."""

SEEDS = 4
"""Runs without failures, each with another seed."""

TURN_LIMIT = 1000
"""Upper bound, exclusive, of the random number that `simulate` is given."""

SHOWN_EXECUTIONS = 40
"""Last executions of a run that the model is shown."""

Choose = Callable[[Facts, Facts, str, int, int], str]
"""The next skill, by the facts at the start and now, the last skill, its failures in a row, and the draw."""

CanStart = Callable[[str, Facts], bool]
"""Whether a skill can start where these facts hold."""


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
        if len(lines) > SHOWN_EXECUTIONS:
            lines = [
                f"({len(lines) - SHOWN_EXECUTIONS} executions before are left out)",
                *lines[-SHOWN_EXECUTIONS:],
            ]
        end = "the policy returned '' (done)" if self.done else self.problem or "the run was cut off"
        return "\n".join([f"Run: {self.name}", *lines, f"End: {end}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """Runs one policy over skills on its own simulation.

    Attributes:
        choose: the policy.
        simulate: what a success of a skill changes.
        start: the facts at the start of an episode, every one of the vocabulary.
        can_start: decides which executions fail at once.
        restarts: whether ``""`` ends an episode and the next one begins, with a number drawn for it; it ends
            the run otherwise.
        insisting: end of the problem's sentence about naming a skill again that keeps failing.
    """

    choose: Choose
    simulate: Callable[[Facts, str, int], Mapping[str, int]]
    start: Facts
    can_start: CanStart = lambda skill, facts: True
    restarts: bool = False
    insisting: str

    def with_failures(self, skills: Iterable[str], always: str) -> Iterator[Simulation]:
        """Runs in which executions fail: some at random, then all of each skill in turn.

        Args:
            skills: those that fail in a run of their own.
            always: what is said of such a skill, for the run's name.
        """
        for share, seed in ((2, SEEDS), (2, SEEDS + 1), (3, SEEDS + 2)):
            yield self.run(f"about one execution in {share} fails, at random", seed, share=share)
        for seed, skill in enumerate(skills):
            yield self.run(f"{skill} {always}", seed, failing=skill)

    def run(
        self, name: str, seed: int, *, share: int = 0, failing: str = "", draw: int | None = None
    ) -> Simulation:
        """Carry the policy out; errors end the run and are its problem.

        Args:
            name: what is special about the run.
            seed: of all that is drawn.
            share: one execution in so many fails at random; none for 0.
            failing: a skill that always fails.
            draw: the number that every episode gets instead of one that is drawn.
        """
        run = Simulation(name)
        draws = random.Random(seed)
        facts, last, failures, drawn = self._begin(run, draws, draw)
        while len(run.trace) <= RUN_EXECUTIONS:
            try:
                skill = self.choose(self.start, facts, last, failures, drawn)
                if not skill:
                    if not self.restarts:
                        run.done = True
                        return run
                    if not last:
                        run.problem = f"choose returns '' at the start of an episode, with draw={drawn}"
                        return run
                    facts, last, failures, drawn = self._begin(run, draws, draw)
                    continue
                fails = skill == failing or bool(share and draws.randrange(share) == 0)
                turn = draws.randrange(TURN_LIMIT)
                failed = fails or not self.can_start(skill, facts)
                facts = facts if failed else {**facts, **self.simulate(facts, skill, turn)}
            except CodeRejected as error:
                run.problem = str(error)
                return run
            failures = (failures if skill == last else 0) + 1 if failed else 0
            last = skill
            run.trace.append({"skill": skill, "success": not failed, "facts": facts})
            if failures > MOST_FAILURES_IN_A_ROW:
                run.problem = (
                    f"choose names {skill!r} again after it has failed {failures} times in a row"
                    f"{self.insisting}"
                )
                return run
        return run

    def _begin(self, run: Simulation, draws: random.Random, draw: int | None) -> tuple[Facts, str, int, int]:
        """An episode begins: its facts, no last skill, no failures, and its number."""
        run.trace.append({"skill": "", "success": True, "facts": self.start})
        if draw is None:
            draw = draws.randrange(DRAW_VALUES) if self.restarts else 0
        return self.start, "", 0, draw
