"""States in which a skill can be practised: reached by playing a library towards what the skill needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.play.job_pool import JobPool, in_order
from agent.play.jobs import Job, JobResult, SavedState
from agent.play.load import load_kit
from envs.disk import Written
from envs.facts import Facts
from envs.game import GameSpec
from envs.registry import game_spec
from envs.rollout.episode import Start
from envs.seeding import training_seed
from skills.files import write_atomically
from skills.skill import Skill, is_gain, lacking
from skills.start_bank import StartBank

MOST_JOBS = 20
"""Episodes played per state wanted, at most."""
MOST_STEPS = 1_000
"""Game steps of such an episode, at most."""
BATCH = 32
"""Episodes between two looks at how many states there are."""


@dataclass(frozen=True, slots=True)
class States:
    """Saved states of different episodes.

    Attributes:
        train: to train in; empty for the beginnings of games.
        held_out: to try in, of other episodes.
    """

    train: tuple[Start, ...] = ()
    held_out: tuple[Start, ...] = ()


def find_states(skill: Skill, library: Path, path: Path, n: int, workers: int) -> States:
    """`n` states to train in and as many to try in, kept in `path` for the next time.

    A skill that needs nothing is practised from the beginnings of games: there are none to find.
    """
    if not skill.effects.needs:
        return States()
    spec = game_spec(skill.game)
    if path.exists():
        bank = StartBank.load(path)
    else:
        bank = StartBank([fact.name for fact in spec.facts], capacity=2 * n, seed=0)
        for start, facts in _reached(skill, library, spec, 2 * n, workers):
            bank.add(start, facts, skill.name)
        write_atomically(path, bank.to_bytes(), Written.BANK)
    starts = [start for start, _ in bank.states({})]
    return States(tuple(starts[::2]), tuple(starts[1::2]))


def _reached(
    skill: Skill, library: Path, spec: GameSpec, n: int, workers: int
) -> Iterator[tuple[Start, NDArray[np.int32]]]:
    """States with what the skill needs and not yet what it brings, each of its own episode; their facts."""
    kit, found = load_kit(library, skill.game), 0
    pool = JobPool(workers)
    try:
        for batch in range(-(-MOST_JOBS * n // BATCH)):
            seeds = [training_seed(0, "study", skill.name, batch, i) for i in range(BATCH)]
            jobs = [Job(seed=seed, goal=skill.effects.needs, max_steps=MOST_STEPS) for seed in seeds]
            for state in _ends(in_order(jobs, pool.run(kit, jobs))):
                if found < n and not _done(skill, spec, state.facts):
                    found += 1
                    yield state.start, np.array([state.facts[fact.name] for fact in spec.facts], np.int32)
            if found >= n:
                return
    finally:
        pool.close()


def _ends(results: Iterator[JobResult]) -> Iterator[SavedState]:
    """The states in which jobs had reached their goals."""
    for result in results:
        if result.goal_reached and result.states:
            yield result.states[0]


def _done(skill: Skill, spec: GameSpec, facts: Facts) -> bool:
    """Whether what the skill is to reach holds already."""
    levels = {fact: n for fact, n in skill.effects.obtains.items() if not is_gain(spec.fact_kinds[fact])}
    return len(levels) == len(skill.effects.obtains) and not lacking(levels, facts)
