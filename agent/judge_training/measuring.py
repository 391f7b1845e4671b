"""How good a judge is on a set of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.stats import cohen_kappa
from planners.plan import Outcome
from skills.interval import Interval, wilson

BINS = 10
RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judge says to one question.

    Attributes:
        holds: the truth.
        outcome: its verdict.
        chance: how likely it thinks that the claim holds.
        seed: of the episode.
        hard: whether it was a hard negative.
        way: how it came to the verdict.
        claim: the claim in short form.
        changed: whether anything carried, or a bar, had changed.
    """

    holds: bool
    outcome: Outcome
    chance: float
    seed: int
    hard: bool = False
    way: str = ""
    claim: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a judge is.

    Attributes:
        n: questions.
        negatives: of them, of which the claim does not hold.
        accuracy: of its verdicts that are not unclear.
        coverage: share that is not unclear.
        false_done: share of negatives that it calls done.
        missed: share of positives that it calls not done.
        ece: expected calibration error, bins of equal mass.
        brier: mean squared error of its chances.
        kappa: agreement with the truth beyond chance, of what is not unclear.
        always_no: accuracy of saying no to everything.
        something_changed: accuracy of saying done where anything changed.
        hard_false_done: share of hard negatives that it calls done.
        confusion: (truth, outcome) -> number.
        accuracy_interval: by episode.
        false_done_interval: Wilson's.
        bins: predicted and observed share, and number, of each bin.
    """

    n: int
    negatives: int
    accuracy: float
    coverage: float
    false_done: float
    missed: float
    ece: float
    brier: float
    kappa: float
    always_no: float
    something_changed: float
    hard_false_done: float
    confusion: dict[str, int]
    accuracy_interval: Interval
    false_done_interval: Interval
    bins: list[tuple[float, float, int]]


def quality_of(answers: Sequence[Answer]) -> Quality:
    """Measure. Raises `ValueError` when there are no answers."""
    if not answers:
        raise ValueError("no questions were answered; expected at least one")
    holds = np.array([answer.holds for answer in answers])
    done = np.array([answer.outcome == "done" for answer in answers])
    clear = np.array([answer.outcome != "unclear" for answer in answers])
    hard = np.array([answer.hard for answer in answers])
    changed = np.array([answer.changed for answer in answers])
    chances = np.array([answer.chance for answer in answers])
    bins = reliability(chances, holds)
    right = done == holds
    return Quality(
        n=len(answers),
        negatives=int((~holds).sum()),
        accuracy=_mean(right[clear]),
        coverage=_mean(clear),
        false_done=_mean(done[~holds]),
        missed=_mean((clear & ~done)[holds]),
        ece=sum(n * abs(said - was) for said, was, n in bins) / len(answers),
        brier=_mean((chances - holds) ** 2),
        kappa=_kappa(done[clear], holds[clear]),
        always_no=_mean(~holds),
        something_changed=_mean(changed == holds),
        hard_false_done=_mean(done[hard]),
        confusion=_confusion(answers),
        accuracy_interval=by_seed([a.seed for a in answers], right & clear, clear),
        false_done_interval=wilson(int((done & ~holds).sum()), int((~holds).sum())),
        bins=bins,
    )


def reliability(chances: NDArray[np.float64], holds: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Predicted and observed share in bins of equal mass."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return [(float(chances[p].mean()), float(holds[p].mean()), len(p)) for p in parts]


def by_seed(seeds: Sequence[int], hits: NDArray[np.bool_], counted: NDArray[np.bool_]) -> Interval:
    """95 % interval of a share, by drawing episodes again: questions of one are not independent."""
    names, where = np.unique(seeds, return_inverse=True)
    right = np.bincount(where, hits, len(names))
    n = np.bincount(where, counted, len(names))
    rows = np.random.default_rng(0).integers(len(names), size=(RESAMPLES, len(names)))
    shares = right[rows].sum(1) / np.maximum(n[rows].sum(1), 1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Interval(float(low), float(high))


def _confusion(answers: Sequence[Answer]) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        name = f"{'holds' if answer.holds else 'fails'}/{answer.outcome}"
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def _mean(values: NDArray[np.floating] | NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _kappa(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return cohen_kappa(said.tolist(), true.tolist(), resamples=1).mean if len(said) else 0.0
