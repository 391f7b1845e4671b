"""Rates corrected for a judge's errors: the interval holds the truth, and the guard stops in time."""

import numpy as np
import pytest

from agent.practice.judged.rates import NO_ERRORS, UNMEASURED, JudgeErrors, corrected, fooled
from skills.interval import wilson


def errors(false_done, failures, missed, successes):
    return JudgeErrors(false_done=false_done, failures=failures, missed=missed, successes=successes)


@pytest.mark.parametrize(
    ("rate", "false_done", "recall", "known"),
    [(0.5, 0.03, 0.9, 100), (0.7, 0.3, 0.95, 60), (0.3, 0.05, 0.9, 200), (0.9, 0.1, 0.8, 50)],
)
def test_the_interval_holds_the_truth_about_as_often_as_it_says(rate, false_done, recall, known):
    rng, n, times = np.random.default_rng(0), 40, 600
    inside = low_enough = 0
    for _ in range(times):
        true = rng.binomial(n, rate)
        done = rng.binomial(true, recall) + rng.binomial(n - true, false_done)
        seen = errors(rng.binomial(known, false_done), known, rng.binomial(known, 1 - recall), known)
        interval = corrected(done, n, seen)
        inside += interval.low <= rate <= interval.high
        low_enough += interval.low <= rate
    assert inside / times > 0.92
    assert low_enough / times > 0.95


def test_a_judge_that_calls_failures_done_must_say_so_more_often():
    many = errors(300, 1000, 0, 1000)
    assert corrected(32, 40, NO_ERRORS).low > 0.6
    assert corrected(32, 40, many).low < 0.6
    assert corrected(32, 40, errors(0, 1000, 0, 1000)).low == pytest.approx(wilson(32, 40).low, abs=0.01)


def test_missed_successes_are_added():
    assert corrected(30, 40, errors(0, 500, 125, 500)).high == 1
    assert corrected(30, 40, errors(0, 500, 125, 500)).low > wilson(30, 40).low


def test_all_done_passes_with_an_unmeasured_judge_and_half_done_does_not():
    assert corrected(40, 40, UNMEASURED).low > 0.8
    assert corrected(12, 12, UNMEASURED).low > 0.5
    assert corrected(20, 40, UNMEASURED).low < 0.5


def test_a_judge_no_better_than_chance_tells_nothing():
    interval = corrected(40, 40, errors(60, 100, 50, 100))
    assert (interval.low, interval.high) == (0, 1)


def test_without_attempts_nothing_is_known():
    assert corrected(0, 0, UNMEASURED) == wilson(0, 0)


@pytest.mark.parametrize(("false", "audited"), [(2, 2), (3, 5), (4, 10), (9, 40)])
def test_many_false_ones_are_beyond_doubt(false, audited):
    assert fooled(false, audited)


@pytest.mark.parametrize(("false", "audited"), [(0, 0), (1, 1), (2, 5), (3, 10), (7, 40), (0, 400)])
def test_few_are_not(false, audited):
    # By hand: 2 of 5 at 10 % each: 1 - .59049 - .32805 = .08146 > .05. 1 of 1 is seen once in ten times.
    assert not fooled(false, audited)


def test_counts_must_fit():
    with pytest.raises(ValueError, match="3 false of 2 audited"):
        fooled(3, 2)
    with pytest.raises(ValueError, match="41 done of 40"):
        corrected(41, 40, UNMEASURED)
    with pytest.raises(ValueError, match="missed is 2 of 1 successes"):
        errors(0, 0, 2, 1)
