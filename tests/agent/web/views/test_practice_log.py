"""What journals come to: curves whose rounds join, trials with intervals, words for what happened."""

import json
import math
from typing import Any

from agent.web.views.practice_log import MOST_ENTRIES, MOST_POINTS, Curve, PracticeLog


def test_rounds_join_end_to_end_and_a_resumed_one_goes_on_from_its_checkpoint() -> None:
    curve = Curve()
    for steps in (1_000, 2_000, 3_000):
        curve.add(steps, 0.1)
    assert curve.add(1_000, 0.5) == (4_000, 0.5)  # the first rollout of the next round
    for steps in (2_000, 3_000, 4_000, 5_000):
        curve.add(steps, 0.6)
    assert curve.add(4_000, 0.7) == (7_000, 0.7)  # a checkpoint of 3,000 steps, one rollout after it
    assert [x for x, _ in curve.points] == [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]
    assert curve.steps == 7_000


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    curve = Curve()
    for i in range(20_000):
        curve.add(i + 1, i / 20_000)
    assert len(curve.points) <= MOST_POINTS
    assert curve.points[0][0] == 1 and curve.points[-1][0] == 20_000


def log_of(*events: dict[str, Any], metrics: list[dict[str, Any]] | None = None) -> PracticeLog:
    log = PracticeLog()
    for record in metrics or []:
        log.metrics(record)
    for event in events:
        log.event({"at": "2026-01-01T00:00:00.000Z", **event})
    return log


def test_skills_say_how_they_stand() -> None:
    log = log_of(
        {"kind": "claimed", "skill": "drink"},
        {"kind": "chosen", "skill": "drink", "reason": "first", "following": ["nap"]},
        {"kind": "trained", "skill": "drink", "steps": 2_000, "success_rate": 1.0, "stopped": "x"},
        {
            "kind": "tried",
            "skill": "drink",
            "successes": 10,
            "attempts": 25,
            "lower_bound": 0.2,
            "admitted": False,
        },
        {"kind": "corrected", "skill": "drink", "text": "claimed 1 wood, play found 2"},
        {"kind": "admitted", "skill": "drink", "version": 1},
        {"kind": "abandoned", "skill": "nap", "reason": "0 of 4"},
        metrics=[
            {"skill": "drink", "train/steps": 1_000, "train/success": 0.5},
            {"monitor/steps": 2_000, "monitor/skills": 1},
        ],
    )
    record = log.to_record()
    drink, nap = record["skills"]
    assert (drink["status"], drink["curve"], drink["corrections"]) == ("admitted", [(1_000, 0.5)], 1)
    trial = drink["trials"][0]
    assert (trial["steps"], trial["rate"], round(trial["low"], 3), round(trial["high"], 3)) == (
        2_000, 0.4, 0.234, 0.593,
    )  # fmt: skip
    assert (nap["status"], nap["reason"]) == ("given up", "0 of 4")
    assert record["growth"] == [(2_000, 1)]
    assert record["chosen"]["following"] == ["nap"]
    assert [entry["text"] for entry in record["entries"]][-3:] == [
        "drink: claimed 1 wood, play found 2", "drink admitted, version 1", "nap given up: 0 of 4",
    ]  # fmt: skip


def test_records_of_other_versions_and_hostile_ones_break_nothing() -> None:
    hostile: list[dict[str, Any]] = [
        {}, {"kind": None}, {"kind": ["tried"]}, {"kind": "tried"}, {"kind": "tried", "skill": {"a": 1}},
        {"kind": "tried", "skill": "a", "successes": 9, "attempts": 2, "lower_bound": 0, "admitted": 1},
        {"kind": "chosen", "skill": "a", "reason": 1, "following": 7}, {"kind": "verdict", "skill": "a"},
        {"kind": "admitted", "skill": "<img src=x onerror=alert(1)>\x1b[2J", "version": "x"},
        {"kind": "crashed"}, {"kind": "interrupted", "signal": "\u202e" * 10_000},
        {"kind": "verdict", "skill": "a", "picture": "../../../etc/passwd", "confidence": 1, "steps": 1},
    ]  # fmt: skip
    log = log_of(*hostile)
    for metrics in ({}, {"train/success": 1}, {"skill": "a", "train/steps": math.inf, "train/success": 1},
                    {"train/success/": "x", "train/steps": None}, {"monitor/steps": "many"}):  # fmt: skip
        log.metrics(metrics)
    text = json.dumps(log.to_record())
    assert "\x1b" not in text and "\\u001b" not in text and len(text) < 20_000
    assert log.verdicts[-1]["picture"] == "passwd"


def test_what_is_kept_is_bounded() -> None:
    log = log_of(*({"kind": "abandoned", "skill": f"s{i}", "reason": "r" * 5_000} for i in range(3_000)))
    record = log.to_record()
    assert len(record["entries"]) == MOST_ENTRIES and record["entries"][-1]["n"] == 3_000
    assert len(record["skills"]) == 2_000
    assert len(json.dumps(record)) < 3_000_000


def test_nan_in_a_journal_does_not_reach_a_page() -> None:
    log = PracticeLog()
    log.metrics({"skill": "a", "train/steps": 1, "train/success": math.nan})
    log.event({"kind": "tried", "skill": "a", "successes": 1, "attempts": 1, "lower_bound": math.nan,
               "admitted": True, "at": ""})  # fmt: skip
    json.dumps(log.to_record(), allow_nan=False)
