"""What a practice session led to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.llm.open_model import is_live
from agent.practice.roster import Roster
from agent.practice.session import Session
from skills.interval import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeReport:
    """What a session led to; `to_record` is the documented JSON."""

    run: str
    game: str
    library: Path
    seed: int
    steps: int
    minutes: float
    admitted: tuple[dict[str, Any], ...]
    abandoned: tuple[dict[str, Any], ...]
    claims: dict[str, int]
    calls: int
    tokens: int
    usd: float | None
    stopped: str
    interrupted: bool = False

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "run": self.run,
            "game": self.game,
            "library": str(self.library),
            "seed": self.seed,
            "steps": self.steps,
            "minutes": round(self.minutes, 2),
            "admitted": list(self.admitted),
            "abandoned": list(self.abandoned),
            "claims": self.claims,
            "calls": self.calls,
            "tokens": self.tokens,
            "usd": self.usd,
            "stopped": self.stopped,
        }


def report_of(session: Session, roster: Roster, stopped: str, interrupted: bool) -> PracticeReport:
    """What the session has led to so far.

    Args:
        session: the session.
        roster: the admitted skills.
        stopped: why it ended.
        interrupted: whether the person ended it.
    """
    skills = session.state.skills
    admitted = tuple(
        {
            "name": name,
            "version": roster.skills[name].version if name in roster.skills else 1,
            "successes": progress.successes,
            "attempts": progress.attempts,
            "lower_bound": round(wilson(progress.successes, progress.attempts).low, 4),
            "train_steps": progress.train_steps,
        }
        for name, progress in skills.items()
        if progress.status == "admitted"
    )
    abandoned = tuple(
        {"name": name, "reason": progress.reason}
        for name, progress in skills.items()
        if progress.status == "abandoned"
    )
    statuses = [correction.status for correction in session.graph.corrections()]
    meter = session.model.meter
    return PracticeReport(
        run=session.run.name,
        game=session.config.game,
        library=session.config.library,
        seed=session.config.seed,
        steps=session.state.steps,
        minutes=session.budget.seconds / 60,
        admitted=admitted,
        abandoned=abandoned,
        claims={status: statuses.count(status) for status in sorted(set(statuses))},
        calls=meter.calls,
        tokens=meter.usage.input_tokens + meter.usage.output_tokens,
        usd=meter.usd if is_live(session.config.llm) else 0.0,
        stopped=stopped,
        interrupted=interrupted,
    )
