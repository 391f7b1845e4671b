"""A chain and the planner from the same states, compared pair by pair."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.play.jobs import Job, JobResult
from agent.practice.play import job_seed, play
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.stats import sign_test
from envs.facts import FactKind, Facts
from envs.rollout.episode import Start
from planners.plan import Execution
from skills.skill import Skill, is_gain

CHANCE = 0.05
"""Probability by chance, at most, of as many wins over planning."""
PROMISING = 0.2
"""The same, below which more states are worth their steps."""
PLANNER_ALLOWANCE = 2
"""Game steps that the planner gets, as a multiple of the chain's own cap, which guards' steps do not fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A chain and the planner from the same states.

    Attributes:
        wins: states in which the chain did better: it alone succeeded, or both did and it took fewer steps.
        losses: states in which the planner did.
        chain_successes: of the chain, in all states. plan_successes: of the planner.
        chain_steps: game steps of the chain where both succeeded. plan_steps: of the planner there.
        pairs: states in which both can be told.
    """

    wins: int
    losses: int
    chain_successes: int
    plan_successes: int
    chain_steps: int
    plan_steps: int
    pairs: int

    @property
    def chance(self) -> float:
        """One-sided p of the sign test over wins and losses."""
        return sign_test(self.wins, self.losses)

    @property
    def promising(self) -> bool:
        """Whether the chain may be better, so that it is compared in more states."""
        return self.chain_successes >= self.plan_successes and self.chance <= PROMISING

    @property
    def better(self) -> bool:
        """Whether the chain succeeds at least as often, and does better in more states than by chance."""
        return self.chain_successes >= self.plan_successes and self.chance <= CHANCE

    @property
    def sentence(self) -> str:
        """For people."""
        return (
            f"better than planning in {self.wins} of {self.pairs} states, worse in {self.losses} "
            f"(successes {self.chain_successes} and {self.plan_successes}; steps where both succeeded "
            f"{self.chain_steps} and {self.plan_steps}; p {self.chance:.2g})"
        )

    def to_record(self) -> dict[str, float]:
        """As plain JSON values."""
        names = ("wins", "losses", "pairs", "chain_successes", "plan_successes", "chain_steps", "plan_steps")
        return {**{name: getattr(self, name) for name in names}, "p": round(self.chance, 4)}


def compare(
    session: Session, roster: Roster, draft: Skill, played: Sequence[tuple[Start, JobResult]]
) -> Comparison:
    """Plan with the other skills for what the chain obtains, from the states that it was tried in.

    No plan can be made for what is judged by looking; there the last part is executed by itself.
    """
    told = clear(played)
    jobs = [_rival(session, draft, start, attempt.before) for start, _, attempt in told]
    plans = play(session, roster, roster.kit, jobs)
    return beside(told, plans)


def beside(told: Sequence[tuple[Start, JobResult, Execution]], rivals: Sequence[JobResult]) -> Comparison:
    """Executions beside what rivals did from the same states, those left out that broke down."""
    return paired(
        [
            (bool(attempt.verdict.success), one.steps, _succeeded(plan), plan.steps)
            for (_, one, attempt), plan in zip(told, rivals, strict=True)
            if not (one.aborted or plan.aborted)
        ]
    )


def clear(played: Sequence[tuple[Start, JobResult]]) -> list[tuple[Start, JobResult, Execution]]:
    """Jobs whose attempts have a clear outcome, with their attempts."""
    tried = [(start, one, one.attempt) for start, one in played if one.attempt is not None]
    return [(start, one, attempt) for start, one, attempt in tried if attempt.verdict.success is not None]


def _rival(session: Session, draft: Skill, start: Start, before: Facts) -> Job:
    """What a chain is compared with from one state."""
    seed = job_seed(session)
    if draft.claim:
        return Job(seed=seed, start=start, skill=draft.policy.parts[-1])
    goal = goal_after(draft.effects.obtains, before, session.spec.fact_kinds, session.graph.highs)
    return Job(seed=seed, start=start, goal=goal, max_steps=PLANNER_ALLOWANCE * draft.step_cap)


def _succeeded(rival: JobResult) -> bool:
    if not rival.job.skill:
        return rival.goal_reached
    return rival.attempt is not None and rival.attempt.verdict.success is True


def goal_after(
    obtains: Mapping[str, int], before: Facts, kinds: Mapping[str, FactKind], highs: Mapping[str, int]
) -> dict[str, int]:
    """What must hold for the effects to have come true since `before`, within what the facts can reach.

    >>> goal_after({"wood": 2, "near.hut": 1}, {"wood": 8}, {"near.hut": "place"}, {"wood": 9})
    {'wood': 9, 'near.hut': 1}
    """
    wanted = {}
    for fact, count in obtains.items():
        value = before.get(fact, 0) + count if is_gain(kinds.get(fact, "count")) else count
        wanted[fact] = min(value, highs.get(fact, value))
    return wanted


def paired(outcomes: Sequence[tuple[bool, int, bool, int]]) -> Comparison:
    """Compare by success first, then by steps.

    Args:
        outcomes: per state: the chain's success and game steps, the planner's success and game steps.

    >>> told = paired([(True, 5, True, 9), (True, 5, False, 9), (False, 5, True, 9), (False, 1, False, 2)])
    >>> told.wins, told.losses, told.pairs, told.chain_steps, told.plan_steps
    (2, 1, 4, 5, 9)
    """
    chain = [(not success, steps if success else math.inf) for success, steps, _, _ in outcomes]
    plan = [(not success, steps if success else math.inf) for _, _, success, steps in outcomes]
    both = [one for one in outcomes if one[0] and one[2]]
    return Comparison(
        wins=sum(a < b for a, b in zip(chain, plan, strict=True)),
        losses=sum(b < a for a, b in zip(chain, plan, strict=True)),
        chain_successes=sum(one[0] for one in outcomes),
        plan_successes=sum(one[2] for one in outcomes),
        chain_steps=sum(one[1] for one in both),
        plan_steps=sum(one[3] for one in both),
        pairs=len(outcomes),
    )
