"""What the reader sees of an attempt as one row of numbers, for heads that learn what fooled the judge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded import layout
from agent.judges.embedded.claims import THINGS
from agent.judges.embedded.compare import Attempts
from agent.judges.embedded.sight import COUNTS, Floats, Sights


def description(attempts: Attempts) -> Floats:
    """The readings of the first of some attempts, float32[features].

    What is carried and the bars at last, and by how much they rose, in tenths; of every thing, how likely it
    is in front of the player, beside, and anywhere in view at last; light; sleep at last and at any moment.
    """
    first, last = attempts.first[:1], attempts.last[:1]
    numbers = _expected(last)
    parts: list[NDArray[np.floating]] = [numbers, numbers - _expected(first), _things(last)]
    slept = attempts.sights.asleep[attempts.moments[0]].max(keepdims=True)
    parts += [last.light[0], last.asleep, slept]
    return np.concatenate(parts).astype(np.float32)


def _expected(sights: Sights) -> Floats:
    expected: Floats = (sights.counts[0] @ np.arange(COUNTS, dtype=np.float32)) / 10
    return expected


def _things(sights: Sights) -> Floats:
    rows = []
    for thing in THINGS:
        shown = sights.thing(thing)
        beside = shown[0, list(layout.NEXT)]
        ahead = float(beside @ sights.facing[0])
        rows += [ahead, float(layout.at_least(beside[None], 1)[0]), float(layout.at_least(shown, 1)[0])]
    return np.array(rows, np.float32)
