"""Attempts cut out of episodes: ending at an event, just before it, after it, or anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.replay import Episode
from agent.judges.embedded.compare import MOMENTS

MAX_EVENTS: Final = 4
_BEFORE: Final = (2, 5, 10, 20, 40, 60)
"""Steps from an attempt's start to the event that ends it."""
_MISSED_BY: Final = (1, 1, 2, 4)
_AFTER: Final = (3, 8, 20, 40)
_SPANS: Final = (2, 5, 10, 20, 40, 80, 120)
ANYWHERE: Final = 4
PER_EVENT: Final = 2
"""Events of a kind and an episode that attempts are made of."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One attempt.

    Attributes:
        start: its first step in the episode.
        end: its last step.
        cut: "event", "near miss", "afterwards" or "anywhere".
    """

    start: int
    end: int
    cut: str


def segments_of(episode: Episode, rng: np.random.Generator, most: int) -> list[Segment]:
    """At most so many attempts of an episode, `ANYWHERE` of them cut without regard to what happens."""
    n = len(episode.truths) - 1
    found = []
    for steps in _events(episode).values():
        rng.shuffle(steps)
        for step in steps[:PER_EVENT]:
            found += _around(step, n, rng)
    found = sorted({s for s in found if s.end > s.start}, key=lambda s: (s.start, s.end, s.cut))
    drawn = rng.permutation(len(found))[: most - ANYWHERE].tolist()
    spans = [_span(rng, n) for _ in range(ANYWHERE if n else 0)]
    return [found[i] for i in drawn] + [
        Segment(start, end, "anywhere") for start, end in spans if end > start
    ]


def _span(rng: np.random.Generator, n: int) -> tuple[int, int]:
    start = int(rng.integers(0, n))
    return start, min(n, start + int(rng.choice(_SPANS)))


def _around(step: int, n: int, rng: np.random.Generator) -> list[Segment]:
    start = max(0, step - int(rng.choice(_BEFORE)))
    missed = step - int(rng.choice(_MISSED_BY))
    later = min(n, step + int(rng.choice(_AFTER)))
    cuts = [Segment(start, step, "event"), Segment(start, missed, "near miss")]
    return [*cuts, Segment(step, later, "afterwards")] if rng.random() < 0.6 else cuts


def _events(episode: Episode) -> dict[tuple[str, int], list[int]]:
    """Steps at which an achievement was reached again, a number changed, or the player went to sleep."""
    rises = np.diff(episode.did, axis=0) > 0
    changes = np.diff(episode.truths.counts.astype(np.int16), axis=0)
    asleep = np.diff(episode.truths.asleep.astype(np.int16))
    kinds = {"did": rises, "rise": changes > 0, "fall": changes < 0, "sleep": asleep[:, None] != 0}
    events: dict[tuple[str, int], list[int]] = {}
    for kind, where in kinds.items():
        for step, column in np.argwhere(where).tolist():
            events.setdefault((kind, column), []).append(step + 1)
    return events


def moments_of(segment: Segment, counts: NDArray[np.uint8]) -> tuple[list[int], bool]:
    """The moments that judges are shown, as `planners.execution.views` keeps them.

    Args:
        segment: the attempt.
        counts: uint8[steps + 1, numbers], bars and items.

    Returns:
        Steps in order, `MOMENTS` of them with the last one again where there are fewer; and whether nothing
        changed unseen.
    """
    part = counts[segment.start : segment.end + 1]
    changed = np.flatnonzero((part[1:] != part[:-1]).any(1)) + segment.start + 1
    events: list[int] = []
    for step in changed.tolist():
        events.append(step)
        if len(events) > MAX_EVENTS:
            crowded = min(range(1, len(events) - 1), key=lambda i: events[i + 1] - events[i - 1])
            del events[crowded]
    middle = (segment.start + segment.end) // 2
    steps = sorted({segment.start, middle, *events, segment.end})
    return steps + [segment.end] * (MOMENTS - len(steps)), len(changed) <= MAX_EVENTS
