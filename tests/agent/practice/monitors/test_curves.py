"""Monitors on made-up curves: what turns, what does not, and what is said once."""

import random

import numpy as np
import pytest

from agent.practice.monitors.coverage import Coverage
from agent.practice.monitors.curves import (
    CHANCE,
    Monitors,
    alignment_turned,
    at_most,
    growth_turned,
)
from agent.testing.toy import NAMES, SPEC


def test_steady_growth_does_not_turn() -> None:
    assert not any(growth_turned(range(0, 2 * n, 2)) for n in range(2, 100))


def test_growth_that_stops_turns_within_the_window() -> None:
    curve = [*range(40), *[39] * 12]
    assert growth_turned(curve) == "0 new in the last 12 turns, 36 in the 36 before"
    assert not growth_turned(curve[:44])  # four quiet turns are nothing


def test_growth_that_only_slows_down_does_not_turn() -> None:
    assert not growth_turned([*range(0, 200, 17), *range(187, 340, 12)])  # 144 in 12 turns after 187 in 11


def test_a_curve_that_never_grew_says_nothing() -> None:
    assert not growth_turned([5] * 100)
    assert not growth_turned([])


def test_even_growth_by_luck_is_rarely_taken_for_a_turn() -> None:
    rng = random.Random(3)
    turned = 0
    for _ in range(2000):
        totals = [0]
        for _ in range(48):
            totals.append(totals[-1] + (rng.random() < 0.5))
        turned += bool(growth_turned(totals))
    assert turned <= 2000 * CHANCE + 3 * (2000 * CHANCE) ** 0.5


def test_the_tail_is_that_of_the_binomial_distribution() -> None:
    assert at_most(0, 10, 0.25) == pytest.approx(0.75**10)
    assert at_most(10, 10, 0.25) == pytest.approx(1.0)
    assert at_most(1, 2, 0.5) == pytest.approx(0.75)


@pytest.mark.parametrize(("share", "turns"), [(1.0, False), (0.99, False), (0.5, True), (0.8, True)])
def test_alignment_turns_when_audits_disagree(share: float, turns: bool) -> None:
    good = [(10 * i, 10 * i) for i in range(1, 21)]
    late = [(200 + round(10 * i * share), 200 + 10 * i) for i in range(1, 13)]
    assert bool(alignment_turned(good + late)) == turns


def test_a_few_audits_say_nothing() -> None:
    assert not alignment_turned([(0, 0), (0, 19)])
    assert alignment_turned([(0, 0), (5, 20)]) == "5 of the latest 20 audited verdicts agree with the facts"


def test_a_turn_is_told_once_and_again_after_it_turned_back() -> None:
    monitors, told = Monitors(), []
    for turn in range(130):
        monitors.admissions += turn < 40 or 60 <= turn < 100
        told += [(curve, turn) for curve in monitors.end_turn(turn, coverage=turn)]
    assert [curve for curve, _ in told] == ["library", "library"]
    assert 40 < told[0][1] < 60 and told[1][1] > 100


def test_points_are_bounded_and_come_back_from_disk() -> None:
    monitors = Monitors()
    monitors.audit(agreed=3, audited=4)
    for turn in range(700):
        monitors.end_turn(turn, coverage=0)
    assert len(monitors.points) == 500
    assert Monitors.model_validate_json(monitors.model_dump_json()) == monitors


def test_coverage_counts_facts_and_situations() -> None:
    coverage = Coverage()
    rows = np.zeros((300, len(NAMES)), np.int32)
    rows[:, NAMES.index("wood")] = np.arange(300) % 4
    rows[:, NAMES.index("near.tree")] = np.arange(300) % 2
    rows[:, NAMES.index("distance.tree")] = np.arange(300)
    coverage.note(rows, SPEC)
    coverage.note(rows[:7], SPEC)
    assert coverage.situations == 4  # wood 0 to 3, a tree beside the odd ones; distances make no situation
    assert coverage.facts["wood"] == 3 and "gem" not in coverage.facts
    assert Coverage.model_validate_json(coverage.model_dump_json()) == coverage
