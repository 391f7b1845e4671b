"""How long each moment of an episode is shown: steadily, longer where something happens, never for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.records.timeline import Timeline

STEPS_PER_SECOND: Final = 4.0
"""Pace at which a person can follow single steps."""

LONGEST_S: Final = 75.0
"""Seconds that the steps of a long episode may take; above it the pace rises."""

MOST_HELD_S: Final = 45.0
"""Seconds that all holds together may take; above it each becomes shorter."""

FIRST_S: Final = 1.5
LAST_S: Final = 3.5
_MARK_S: Final = 1.0
_SKILL_S: Final = 0.4


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment on the screen.

    Attributes:
        moment: which.
        frames: how many frames long; at least 1.
    """

    moment: int
    frames: int


def schedule(timeline: Timeline, fps: float, pace: float | None = None) -> list[Shown]:
    """Which moments are shown, and for how many frames each; the first and the last are among them.

    Args:
        timeline: of the episode.
        fps: frames per second.
        pace: steps per second; None to choose: `STEPS_PER_SECOND`, faster for long episodes.

    Raises:
        ValueError: `pace` or `fps` is not above 0.
    """
    if not fps > 0 or (pace is not None and not pace > 0):
        raise ValueError(f"pace is {pace!r} and fps {fps!r}; expected numbers above 0")
    steps = max(1, timeline.moments)
    per_step = 1 / (pace or max(STEPS_PER_SECOND, steps / LONGEST_S))
    holds = _holds(timeline)
    held = sum(holds.values())
    factor = min(1.0, MOST_HELD_S / held) if held else 1.0
    if pace is not None:
        factor = min(factor, STEPS_PER_SECOND / pace)
    return list(_frames(timeline.moments, per_step, {m: s * factor for m, s in holds.items()}, fps))


def seconds(shown: list[Shown], fps: float) -> float:
    """How long a film is.

    >>> seconds([Shown(0, 15), Shown(1, 5)], 10.0)
    2.0
    """
    return sum(each.frames for each in shown) / fps


def _holds(timeline: Timeline) -> dict[int, float]:
    """Moment -> seconds that it is held besides."""
    holds: dict[int, float] = {}
    for span in timeline.spans:
        holds[span.begin] = _SKILL_S
    for mark in timeline.marks:
        if mark.kind not in ("end", "death"):
            holds[mark.moment] = _MARK_S
    return holds


def _frames(moments: int, per_step: float, holds: dict[int, float], fps: float) -> Iterator[Shown]:
    time, drawn = 0.0, 0
    for moment in range(moments + 1):
        time += per_step + holds.get(moment, 0.0)
        time += FIRST_S if moment == 0 else LAST_S if moment == moments else 0.0
        due = round(time * fps)
        if moment in (0, moments):
            due = max(due, drawn + 1)
        if due > drawn:
            yield Shown(moment, due - drawn)
            drawn = due
