import math

import numpy as np
import pytest

from agent.stats import (
    bootstrap_mean,
    cohen_kappa,
    crafter_score,
    nested_mean,
    success_estimate,
)
from skills.interval import Interval


def test_success_estimate_of_nothing() -> None:
    estimate = success_estimate(0, 0)
    assert (estimate.mean, estimate.n, estimate.interval.rounded(1)) == (0.0, 0, [0.0, 1.0])


def test_bootstrap_of_a_constant_is_a_point() -> None:
    estimate = bootstrap_mean([3.5] * 7)
    assert (estimate.mean, estimate.interval.low, estimate.interval.high, estimate.n) == (3.5, 3.5, 3.5, 7)


def test_bootstrap_interval_of_coin_flips() -> None:
    # 50 of 100: the mean of a resample has standard error sqrt(.25/100) = .05; 1.96 * .05 = .098.
    estimate = bootstrap_mean([0.0, 1.0] * 50, seed=1)
    assert estimate.mean == 0.5
    assert estimate.interval.low == pytest.approx(0.402, abs=0.011)
    assert estimate.interval.high == pytest.approx(0.598, abs=0.011)


def test_bootstrap_repeats_under_a_seed() -> None:
    values = [math.sqrt(i) for i in range(40)]
    assert bootstrap_mean(values, seed=4) == bootstrap_mean(values, seed=4)
    assert bootstrap_mean(values, seed=4) != bootstrap_mean(values, seed=5)


def test_bootstrap_needs_values() -> None:
    with pytest.raises(ValueError, match="expected at least one episode"):
        bootstrap_mean([])


def test_crafter_score_by_hand() -> None:
    # Rates 100 % and 0 %: exp((ln 101 + ln 1) / 2) - 1 = sqrt(101) - 1 = 9.04988.
    estimate = crafter_score([[True, False], [True, False]])
    assert estimate.mean == pytest.approx(math.sqrt(101) - 1)
    assert estimate.interval.low == pytest.approx(estimate.interval.high)
    # Rates 50 % and 25 %: sqrt(51 * 26) - 1 = 35.4143.
    four = [[True, True], [True, False], [False, False], [False, False]]
    assert crafter_score(four).mean == pytest.approx(35.4143, abs=1e-4)


def test_crafter_score_limits() -> None:
    assert crafter_score([[True] * 22] * 3).mean == pytest.approx(100.0)
    assert crafter_score([[False] * 22] * 3).mean == 0.0


def test_crafter_score_of_the_pooled_human_rates() -> None:
    # exp(mean of ln(1 + s)) - 1 over the 22 rates, pooled over all 100 episodes; the published 50.5 averages
    # scores of smaller groups of episodes, which lie lower because the logarithm is concave.
    rates = [86, 12, 92, 53, 67, 100, 100, 31, 84, 89, 8, 26, 22, 78, 78, 100, 45, 32, 24, 90, 100, 73]
    unlocked = np.array([[episode < rate for rate in rates] for episode in range(100)])
    assert crafter_score(unlocked.tolist(), resamples=10).mean == pytest.approx(52.05, abs=0.01)


def test_crafter_score_interval_resamples_whole_episodes() -> None:
    # Two achievements that always come together, in half of the episodes: the score is the rate itself,
    # so its interval must be that of the rate (about 40 to 60), not a narrower one.
    estimate = crafter_score([[True, True], [False, False]] * 50, seed=2)
    assert estimate.mean == pytest.approx(50.0)
    assert estimate.interval.low == pytest.approx(40, abs=1.5)
    assert estimate.interval.high == pytest.approx(60, abs=1.5)


def test_kappa_by_hand() -> None:
    # agree on 3 of 4; chance: both say a 2/4 * 3/4 + b 2/4 * 1/4 = 1/2; (3/4 - 1/2) / (1 - 1/2) = 1/2
    found = cohen_kappa(["a", "a", "b", "b"], ["a", "a", "a", "b"])
    assert (found.mean, found.n) == (0.5, 4)
    assert found.interval.low <= 0.5 <= found.interval.high


def test_kappa_at_its_ends() -> None:
    assert cohen_kappa(["a", "b"] * 9, ["a", "b"] * 9).interval.rounded(3) == [1.0, 1.0]
    assert cohen_kappa(["a", "b"], ["b", "a"]).mean == -1.0
    assert cohen_kappa(["a", "a"], ["a", "a"]).mean == 1.0


def test_kappa_of_raters_who_rate_at_random_is_about_zero() -> None:
    rng = np.random.default_rng(1)
    first, second = (rng.choice(list("abc"), 3_000).tolist() for _ in range(2))
    assert abs(cohen_kappa(first, second, resamples=10).mean) < 0.05


@pytest.mark.parametrize(("first", "second"), [([], []), (["a"], ["a", "b"])])
def test_kappa_of_what_does_not_pair_up(first: list[str], second: list[str]) -> None:
    with pytest.raises(ValueError, match="expected one of each per item"):
        cohen_kappa(first, second)


class TestNestedMean:
    def test_by_hand(self) -> None:
        figure = nested_mean([[[0, 1], [1]], [[0], [0]]])  # (1/2 + 1) / 2 = 3/4 and 0
        assert (figure.mean, figure.n) == (0.375, 5)

    def test_what_never_differs_has_no_width(self) -> None:
        figure = nested_mean([[[1, 1], [1]], [[1], [1, 1, 1]]], resamples=50)
        assert figure.interval == Interval(1.0, 1.0)

    def test_libraries_that_differ_widen_the_interval_more_than_as_many_episodes_do(self) -> None:
        episodes = [0, 1] * 10
        alike = nested_mean([[episodes]] * 6, resamples=2000).interval
        apart = nested_mean([[[0] * 20]] * 3 + [[[1] * 20]] * 3, resamples=2000).interval
        assert apart.high - apart.low > 2 * (alike.high - alike.low)

    def test_paired_differences_that_all_point_one_way_exclude_zero(self) -> None:
        figure = nested_mean([[[1, 0, 1], [0, 1, 1]]] * 6)
        assert figure.interval.low > 0
        assert figure == nested_mean([[[1, 0, 1], [0, 1, 1]]] * 6)

    @pytest.mark.parametrize("values", [[], [[]], [[[]]], [[[1.0]], [[1.0], [1.0]]]])
    def test_refuses_what_has_no_mean(self, values: list[list[list[float]]]) -> None:
        with pytest.raises(ValueError, match="expected"):
            nested_mean(values)
