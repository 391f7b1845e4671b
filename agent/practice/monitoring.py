"""The monitors within a session: their point at the end of every turn, and who is told when a curve turns."""

from __future__ import annotations

from agent.practice.monitors.curves import CURVES
from agent.practice.session import Session


def end_turn(session: Session) -> None:
    """Write down the curves at the end of a turn; a curve that turns is an event and a note."""
    state = session.state
    state.coverage.note(session.bank.fact_rows(), session.spec)
    worked = sum(any(progress.rates) for progress in state.skills.values())
    coverage = len(state.coverage.facts) + state.coverage.situations + worked
    turned = state.monitors.end_turn(state.turns, coverage)
    point = state.monitors.points[-1]
    session.run.metrics(**{
        "monitor/turn": point.turn, "monitor/audited": point.audited, "monitor/agreed": point.agreed,
        "monitor/facts": len(state.coverage.facts), "monitor/situations": state.coverage.situations,
        "monitor/skills_that_worked": worked, "monitor/coverage": point.coverage,
        "monitor/library": point.library, "monitor/steps": state.steps,
        "monitor/skills": sum(progress.status == "admitted" for progress in state.skills.values()),
    })  # fmt: skip
    for curve, text in turned.items():
        session.run.event("monitor_turned", curve=curve, meaning=CURVES[curve], text=text, turn=point.turn)
        session.progress.note(f"{CURVES[curve]}: {text}")
