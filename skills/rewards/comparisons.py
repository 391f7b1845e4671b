"""Preferences between pairs of events: contradictions and cycles, and the targets and weights of a fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skills.errors import ContradictoryPreferences

Verdict: TypeAlias = Literal["first", "second", "tie", "neither"]
"""Which of two events is better; ``neither`` where both are undesirable."""

FIRST_SHARE: Final[Mapping[Verdict, float]] = {"first": 1.0, "second": 0.0, "tie": 0.5, "neither": 0.5}
"""Probability that the first one is preferred. Source: MaestroMotif, ties and "neither" are 0.5 each."""
TURNED: Final[Mapping[Verdict, Verdict]] = {
    "first": "second",
    "second": "first",
    "tie": "tie",
    "neither": "neither",
}

CONTRADICTED_WEIGHT = 0.25
"""Weight of a pair on which opinions differ, against 1 of one on which they agree."""
CYCLE_WEIGHT = 0.5
"""Factor on the weight of a preference that is part of a cycle."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The answer about a pair of events, given by their places in the list of events.

    Attributes:
        first: place of the event that was named first.
        second: place of the event that was named second.
        verdict: which of them is better.
    """

    first: int
    second: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Pairs of events, each with target and weight for a fit.

    Attributes:
        first: places of events, intp[m], below `second` in every pair.
        second: places of the events that they are compared with, intp[m].
        target: probability that the first is preferred, float32[m].
        weight: of each pair in the loss, float32[m]; in 0..1.
        contradicted: pairs on which opinions differ.
        cyclic: pairs whose preference is part of a cycle.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    target: NDArray[np.float32]
    weight: NDArray[np.float32]
    contradicted: tuple[tuple[int, int], ...]
    cyclic: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.first)


def graded_verdict(first: int, second: int) -> Verdict:
    """The verdict that two grades imply; a grade below zero is undesirable.

    >>> graded_verdict(2, -1), graded_verdict(0, 0), graded_verdict(-1, -3)
    ('first', 'tie', 'neither')
    """
    if first < 0 and second < 0:
        return "neither"
    if first == second:
        return "tie"
    return "first" if first > second else "second"


def graded_opinions(grades: Sequence[int]) -> list[Opinion]:
    """One opinion for every pair of graded events."""
    n = len(grades)
    return [Opinion(i, j, graded_verdict(grades[i], grades[j])) for i in range(n) for j in range(i + 1, n)]


def compare(opinions: Iterable[Opinion]) -> Comparisons:
    """Bring opinions on the same pair together, in either order, and weigh them.

    Where opinions differ, the target is their mean and the pair counts less; a preference on which they
    agree and that is part of a cycle (this is better than that, that than a third, the third than this)
    counts half.

    Raises:
        ValueError: an event is compared with itself.
    """
    by_pair: dict[tuple[int, int], list[Verdict]] = {}
    for opinion in opinions:
        if opinion.first == opinion.second:
            raise ValueError(f"event {opinion.first} is compared with itself")
        if opinion.first < opinion.second:
            by_pair.setdefault((opinion.first, opinion.second), []).append(opinion.verdict)
        else:
            by_pair.setdefault((opinion.second, opinion.first), []).append(TURNED[opinion.verdict])
    pairs = np.array(list(by_pair), np.intp).reshape(-1, 2)
    target = np.array([np.mean([FIRST_SHARE[v] for v in given]) for given in by_pair.values()], np.float32)
    split = np.array([len(set(given)) > 1 for given in by_pair.values()], np.bool_)
    cyclic = _in_cycles(pairs, np.where(split, np.float32(0.5), target))
    weight = np.where(split, CONTRADICTED_WEIGHT, 1.0) * np.where(cyclic, CYCLE_WEIGHT, 1.0)
    return Comparisons(
        first=pairs[:, 0],
        second=pairs[:, 1],
        target=target,
        weight=weight.astype(np.float32),
        contradicted=_listed(pairs[split]),
        cyclic=_listed(pairs[cyclic]),
    )


def require_sense(comparisons: Comparisons) -> None:
    """Raise `ContradictoryPreferences` when nothing can be learned from the comparisons."""
    split = set(comparisons.contradicted)
    pairs = zip(comparisons.first.tolist(), comparisons.second.tolist(), strict=True)
    clear = np.array([pair not in split for pair in pairs], np.bool_)
    if (clear & (comparisons.target != 0.5)).any():
        return
    if split:
        raise ContradictoryPreferences(
            f"all preferences between events ({len(split)} pairs) contradict themselves when they are asked "
            "for again or in the other order; nothing can be learned from them: ask another model"
        )
    raise ContradictoryPreferences(
        f"of {len(comparisons)} pairs of events none has a better one; a reward needs at least one "
        "preference: describe the skill more clearly, or ask another model"
    )


def _in_cycles(pairs: NDArray[np.intp], target: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which preferences are part of a cycle, bool[m]."""
    if not len(pairs):
        return np.zeros(0, np.bool_)
    size = int(pairs.max()) + 1
    forward, backward = target > 0.5, target < 0.5
    better = np.zeros((size, size), np.float32)
    better[pairs[forward, 0], pairs[forward, 1]] = 1
    better[pairs[backward, 1], pairs[backward, 0]] = 1
    reach = better
    while True:
        longer = np.minimum(reach + reach @ reach, 1)
        if np.array_equal(longer, reach):
            break
        reach = longer
    back = np.where(forward, reach[pairs[:, 1], pairs[:, 0]], reach[pairs[:, 0], pairs[:, 1]])
    return np.asarray((back > 0) & (forward | backward))


def _listed(pairs: NDArray[np.intp]) -> tuple[tuple[int, int], ...]:
    return tuple((int(a), int(b)) for a, b in pairs)
