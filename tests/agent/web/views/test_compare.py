from pathlib import Path
from typing import Any

import pytest

from agent.errors import NotComparable
from agent.stats import crafter_score_difference
from agent.web.offline.reports import compare_page
from agent.web.views.compare import compare
from tests.agent.web.views.runs_to_report import evaluation, solving, unlocking


def differences(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in told["differences"]}


def test_only_common_seeds_are_paired(tmp_path: Path) -> None:
    first = evaluation(tmp_path, [unlocking(seed) for seed in (1, 2, 3, 4, 9)])
    second = evaluation(tmp_path, [unlocking(seed, "collect_wood") for seed in (4, 3, 2, 1)], library="other")
    told = compare(first, second)
    assert (told["pairs"], told["unpaired"]) == (4, 1)
    assert told["differing"] == {"library": ["library", "other"]}
    wood = differences(told)["unlocked/collect_wood"]
    assert (wood["mean"], wood["first"], wood["second"]) == (100.0, 0.0, 100.0)
    assert (wood["better"], wood["worse"], wood["p"]) == (4, 0, 0.125)  # 2 * (1/2)^4
    assert 0 < wood["low"] < 100  # four pairs are no proof, alike as they are
    assert wood["high"] == 100.0
    assert differences(told)["reward"]["mean"] == 1.0
    same = differences(told)["unlocked/wake_up"]
    assert (same["mean"], same["p"]) == (0.0, 1.0)
    assert same["low"] < 0 < same["high"]
    assert differences(told)["score"]["mean"] > 0
    assert "Two runs compared" in compare_page(told)


def test_the_order_of_the_runs_turns_the_sign(tmp_path: Path) -> None:
    first = evaluation(tmp_path, [unlocking(1), unlocking(2, "wake_up")])
    second = evaluation(tmp_path, [unlocking(1, "wake_up", "eat_cow"), unlocking(2)])
    there, back = differences(compare(first, second)), differences(compare(second, first))
    for name, row in there.items():
        assert back[name]["mean"] == pytest.approx(-row["mean"])
        assert back[name]["low"] == pytest.approx(-row["high"], abs=3)  # each has resamples of its own


def test_goals_are_compared_by_their_seeds(tmp_path: Path) -> None:
    told = compare(solving(tmp_path, {1: False, 2: False, 3: True}), solving(tmp_path, {1: True, 2: False}))
    success = differences(told)["success"]
    assert (success["mean"], success["better"], success["worse"]) == (50.0, 1, 0)
    assert (told["pairs"], told["unpaired"]) == (2, 1)


def test_what_cannot_be_paired_is_refused_with_the_reason(tmp_path: Path) -> None:
    score = evaluation(tmp_path, [unlocking(1), unlocking(2)])
    goal = solving(tmp_path, {1: True, 2: True})
    refused = [
        (score, score, "compared with itself"),
        (score, goal, "expected two runs of the same command and game"),
        (
            score,
            evaluation(tmp_path, [unlocking(1)], suite="crafter-progress"),
            "only runs of the same suite",
        ),
        (score, evaluation(tmp_path, [unlocking(1), unlocking(8)]), "have 1 episodes on the same seeds"),
        (score, evaluation(tmp_path, [unlocking(1)], suite_sha256="1"), "whose files differ"),
        (goal, solving(tmp_path, {1: True}, goal={"wood": 1}), "only runs for the same goal"),
        (goal, solving(tmp_path, {1: True, 2: True}, max_steps=5), "differ in max_steps"),
    ]
    for first, second, reason in refused:
        with pytest.raises(NotComparable, match=reason):
            compare(first, second)


def test_scores_of_different_episodes_cannot_be_subtracted() -> None:
    with pytest.raises(ValueError, match="expected the same of both"):
        crafter_score_difference([[True]], [[True], [False]])
    # Worked by hand: scores of one achievement are its rate in percent, 50 and 100.
    figure = crafter_score_difference([[True], [False]], [[True], [True]])
    assert figure.mean == pytest.approx(50.0)
    assert figure.interval.low >= 0
