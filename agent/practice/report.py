"""What a practice session led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from agent.config import PracticeConfig
from agent.llm.open_model import is_live
from agent.practice.resuming import find_resumed
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.session_state import Budget, SessionState
from agent.records.growth_record import growth_record
from agent.records.runs import RunStatus
from skills.interval import wilson
from skills.store.store import SkillLibrary

NOTHING_LEFT = "nothing within reach is left to learn"
"""Why a session ends before its budget is spent."""

MERE_LIMITS = frozenset(
    (
        "budget_steps",
        "minutes",
        "workers",
        "cluster",
        "slots",
        "max_calls",
        "max_tokens",
        "max_usd",
        "reply_timeout_s",
        "max_reply_bytes",
    )
)
"""Settings with which nothing more comes within reach."""


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
    retired: tuple[dict[str, Any], ...] = ()
    claims: dict[str, int]
    calls: int
    tokens: int
    usd: float | None
    stopped: str
    proposals: dict[str, Any] = field(default_factory=dict)
    monitors: dict[str, Any] = field(default_factory=dict)
    interrupted: bool = False

    @classmethod
    def from_record(cls, record: Mapping[str, Any], **changes: Any) -> PracticeReport:
        """What `to_record` gave, with some values changed; keys of none of the fields are left out."""
        values = {known.name: record[known.name] for known in fields(cls) if known.name in record}
        values |= {"library": Path(record["library"])}
        values |= {name: tuple(record.get(name, ())) for name in ("admitted", "abandoned", "retired")}
        return cls(**{**values, **changes})

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
            "retired": list(self.retired),
            "claims": self.claims,
            "calls": self.calls,
            "tokens": self.tokens,
            "usd": self.usd,
            "stopped": self.stopped,
            "proposals": self.proposals,
            "monitors": self.monitors,
        }


def report_of_ended(config: PracticeConfig) -> PracticeReport | None:
    """The report of the run to resume, if it has ended and nothing is left to do; None otherwise.

    Nothing is left when its budget is spent, or when nothing was left to learn and neither its library nor
    a setting that could change that is another one now. Nothing is written.

    Raises:
        UnknownRun, BadConfig, RunDamaged: as `find_resumed`.
    """
    if config.resume is None:
        return None
    resumed = find_resumed(config)
    if resumed.info.status is not RunStatus.DONE:
        return None
    state = SessionState.load(resumed.info.path)
    stopped = Budget(state, config.budget_steps, config.minutes).reason
    if stopped:
        more = "--minutes" if stopped.endswith("over") else "--budget-steps"
        advice = f"go on with a higher {more}"
    else:
        stopped = str(resumed.info.result().get("stopped", ""))
        library = SkillLibrary(config.library, config.game)
        same = state.library and not list(state.library.changes_in(library)) and not library.unfinished
        if not stopped.startswith(NOTHING_LEFT) or not same or resumed.changed.keys() - MERE_LIMITS:
            return None
        stopped, advice = NOTHING_LEFT, "a new run, without --resume, asks for tasks once more"
    return PracticeReport.from_record(
        resumed.info.result(), stopped=f"{stopped}, so nothing was played; {advice}"
    )


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
    abandoned, retired = (
        tuple(
            {"name": name, "reason": progress.reason}
            for name, progress in skills.items()
            if progress.status == status
        )
        for status in ("abandoned", "retired")
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
        retired=retired,
        claims={status: statuses.count(status) for status in sorted(set(statuses))},
        calls=meter.calls,
        tokens=meter.usage.input_tokens + meter.usage.output_tokens,
        usd=meter.usd if is_live(session.config.llm) else 0.0,
        stopped=stopped,
        **growth_record(session.run.path),
        interrupted=interrupted,
    )
