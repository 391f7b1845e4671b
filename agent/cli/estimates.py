"""What may be expected of a plan, in lines: as practice has it, and as play went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from envs.text import counted

if TYPE_CHECKING:
    from agent.records.outcomes import Outcomes
    from agent.records.reached import MeasuredGoal, Reached
    from planners.plan import Plan

LEFT_OUT: Final = {
    "other skills": "the rates that lie beside the library were measured with other skills, and are left out",
    "damaged": "the rates that lie beside the library (reached.json) cannot be read, and are left out",
}
"""Why a rate is not known, where that needs to be said."""


def percent(share: float) -> str:
    """A probability for people; what is neither never nor always is not told as such.

    >>> [percent(p) for p in (0, 0.002, 0.5, 0.998, 1)]
    ['0 %', '< 1 %', '50 %', '> 99 %', '100 %']
    """
    if 0 < share < 0.01:
        return "< 1 %"
    return "> 99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"


def estimate_lines(
    plan: Plan, played: Outcomes | None, measured: Reached | None = None, *, tried: bool = True
) -> Iterator[str]:
    """What may be expected of a whole plan.

    Args:
        plan: the plan.
        played: how the goal went in play, if it was played for.
        measured: the rate that comes with the library; None where it does not hold, as with things at hand.
        tried: whether skills can be tried at all; else nothing is said of play.
    """
    yield (
        f"{counted(len(plan.steps), 'skill')}, about {plan.expected_steps:,.0f} game steps if nothing comes "
        f"between; all at the first attempt: {percent(plan.success_probability)}"
    )
    if not plan.possible or not tried:
        return
    if played is not None:
        yield f"in play, dangers included: {_rate(played, played.steps)}"
    if measured is not None and (line := measured_line(measured)):
        yield line
    if played is None and (measured is None or measured.goal is None):
        yield "dangers, hunger and nights are not in this: journeyman solve shows how often it is reached"


def measured_line(measured: Reached) -> str:
    """The rate that comes with the library, or why it is left out; empty where there is none."""
    if measured.goal is None:
        return LEFT_OUT.get(measured.why_not, "")
    rate = _rate(measured.goal, measured.goal.mean_steps)
    return f"measured with these skills on practice seeds, dangers included: {rate}"


def _rate(played: Outcomes | MeasuredGoal, steps: float) -> str:
    low, high = played.estimate.interval.low, played.estimate.interval.high
    took = f", after {counted(round(steps), 'step')} on average" if played.reached else ""
    return (
        f"reached in {played.reached} of {counted(played.n, 'episode')}{took} "
        f"({percent(played.estimate.mean)}, 95 % interval {percent(low)} to {percent(high)})"
    )
