"""After a trial: admit the skill, give it up, let it wait, or go on practising it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from agent.errors import JudgeFooled, NobodyJudges
from agent.llm.errors import BudgetExceeded, ModelUnavailable, NoRecordedAnswer, ReplyFault
from agent.practice.bar import LEAST_LOWER_BOUND
from agent.practice.curriculum import hopeless
from agent.practice.session import Session
from agent.practice.session_state import SkillProgress
from agent.practice.trials import Trial
from skills.errors import CodeRejected, ContradictoryPreferences, PolicyMismatch, TrainingDiverged


@dataclass(frozen=True, slots=True)
class Admit:
    """The skill goes into the library, or its new version does."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The skill is not practised any more.

    Attributes:
        reason: why, for people.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The trial was inconclusive; other skills come first for a while."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """The skill gets another round when its turn comes."""


Decision: TypeAlias = Admit | GiveUp | Wait | GoOn


def decide(trial: Trial, progress: SkillProgress) -> Decision:
    """What follows from a trial.

    Args:
        trial: of the skill.
        progress: of the skill, this trial counted.
    """
    outcome = trial.outcome
    if outcome.broken:
        tried = outcome.aborted + len(outcome.results)
        return GiveUp(f"{outcome.aborted} of {tried} attempts broke down: {outcome.fault}")
    if not trial.counts:
        return Wait()
    if passes(trial) and trial.better:
        return Admit()
    if progress.status == "open" and hopeless(progress, trial.candidate.single_action):
        return GiveUp(f"{outcome.successes} of {outcome.attempts} after {progress.rounds} rounds")
    return GoOn()


def passes(trial: Trial) -> bool:
    """Whether the success rate is high enough for the library."""
    return trial.lower_bound >= LEAST_LOWER_BOUND


def tell_trial(session: Session, trial: Trial) -> None:
    """Record a trial and report it to the progress; nothing for an inconclusive one."""
    if not trial.counts:
        return
    stats, low, admitted = trial.stats, trial.lower_bound, passes(trial)
    session.run.event(
        "tried", skill=trial.candidate.name, successes=stats.successes, attempts=stats.attempts,
        aborted=trial.outcome.aborted, lower_bound=round(low, 4), admitted=admitted,
    )  # fmt: skip
    session.progress.skill_finished(
        trial.candidate.name, admitted=admitted, successes=stats.successes, attempts=stats.attempts,
        steps=session.state.steps,
        reason="" if admitted else f"lower bound {low:.0%}, needed {LEAST_LOWER_BOUND:.0%}",
    )  # fmt: skip


@contextmanager
def giving_up(session: Session, name: str) -> Iterator[None]:
    """Give a skill up when there is no usable design of it, or when its code or its training breaks down.

    While the model answers nothing, the skill is put off.
    """
    try:
        yield
    except (ModelUnavailable, BudgetExceeded) as error:
        if session.outages.put_off(name, error):
            return
        if isinstance(error, BudgetExceeded) or not session.outages.answered_before:
            raise
        session.give_up(name, f"no usable design: {error}")
    except (ReplyFault, NoRecordedAnswer, ContradictoryPreferences) as error:
        session.give_up(name, f"no usable design: {error}")
    except (CodeRejected, PolicyMismatch, TrainingDiverged) as error:
        session.give_up(name, f"it broke down: {error}")
    except (JudgeFooled, NobodyJudges) as error:
        session.give_up(name, str(error))
