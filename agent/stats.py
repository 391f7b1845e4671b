"""Estimates and scores of what was measured: no bare mean leaves the project."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.interval import Interval, wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RESAMPLES_PER_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of episodes behind it."""

    mean: float
    interval: Interval
    n: int


def success_estimate(successes: int, n: int) -> Estimate:
    """A success rate with Wilson's interval; the rate of nothing tried is 0."""
    return Estimate(successes / n if n else 0.0, wilson(successes, n), n)


def success_percent(successes: int, n: int) -> Estimate:
    """`success_estimate`, in percent."""
    share = success_estimate(successes, n)
    return Estimate(100 * share.mean, Interval(100 * share.interval.low, 100 * share.interval.high), share.n)


def sign_test(wins: int, losses: int) -> float:
    """One-sided p of the sign test: how often as many wins or more would come about by chance; ties left out.

    >>> sign_test(9, 1), sign_test(0, 0)
    (0.0107421875, 1.0)

    Source: W. J. Dixon, A. M. Mood, Journal of the American Statistical Association 41 (1946).
    """
    pairs = wins + losses
    return math.ldexp(sum(math.comb(pairs, k) for k in range(wins, pairs + 1)), -pairs)


def paired_share_difference(both: int, first: int, second: int, neither: int) -> Estimate:
    """How much larger the second of two shares is, over pairs, with Newcombe's interval.

    It keeps a width where all pairs are alike, as a bootstrap does not.

    Args:
        both: pairs in which both succeeded.
        first: pairs in which only the first did.
        second: pairs in which only the second did.
        neither: pairs in which neither did.

    Raises:
        ValueError: there are no pairs.

    Source: R. Newcombe, Statistics in Medicine 17 (1998), method 10 for paired proportions.

    >>> it = paired_share_difference(36, 12, 2, 0)
    >>> round(-it.mean, 4), round(-it.interval.high, 4), round(-it.interval.low, 4)
    (0.2, 0.0569, 0.3404)
    """
    n = both + first + second + neither
    if not n:
        raise ValueError("there are no pairs; expected at least one")
    one, two = (both + first) / n, (both + second) / n
    own, other = wilson(both + first, n), wilson(both + second, n)
    product: float = both * neither - first * second
    if product > 0:
        product = max(product - n / 2, 0)
    spread = math.sqrt((both + first) * (second + neither) * (both + second) * (first + neither))
    phi = product / spread if spread else 0.0
    down, up = two - other.low, own.high - one
    low = math.sqrt(max(0.0, down**2 - 2 * phi * down * up + up**2))
    down, up = one - own.low, other.high - two
    high = math.sqrt(max(0.0, up**2 - 2 * phi * up * down + down**2))
    difference = two - one
    return Estimate(difference, Interval(difference - low, difference + high), n)


def bootstrap_mean(values: Sequence[float], seed: int = 0, resamples: int = 10_000) -> Estimate:
    """The mean with its percentile bootstrap interval over the values.

    Raises:
        ValueError: no values.

    Source: B. Efron, The Annals of Statistics 7 (1979).
    """
    import numpy as np

    column = np.asarray(values, dtype=np.float64).reshape(-1, 1)
    means = _bootstrap_means(column, seed, resamples)[:, 0]
    return Estimate(float(column.mean()), _percentile_interval(means), len(column))


def nested_mean(
    values: Sequence[Sequence[Sequence[float]]], seed: int = 0, resamples: int = 10_000
) -> Estimate:
    """The mean over libraries of the mean over tasks of the mean over episodes, with a nested bootstrap.

    A resample draws libraries, in each of them tasks, and of each task episodes, so that the interval covers
    the luck of all three; of paired differences it covers the difference. What is drawn from a single one
    adds nothing to it: with one library the interval is about that library.

    Args:
        values: by library, task and episode; every library has as many tasks, none is without episodes.
        seed: of the resampling.
        resamples: how many times all are drawn again.

    Raises:
        ValueError: there are no values, or libraries have different numbers of tasks.

    Source: A. Davison and D. Hinkley, Bootstrap Methods and their Application, 1997, section 3.8.
    """
    import numpy as np

    counts = np.array([[len(episodes) for episodes in tasks] for tasks in _same_length(values)], np.intp)
    if not counts.size or counts.min() < 1:
        raise ValueError("a library has no tasks, or a task no episodes; expected at least one value of each")
    table = np.zeros((*counts.shape, int(counts.max())))
    for library, tasks in enumerate(values):
        for task, episodes in enumerate(tasks):
            table[library, task, : len(episodes)] = episodes
    rng = np.random.default_rng(seed)
    means = np.array([_nested_draw(table, counts, rng) for _ in range(resamples)])
    mean = float((table.sum(axis=-1) / counts).mean())
    return Estimate(mean, _percentile_interval(means), int(counts.sum()))


def _same_length(values: Sequence[Sequence[Sequence[float]]]) -> Sequence[Sequence[Sequence[float]]]:
    if len({len(tasks) for tasks in values}) > 1:
        raise ValueError(
            f"libraries have {sorted({len(tasks) for tasks in values})} tasks; expected the same of each"
        )
    return values


