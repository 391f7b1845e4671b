"""First weights of a new skill: those of the admitted skill that does best at it untrained.

The encoding shows where the thing sought is, whatever it is; so a network that fetches one thing often
fetches another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.start_states import StartStates
from agent.practice.trials import attempt
from skills.skill import Skill

PARENT_CANDIDATES = 4
"""Admitted skills whose networks are tried, those with the best success rates."""
PARENT_TRIALS = 8
"""Executions of the new skill with each of these networks."""
SUFFICIENT_PARENT_RATE = 0.85
"""Success rate, untrained, at which the new skill only needs refining."""
LEAST_PARENT_RATE = 0.1
"""Success rate, untrained, below which a network is no better a start than a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentChoice:
    """The parent, its success rate at the new skill (0..1), and whether little training is needed."""

    parent: str
    rate: float
    suffices: bool


def best_parent(session: Session, roster: Roster, draft: Skill, states: StartStates) -> ParentChoice | None:
    """Try the networks of a few admitted skills at the new one; None when none of them helps.

    Args:
        session: the steps played count as its own.
        roster: the admitted skills.
        draft: the new skill.
        states: its states; only those for training are used.
    """
    kit = roster.kit
    learned = [
        skill
        for skill in roster.skills.values()
        if skill.policy.kind == "learned" and skill.name != draft.name
    ]
    learned.sort(key=lambda skill: (skill.focus.explore == draft.focus.explore, skill.stats.success_rate))
    best: tuple[float, float, str] | None = None
    for candidate in reversed(learned[-PARENT_CANDIDATES:]):
        trial_kit = replace(
            kit,
            skills={**kit.skills, draft.name: draft},
            networks={**kit.networks, draft.name: kit.networks[candidate.name]},
        )
        outcome = attempt(session, roster, trial_kit, draft.name, states.train, PARENT_TRIALS)
        rate = outcome.successes / PARENT_TRIALS  # an unclear attempt counts as a failure here
        score = (rate, -outcome.mean_steps, candidate.name)
        best = score if best is None else max(best, score)
        if rate >= SUFFICIENT_PARENT_RATE:
            break
    if best is None or best[0] < LEAST_PARENT_RATE:
        return None
    return ParentChoice(parent=best[2], rate=best[0], suffices=best[0] >= SUFFICIENT_PARENT_RATE)
