"""Pieces of play within a session: their seeds, and what every one of them leaves behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.play.jobs import Job, JobResult, in_order
from agent.play.kit import Kit
from agent.practice.roster import Roster
from agent.practice.session import Session
from envs.seeding import training_seed

REACHED = "reach"
"""Label of states in which what a job was to reach had been reached."""
FRESH = "fresh"
"""Label of states at the very beginning of an episode."""


def job_seed(session: Session) -> int:
    """A seed never used before in this session."""
    return training_seed(session.config.seed, "job", session.next_job())


def play(
    session: Session, roster: Roster, kit: Kit, jobs: Sequence[Job], on_trial: str = ""
) -> list[JobResult]:
    """Play jobs; their steps are spent, their states go into the bank, their executions are evidence.

    Args:
        session: the session.
        roster: takes the evidence.
        kit: what can be executed.
        jobs: what to play; results come in the same order.
        on_trial: a skill whose executions are left for the caller to enter.
    """
    outcomes = []
    for outcome in in_order(jobs, session.pool.run(kit, jobs)):
        session.budget.spend(outcome.steps)
        session.run.play(outcome.job.seed, outcome.events)
        others = [result for result in outcome.results if result is not outcome.attempt]
        others = [result for result in others if result.skill != on_trial]
        roster.note_use(others)
        roster.learn(others)
        for state in outcome.states:
            label = FRESH if not outcome.job.goal and state.label == REACHED else state.label
            facts = np.array([state.facts[name] for name in session.fact_names], np.int32)
            session.bank.add(state.start, facts, label)
        outcomes.append(outcome)
    return outcomes
