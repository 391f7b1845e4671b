"""Is practice still worth going on with: three curves, and a warning when one turns.

Source of the idea: socratic learning (Schaul 2024), which needs feedback that stays aligned with the truth
and data that keep covering more; a library that grows by itself needs the third.

A growing curve has turned when the latest turns brought at most `FAR_LESS` of what those before did, turn by
turn, and so much less that equal growth would show this with a probability of at most `CHANCE` (the exact
conditional test of two Poisson counts). The alignment has turned when the intervals of the latest and of the
earlier audits do not meet, or when the latest interval lies below `LEAST_ALIGNMENT` as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from skills.interval import wilson

WINDOW_TURNS = 12
"""Turns that are held against those before."""
EARLIER_TURNS = 36
"""Turns before the window, at most, that it is held against."""
CHANCE = 0.005
"""Probability of a warning at one look though the curve grows as before."""
FAR_LESS = 0.5
"""Share of the earlier growth that is far less."""
FEWEST_AUDITS = 20
"""Audited verdicts in the window without which nothing is said of the alignment."""
LEAST_ALIGNMENT = 0.9
"""Share of audited verdicts that should agree with the facts."""
MOST_POINTS = 500
"""Turns whose points are kept in the session's state; the run's metrics have all."""

CURVES = {
    "alignment": "feedback agrees with the facts less than it should",
    "coverage": "practice meets far less that is new than before",
    "library": "the library grows far less than before",
}
"""The curves, and what it means when one turns."""


class MonitorPoint(BaseModel):
    """The curves at the end of one turn; all are totals since the session began.

    Attributes:
        turn: its number.
        audited: verdicts that were held against facts.
        agreed: of these, how many the facts bear out.
        coverage: facts and situations met, and skills that worked at least once.
        library: skills admitted, new versions included.
    """

    model_config = ConfigDict(extra="forbid")

    turn: int
    audited: int = 0
    agreed: int = 0
    coverage: int = 0
    library: int = 0


class Monitors(BaseModel):
    """The curves of a session.

    Attributes:
        audited: verdicts that were held against facts so far.
        agreed: of these, how many the facts bear out.
        admissions: skills admitted so far, new versions included.
        points: the latest turns, oldest first.
        warned: curve -> turn of the latest warning, for the curves that have turned and not turned back.
    """

    model_config = ConfigDict(extra="forbid")

    audited: int = 0
    agreed: int = 0
    admissions: int = 0
    points: list[MonitorPoint] = Field(default_factory=list)
    warned: dict[str, int] = Field(default_factory=dict)

    def audit(self, *, agreed: int, audited: int) -> None:
        """Count verdicts of a judge that were held against facts."""
        self.audited += audited
        self.agreed += agreed

    def end_turn(self, turn: int, coverage: int) -> dict[str, str]:
        """Add the point of a turn; returns the curves that have turned just now, with what was seen."""
        self.points.append(
            MonitorPoint(
                turn=turn, audited=self.audited, agreed=self.agreed, coverage=coverage,
                library=self.admissions,
            )
        )  # fmt: skip
        del self.points[:-MOST_POINTS]
        turned = self._turned()
        self.warned = {curve: turn for curve, turn in self.warned.items() if curve in turned}
        new = {curve: text for curve, text in turned.items() if curve not in self.warned}
        self.warned |= dict.fromkeys(new, turn)
        return new

    def _turned(self) -> dict[str, str]:
        points = self.points
        seen = {
            "alignment": alignment_turned([(p.agreed, p.audited) for p in points]),
            "coverage": growth_turned([p.coverage for p in points]),
            "library": growth_turned([p.library for p in points]),
        }
        return {curve: text for curve, text in seen.items() if text}


def growth_turned(totals: Sequence[int]) -> str:
    """What shows that a curve of totals, one a turn, grows less than before; empty while it does not.

    >>> growth_turned([*range(0, 40, 2), *[38] * 12])
    '0 new in the last 12 turns, 38 in the 19 before'
    >>> growth_turned(range(60))
    ''
    """
    earlier = min(EARLIER_TURNS, len(totals) - 1 - WINDOW_TURNS)
    if earlier < WINDOW_TURNS:
        return ""
    now, then = (
        totals[-1] - totals[-1 - WINDOW_TURNS],
        totals[-1 - WINDOW_TURNS] - totals[-1 - WINDOW_TURNS - earlier],
    )
    if now * earlier > FAR_LESS * then * WINDOW_TURNS:
        return ""
    if at_most(now, now + then, WINDOW_TURNS / (WINDOW_TURNS + earlier)) > CHANCE:
        return ""
    return f"{now:,} new in the last {WINDOW_TURNS} turns, {then:,} in the {earlier} before"


def at_most(successes: int, trials: int, chance: float) -> float:
    """Probability of at most so many successes in so many trials with that chance each.

    >>> round(at_most(1, 3, 0.5), 6)
    0.5
    """
    logs = [
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(chance) + (trials - k) * math.log1p(-chance)
        for k in range(successes + 1)
    ]  # fmt: skip
    highest = max(logs)
    return min(1.0, math.exp(highest) * sum(math.exp(value - highest) for value in logs))


def alignment_turned(totals: Sequence[tuple[int, int]]) -> str:
    """What shows that feedback has come apart from the facts; empty while nothing does.

    Args:
        totals: agreed and audited verdicts at the end of every turn.

    >>> alignment_turned([(10 * i, 10 * i) for i in range(20)])
    ''
    """
    start = max(0, len(totals) - 1 - WINDOW_TURNS)
    (agreed, audited), (agreed_then, audited_then) = totals[-1], totals[start]
    latest = audited - audited_then
    if latest < FEWEST_AUDITS:
        return ""
    now = wilson(agreed - agreed_then, latest)
    before = wilson(agreed_then, audited_then).low if audited_then >= FEWEST_AUDITS else 0.0
    if now.high >= max(LEAST_ALIGNMENT, before):
        return ""
    then = f", {agreed_then:,} of {audited_then:,} before" if audited_then else ""
    return f"{agreed - agreed_then:,} of the latest {latest:,} audited verdicts agree with the facts{then}"
