"""A small head that tells, for one skill, real successes from what a judge took for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FEWEST: Final = 5
"""Attempts that succeeded, and that did not, without which no head is learned."""
FOLDS: Final = 5
RIDGE: Final = 1.0
"""Penalty on the squared weights, of features scaled to a standard deviation of one."""
BOUND: Final = 0.05
"""Share of what failed that may still be called done."""
LEAST_KEPT: Final = 0.5
"""Share of what succeeded that a head must still call done, or it is of no use."""
MARGIN: Final = 0.001
_STEPS: Final = 30
_SMALLEST: Final = 1e-3

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A logistic regression over what is seen of an attempt, and how sure it must be.

    Attributes:
        centre: mean of each feature.
        scale: what each is divided by.
        weights: of each.
        bias: added.
        bar: chance of success from which on "done" stands.
        kept: share of the successes that it still calls done, each judged by a head that was not shown its
            episode.
    """

    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    bar: float
    kept: float

    def chance(self, features: NDArray[np.floating]) -> float:
        """Chance that an attempt with these features, float[features], succeeded; 0..1.

        Raises:
            ValueError: these are not as many features as it learned from.
        """
        if len(features) != len(self.weights):
            raise ValueError(f"{len(features)} features; expected {len(self.weights)}")
        row = (np.asarray(features, np.float64) - self.centre) / self.scale
        return float(_sigmoid(row @ np.array(self.weights) + self.bias))

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Head:
        """From JSON values."""
        centre, scale, weights = (tuple(map(float, record[name])) for name in ("centre", "scale", "weights"))
        bias, bar, kept = (float(record[name]) for name in ("bias", "bar", "kept"))
        return cls(centre=centre, scale=scale, weights=weights, bias=bias, bar=bar, kept=kept)


def fit_head(features: NDArray[np.floating], holds: Sequence[bool], episodes: Sequence[int]) -> Head | None:
    """Learn a head; None where there is too little to learn from, or success cannot be told from failure.

    The bar is chosen on attempts that the head did not learn from: at most `BOUND` of the failures reach it,
    none where there are too few to tell. The same attempts give the same head.

    Args:
        features: float[attempts, features].
        holds: whether each succeeded.
        episodes: of which episode each is; attempts of one are never on both sides.
    """
    truth, rows = np.asarray(holds, np.bool_), np.asarray(features, np.float64)
    if min(truth.sum(), (~truth).sum()) < FEWEST:
        return None
    names = sorted(set(episodes))
    fold = np.array([names.index(episode) % FOLDS for episode in episodes])
    unseen = np.full(len(rows), 0.5)
    for k in sorted(set(fold.tolist())):
        rest = fold != k
        if len(set(truth[rest].tolist())) < 2:
            return None
        centre, scale, weights, bias = _regression(rows[rest], truth[rest])
        unseen[~rest] = _sigmoid((rows[~rest] - centre) / scale @ weights + bias)
    bar = max(0.5, _bar(unseen[~truth]))
    kept = float((unseen[truth] >= bar).mean())
    if kept < LEAST_KEPT:
        return None
    centre, scale, weights, bias = _regression(rows, truth)
    return Head(
        centre=_rounded(centre), scale=_rounded(scale), weights=_rounded(weights),
        bias=round(bias, 8), bar=round(bar, 6), kept=round(kept, 4),
    )  # fmt: skip


def _rounded(values: Doubles) -> tuple[float, ...]:
    return tuple(np.round(values, 8).tolist())


def _bar(wrong: Doubles) -> float:
    """Least chance that at most a share `BOUND` of what failed reaches."""
    allowed = int(BOUND * (len(wrong) + 1))
    return float(np.sort(wrong)[::-1][min(max(allowed - 1, 0), len(wrong) - 1)]) + MARGIN


def _regression(rows: Doubles, holds: NDArray[np.bool_]) -> tuple[Doubles, Doubles, Doubles, float]:
    """Centre, scale, weights and bias of a ridge logistic regression in which both classes weigh the same.

    Source: iteratively reweighted least squares; T. Hastie et al., The Elements of Statistical Learning, 4.4.
    """
    centre, scale = rows.mean(0), rows.std(0)
    scale = np.where(scale < _SMALLEST, 1.0, scale)
    design = np.concatenate([(rows - centre) / scale, np.ones((len(rows), 1))], 1)
    share = holds.mean()
    importance = np.where(holds, 0.5 / share, 0.5 / (1 - share))
    ridge = np.diag([*[RIDGE] * rows.shape[1], 1e-6])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = _sigmoid(design @ weights)
        curve = importance * np.maximum(chance * (1 - chance), 1e-6)
        gradient = design.T @ (importance * (holds - chance)) - ridge @ weights
        step = np.linalg.solve(design.T @ (design * curve[:, None]) + ridge, gradient)
        weights = weights + step * min(1.0, 5.0 / (float(np.abs(step).max()) + 1e-12))
        if float(np.abs(step).max()) < 1e-8:
            break
    return centre, scale, weights[:-1], float(weights[-1])


def _sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(values, -40, 40)))
