"""Jobs within a session: their seeds, and what is kept of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agent.play.job_pool import WORKER_ENDED, in_order
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.live import picture_size
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.trial_sample import TrialSample
from envs.seeding import training_seed

REACHED_LABEL = "reach"
"""Label of states in which a job's goal was reached."""
FRESH_LABEL = "fresh"
"""Label of states at the very beginning of an episode."""


def job_seed(session: Session) -> int:
    """A seed never used before in this session."""
    return training_seed(session.config.seed, "job", session.next_job())


def play(
    session: Session, roster: Roster, kit: Kit, jobs: Sequence[Job], on_trial: str = ""
) -> list[JobResult]:
    """Play jobs; count their steps, add their states to the bank, enter their executions as evidence.

    Args:
        session: the session.
        roster: enters the evidence.
        kit: what can be executed.
        jobs: what to play; results come in the same order.
        on_trial: a skill whose executions are left for the caller to enter.
    """
    outcomes = []
    if session.config.live:
        jobs = [replace(job, show=picture_size(session.spec)) for job in jobs]
    sample = TrialSample(session.run, on_trial)
    for outcome in in_order(jobs, session.pool.run(kit, jobs)):
        session.budget.spend(outcome.steps)
        sample.note(outcome, session.run.play(outcome.job.seed, outcome.events))
        if outcome.aborted.startswith(WORKER_ENDED):
            session.run.event("worker_restarted", seed=outcome.job.seed, reason=outcome.aborted)
        others = [result for result in outcome.results if result is not outcome.attempt]
        others = [result for result in others if result.skill != on_trial]
        session.use.note(roster.skills, others)
        roster.learn(others)
        for state in outcome.states:
            label = FRESH_LABEL if not outcome.job.goal and state.label == REACHED_LABEL else state.label
            facts = np.array([state.facts[name] for name in session.fact_names], np.int32)
            session.bank.add(state.start, facts, label)
        if outcome.job.goal and not outcome.aborted:
            used = {result.skill for result in outcome.results}
            session.state.housekeeping.note(outcome.job.goal, used, outcome.goal_reached)
        outcomes.append(outcome)
        session.live.played(outcome)
        session.progress.working(steps=session.state.steps, done=len(outcomes), total=len(jobs))
        session.steering.go_on()
    return outcomes
