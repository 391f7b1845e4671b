"""Housekeeping of the library: skills that do not earn their place are retired, and can be restored.

`keep_house` is a step of the practice loop. In this order it retires skills that fail, duplicates, and skills
that contribute nothing (`agent.practice.housekeeping.contribution`); with a skill go the chains that it is a
part of. All stay on disk with the reason, and ``journeyman skills restore`` brings them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from agent.likeness.effects import normal_effects
from agent.play.jobs import Job
from agent.play.load import load_policies_over_skills
from agent.practice.housekeeping.contribution import PAIRS, measured, only_producer, place_of
from agent.practice.play import job_seed, play
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.trials import TrialOutcome
from envs.seeding import child_seed
from planners.graph.graph import SkillGraph
from skills.chains.parts import parts_of, users
from skills.interval import wilson

NEW_SKILLS = 10
"""Skills that have to be new in the library for it to be gone through again."""
LEAST_LOWER_BOUND = 0.1
"""A skill fails when the 95 % lower bound of its success rate in use and trials is below this..."""
FEWEST_EXECUTIONS = 20
"""...over at least so many executions."""
LARGEST_SHARE = 0.05
"""Share of the session's game steps that paired plays may take."""

Why: TypeAlias = Literal["failing", "duplicate", "unused", "no_help", "part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """A skill that is not to be used any more.

    Attributes:
        name: of the skill.
        why: ``failing``, ``duplicate``, ``unused`` (no plan has it in it), ``no_help`` (plans do as well
            without), or ``part`` (it is a chain with a part that is retired).
        reason: the same for people, with figures.
        instead: the skill that does the same.
    """

    name: str
    why: Why
    reason: str
    instead: str = ""


def is_due(session: Session, roster: Roster) -> bool:
    """Whether enough is new in the library for it to be gone through."""
    new = roster.skills.keys() - set(session.state.housekeeping.seen)
    return session.config.retirement and len(new) >= NEW_SKILLS


def keep_house(session: Session, roster: Roster) -> None:
    """Go through the library, if enough is new in it, and retire what does not earn its place."""
    house = session.state.housekeeping
    if not is_due(session, roster):
        return
    _note_restored(session, roster)
    for found_by in (_failing, _duplicates, _useless):
        for found in found_by(session, roster):
            _retire(session, roster, found)
    house.seen = sorted(roster.skills)
    session.run.event("kept_house", skills=len(roster.skills), steps=house.steps)
    session.save()


def _note_restored(session: Session, roster: Roster) -> None:
    """What was retired and is in use was restored by a person, and is left alone from now on."""
    for name, progress in session.state.skills.items():
        if progress.status == "retired" and name in roster.skills:
            progress.status, progress.restored = "admitted", True


def _retire(session: Session, roster: Roster, found: Retirement) -> None:
    """Retire a skill and the chains that it is a part of, all in one change."""
    chains = users(found.name, parts_of(roster.skills))
    told = [
        Retirement(name=chain, why="part", reason=f"its part {found.name} is retired") for chain in chains
    ]
    roster.retire({entry.name: (entry.reason, entry.instead) for entry in (found, *told)})
    for entry in (found, *told):
        session.state.housekeeping.forget(entry.name)
        session.run.event(
            "retired", skill=entry.name, why=entry.why, reason=entry.reason, instead=entry.instead
        )
        session.progress.note(f"{entry.name} retired: {entry.reason}")


def protected(session: Session, roster: Roster) -> set[str]:
    """Skills that something else counts on: guards, fallbacks, policies over skills, a person's wish."""
    policies = load_policies_over_skills(session.library).values()
    named = {name for policy in policies for name in policy.skills}
    restored = {name for name, progress in session.state.skills.items() if progress.restored}
    return {*roster.guard.ranking, *session.spec.fallback_skills, *named, *restored}


def _free(session: Session, roster: Roster, *, parts: bool = False) -> list[str]:
    """Skills that may be retired, in the graph's order; those that chains are made of only with `parts`."""
    kept = protected(session, roster)
    if not parts:
        kept |= {part for skill in roster.skills.values() for part in skill.policy.parts}
    return [name for name in session.graph.skills() if name in roster.skills and name not in kept]


# Skills that fail.


def _failing(session: Session, roster: Roster) -> Iterator[Retirement]:
    for name in _free(session, roster, parts=True):
        stats = session.graph.stats(name)
        low = wilson(stats.successes, stats.attempts).low
        if stats.attempts < FEWEST_EXECUTIONS or low >= LEAST_LOWER_BOUND:
            continue
        if name in roster.skills and not _irreplaceable(session, name, bool(stats.successes)):
            rate = f"{stats.successes} of {stats.attempts}"
            yield Retirement(name=name, why="failing", reason=f"it succeeds in {rate} executions")


def _irreplaceable(session: Session, name: str, succeeds: bool) -> bool:
    """Whether a skill that now and then succeeds is the only one that brings something."""
    brings = session.graph.belief(name).obtains
    return succeeds and bool(brings) and only_producer(session.graph, name)


# Duplicates.


def signature(graph: SkillGraph, name: str) -> tuple[object, ...]:
    """What a skill needs, uses up and brings, without what only comes along; () for a skill without facts.

    Two skills with the same signature can stand for each other in every plan.
    """
    belief = graph.belief(name)
    if not belief.obtains:
        return ()
    parts = (belief.needs, belief.consumes, normal_effects(belief.obtains))
    return tuple(tuple(sorted(part.items())) for part in parts)


def duplicates(graph: SkillGraph, names: Sequence[str]) -> list[list[str]]:
    """Groups of at least two skills with the same effects, each in the graph's order."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for name in names:
        if key := signature(graph, name):
            groups.setdefault(key, []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def _duplicates(session: Session, roster: Roster) -> Iterator[Retirement]:
    """Of every group the one that does best stays; where chains or guards need one, it is that."""
    free = set(_free(session, roster))
    for group in duplicates(session.graph, [n for n in session.graph.skills() if n in roster.skills]):
        kept = next((name for name in group if name not in free), group[0])
        for other in [name for name in group if name != kept and name in free]:
            scores = _paired(session, roster, kept, other)
            if scores is None:
                continue
            better = kept in free and scores[other].rank > scores[kept].rank
            kept, gone = (other, kept) if better else (kept, other)
            if only_producer(session.graph, gone):  # of an event that comes along: it is wanted for that
                continue
            reason = f"{kept} does the same: {scores[gone].told} against {scores[kept].told}"
            yield Retirement(name=gone, why="duplicate", reason=reason, instead=kept)


@dataclass(frozen=True, slots=True)
class _Score:
    """How one of two skills did from the same states."""

    outcome: TrialOutcome
    step_cap: int

    @property
    def rank(self) -> tuple[int, float]:
        steps = [r.env_steps if r.verdict.success else self.step_cap for r in self.outcome.results]
        return self.outcome.successes, -float(np.mean(steps)) if steps else 0.0

    @property
    def told(self) -> str:
        return f"{self.outcome.successes} of {self.outcome.attempts} in {self.outcome.mean_steps:.0f} steps"


def _paired(session: Session, roster: Roster, *names: str) -> Mapping[str, _Score] | None:
    """Execute skills from the same states; None where there are none, or no steps left for it."""
    needs = session.graph.belief(names[0]).needs
    states = session.bank.matching(needs)
    if not states or not _affordable(session):
        return None
    rng = np.random.default_rng(child_seed(session.config.seed, "duplicates", *names))
    chosen = [states[i] for i in rng.permutation(len(states))[:PAIRS].tolist()]
    cap = max(roster.skills[name].step_cap for name in names)
    before, scores = session.state.steps, {}
    for name in names:
        jobs = [Job(seed=job_seed(session), start=start, skill=name) for start in chosen]
        outcome = TrialOutcome.of(play(session, roster, roster.kit, jobs))
        session.use.note(roster.skills, outcome.results)
        roster.learn(outcome.results)
        if not outcome.attempts or outcome.broken:
            return None
        scores[name] = _Score(outcome, cap)
    session.state.housekeeping.steps += session.state.steps - before
    return scores


def _affordable(session: Session) -> bool:
    state = session.state
    return not session.budget.reason and state.housekeeping.steps <= LARGEST_SHARE * state.steps


# Skills that contribute nothing.


def _useless(session: Session, roster: Roster) -> Iterator[Retirement]:
    """Only skills that were there the last time: a new one has had no chance yet."""
    seen = session.state.housekeeping.seen
    for name in [name for name in _free(session, roster) if name in seen]:
        if only_producer(session.graph, name) or session.state.housekeeping.helps(name):
            continue
        place = place_of(session, name)
        if place.standing == "unused":
            yield Retirement(
                name=name, why="unused", reason="no plan has it in it: others bring the same for less"
            )
        elif place.standing == "replaceable" and _affordable(session):
            before = session.state.steps
            found = measured(session, roster, name, place.uses)
            session.state.housekeeping.steps += session.state.steps - before
            if found.none:
                reason = f"goals are reached as well without it: {found.only_with} of {found.pairs} needed it"
                yield Retirement(name=name, why="no_help", reason=reason)