def _nested_draw(table: NDArray[np.float64], counts: NDArray[np.intp], rng: np.random.Generator) -> float:
    """The mean of one resample of ``float64[libraries, tasks, episodes]``."""
    import numpy as np

    n_libraries, n_tasks, most = table.shape
    library = rng.integers(n_libraries, size=(n_libraries, 1))
    task = rng.integers(n_tasks, size=(n_libraries, n_tasks))
    drawn, n = table[library, task], counts[library, task]
    episode = (rng.random((n_libraries, n_tasks, most)) * n[:, :, None]).astype(int)
    in_use = np.arange(most) < n[:, :, None]
    return float(((np.take_along_axis(drawn, episode, axis=-1) * in_use).sum(axis=-1) / n).mean())


def crafter_score(unlocked: Sequence[Sequence[bool]], seed: int = 0, resamples: int = 10_000) -> Estimate:
    """Crafter's score over episodes, with a bootstrap interval that resamples whole episodes.

    The score is ``exp(mean over achievements of ln(1 + s)) - 1`` with s the percentage of episodes that
    unlock the achievement; it runs from 0 to 100. With few episodes it is biased low, because the
    logarithm is concave and rare achievements round to zero: compare at equal counts only.

    Args:
        unlocked: bool[episodes, achievements].
        seed: of the resampling.
        resamples: how many times the episodes are drawn again.

    Raises:
        ValueError: no episodes.

    Source: D. Hafner, Benchmarking the Spectrum of Agent Capabilities, 2021, section 3.
    """
    import numpy as np

    matrix = np.asarray(unlocked, dtype=np.float64)
    scores = _scores(_bootstrap_means(matrix, seed, resamples))
    score = float(_scores(matrix.mean(axis=0, keepdims=True))[0])
    return Estimate(score, _percentile_interval(scores), len(matrix))


def crafter_score_difference(
    first: Sequence[Sequence[bool]], second: Sequence[Sequence[bool]], seed: int = 0, resamples: int = 10_000
) -> Estimate:
    """How much larger the second score is, over the same episodes of both; see `crafter_score`.

    A resample draws episodes, and takes what both did in each of them.

    Args:
        first: bool[episodes, achievements].
        second: the same of another player, on the same seeds in the same order.
        seed: of the resampling.
        resamples: how many times the episodes are drawn again.

    Raises:
        ValueError: no episodes, or not as many of both.
    """
    import numpy as np

    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"episodes of shapes {a.shape} and {b.shape}; expected the same of both")
    both = np.concatenate((a, b), axis=1)
    width = a.shape[1] if a.ndim == 2 else 0
    means = _bootstrap_means(both, seed, resamples)
    samples = _scores(means[:, width:]) - _scores(means[:, :width])
    score = float((_scores(b.mean(axis=0, keepdims=True)) - _scores(a.mean(axis=0, keepdims=True)))[0])
    return Estimate(score, _percentile_interval(samples), len(both))


def cohen_kappa(
    first: Sequence[str], second: Sequence[str], seed: int = 0, resamples: int = 2_000
) -> Estimate:
    """Cohen's kappa of two raters over the same items, with its percentile bootstrap interval over them.

    1 is full agreement and 0 what chance would bring; where both say the same one thing of all items, which
    chance would bring as well, it is 1.

    Raises:
        ValueError: the two do not pair up, or are empty.

    Source: J. Cohen, Educational and Psychological Measurement 20 (1960).
    """
    import numpy as np

    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} ratings against {len(second)}; expected one of each per item")
    labels = sorted({*first, *second})
    a = np.array([labels.index(label) for label in first])
    b = np.array([labels.index(label) for label in second])
    rows = np.random.default_rng(seed).integers(len(a), size=(resamples, len(a)))
    kappas = np.array([_kappa(a[row], b[row], len(labels)) for row in rows])
    return Estimate(_kappa(a, b, len(labels)), _percentile_interval(kappas), len(a))


def _kappa(a: NDArray[np.intp], b: NDArray[np.intp], n_labels: int) -> float:
    import numpy as np

    observed = float((a == b).mean())
    shares = np.bincount(a, minlength=n_labels) * np.bincount(b, minlength=n_labels)
    chance = float(shares.sum()) / len(a) ** 2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def _scores(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[..., achievements] of rates in 0..1 -> float64[...] of scores in 0..100."""
    import numpy as np

    scores: NDArray[np.float64] = np.expm1(np.log1p(100.0 * rates).mean(axis=-1))
    return scores


def _bootstrap_means(matrix: NDArray[np.float64], seed: int, resamples: int) -> NDArray[np.float64]:
    """float64[n, k] -> float64[resamples, k]: column means of the rows drawn again, with replacement."""
    import numpy as np

    if matrix.ndim != 2 or not len(matrix):
        raise ValueError(f"values of shape {matrix.shape}; expected at least one episode")
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, matrix.shape[1]))
    for start in range(0, resamples, _RESAMPLES_PER_CHUNK):
        rows = rng.integers(len(matrix), size=(min(_RESAMPLES_PER_CHUNK, resamples - start), len(matrix)))
        means[start : start + len(rows)] = matrix[rows].mean(axis=1)
    return means


def _percentile_interval(samples: NDArray[np.float64]) -> Interval:
    import numpy as np

    low, high = np.percentile(samples, [2.5, 97.5])
    return Interval(float(low), float(high))
