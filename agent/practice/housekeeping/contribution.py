"""What a skill contributes: how goals are reached with it, less how they are reached without it.

First by planning: where no plan uses it, it contributes nothing; where nothing else leads to a goal, it is
needed. Where plans with and without it differ, both are played from the same states (paired trials). Recorded
play can show that a skill helps, but never that it does not: it was not drawn by chance when it was used.

Source: leave-one-skill-out contribution, SLIM (arXiv 2605.10923).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.play import job_seed, play
from agent.practice.roster import Roster
from agent.practice.session import Session
from envs.facts import Facts
from envs.rollout.episode import Start
from envs.seeding import child_seed
from planners.errors import PlanningError
from planners.graph.graph import SkillGraph
from planners.plan import Goal, Plan
from planners.search.search import cheapest
from skills.interval import wilson
from skills.skill import is_gain

SAMPLED_STATES = 12
"""Saved states from which plans with and without a skill are compared."""
PAIRS = 20
"""Plays with a skill, and as many without it."""
LARGEST_HELP = 0.2
"""A skill is not needed when the share of plays in which only it reached the goal is, with 95 % certainty, at
most this; 20 plays are just enough to show it."""
STEPS_PER_EXPECTED = 4
"""Steps allowed to a play, per expected step of its plan."""
LONGEST_PLAY = 600
"""Steps of a play, at most."""

Standing: TypeAlias = Literal["needed", "unused", "replaceable", "unknown"]


@dataclass(frozen=True, slots=True)
class Use:
    """A goal, pursued from a saved state, that plans reach with the skill, and in another way without it."""

    goal: Mapping[str, int]
    start: Start
    expected_steps: float


@dataclass(frozen=True, slots=True)
class Place:
    """What plans make of a skill.

    Attributes:
        standing: ``needed``: something cannot be reached without it; ``unused``: no plan has it in it;
            ``replaceable``: plans with it have an alternative; ``unknown``: there are no states to plan from.
        uses: where it is replaceable.
    """

    standing: Standing
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """Paired plays.

    Attributes:
        pairs: plays with the skill, and as many without.
        only_with: pairs of which only the one with the skill reached the goal.
        only_without: pairs of which only the other one did.
        steps_saved: game steps by which the plays with it were shorter, mean over pairs; one that did not
            reach its goal counts with all steps it was allowed.
    """

    pairs: int
    only_with: int
    only_without: int
    steps_saved: float

    @property
    def none(self) -> bool:
        """Whether it was shown that little would be lost without the skill, and no steps were saved by it."""
        if not self.pairs:
            return False
        return wilson(self.only_with, self.pairs).high <= LARGEST_HELP and self.steps_saved <= 0


def only_producer(graph: SkillGraph, name: str) -> bool:
    """Whether nothing else that can be executed brings one of the skill's facts.

    So it is with a skill without facts: nobody can tell what would take its place.
    """
    brings = graph.belief(name).obtains
    return not brings or any(
        all(other == name or not graph.available(other) for other in graph.producers(fact)) for fact in brings
    )


def place_of(session: Session, name: str) -> Place:
    """What plans from saved states make of a skill."""
    graph, without = session.graph, session.graph.copy()
    without.set_available(name, False)
    uses, planned = [], False
    for goal, start, facts in _situations(session, name):
        plan = _plan(graph, goal, facts)
        planned |= plan is not None
        if plan is None or name not in plan.steps:
            continue
        if _plan(without, goal, facts) is None:
            return Place("needed")
        uses.append(Use(goal, start, plan.expected_steps))
    if not planned:
        return Place("unknown")
    return Place("replaceable", tuple(uses)) if uses else Place("unused")


def _situations(session: Session, name: str) -> Iterator[tuple[dict[str, int], Start, dict[str, int]]]:
    """What may be wanted of the skill, from a sample of saved states: its effects, and what others need."""
    rng = np.random.default_rng(child_seed(session.config.seed, "contribution", name))
    states = session.bank.states({})
    graph = session.graph
    for index in rng.permutation(len(states))[:SAMPLED_STATES].tolist():
        start, row = states[index]
        facts = dict(zip(session.fact_names, row.tolist(), strict=True))
        yield _more_of(session, graph.belief(name).obtains, facts), start, facts
        for other in graph.skills():
            needs = graph.belief(other).needs
            if other != name and needs and graph.available(other):
                yield dict(needs), start, facts


def _more_of(session: Session, obtains: Mapping[str, int], facts: Facts) -> dict[str, int]:
    """Effects as a goal: as much more of what adds up, as far as that can be had."""
    kinds, highs = session.spec.fact_kinds, session.graph.highs
    return {
        fact: min(facts.get(fact, 0) * is_gain(kinds[fact]) + count, highs.get(fact, 10**9))
        for fact, count in obtains.items()
        if fact in kinds
    }


def _plan(graph: SkillGraph, goal: Mapping[str, int], facts: Facts) -> Plan | None:
    try:
        plan = cheapest(graph, Goal(facts=goal), facts)
    except PlanningError:
        return None
    return plan if plan.possible and plan.steps else None


def measured(session: Session, roster: Roster, name: str, uses: Sequence[Use]) -> Contribution:
    """Play with and without a skill, from the same states with the same seeds; what is played is evidence.

    Args:
        session: the session; its budget pays for the steps.
        roster: the skills in use.
        name: the skill.
        uses: goals that can be reached either way.
    """
    rng = np.random.default_rng(child_seed(session.config.seed, "pairs", name))
    drawn = [uses[i] for i in rng.permutation(len(uses))[:PAIRS].tolist()]
    drawn += [uses[i] for i in rng.integers(len(uses), size=PAIRS - len(drawn)).tolist()]
    jobs = [
        Job(
            seed=job_seed(session), start=use.start, goal=use.goal,
            max_steps=min(LONGEST_PLAY, math.ceil(STEPS_PER_EXPECTED * use.expected_steps) + 20),
        )
        for use in drawn
    ]  # fmt: skip
    ours = play(session, roster, roster.kit, jobs)
    theirs = play(session, roster, _without(roster.kit, name), jobs)
    return compared(ours, theirs)


def _without(kit: Kit, name: str) -> Kit:
    skills = {other: skill for other, skill in kit.skills.items() if other != name}
    networks = {other: network for other, network in kit.networks.items() if other != name}
    return replace(kit, skills=skills, networks=networks)


def compared(ours: Sequence[JobResult], theirs: Sequence[JobResult]) -> Contribution:
    """Pairs of plays of the same jobs; those that could not be judged are left out."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if not a.aborted and not b.aborted]
    saved = [_steps(b) - _steps(a) for a, b in pairs]
    return Contribution(
        pairs=len(pairs),
        only_with=sum(a.goal_reached and not b.goal_reached for a, b in pairs),
        only_without=sum(b.goal_reached and not a.goal_reached for a, b in pairs),
        steps_saved=sum(saved) / len(saved) if saved else 0.0,
    )


def _steps(result: JobResult) -> int:
    return result.steps if result.goal_reached else max(result.steps, result.job.max_steps)
