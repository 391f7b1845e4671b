"""What a run says of its growth, read from its journals."""

import json
from pathlib import Path

from agent.records.growth_record import growth_record
from agent.records.sentences import told


def test_a_run_of_another_kind_says_nothing(tmp_path: Path) -> None:
    assert growth_record(tmp_path) == {}


def test_proposals_and_warnings_are_told(tmp_path: Path) -> None:
    more = {
        "kind": "proposed_more", "tasks": [], "refused": {"fly": "it is no task"}, "source": "pool",
        "nothing_because": "all 3 tasks of the pool were proposed",
    }  # fmt: skip
    turned = {
        "kind": "monitor_turned", "curve": "library", "turn": 14, "text": "0 new",
        "meaning": "the library hardly grows any more",
    }  # fmt: skip
    events = [
        {"kind": "proposed", "tasks": ["chop", "dig"], "answer_id": "a"},
        {"kind": "proposed", "tasks": ["chop", "dig"], "answer_id": "a"},  # gone on with after a kill
        {**more, "tasks": ["dig", "swim"], "turn": 3},
        {**more, "turn": 5},
        turned,
    ]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    points = [{"monitor/turn": turn, "monitor/library": 3} for turn in (13, 14)]
    lines = [*points, {"train/steps": 9}]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert growth_record(tmp_path) == {
        "proposals": {
            "asked": 3,
            "taken": ["chop", "dig", "swim"],
            "refused": {"fly": "it is no task"},
            "nothing_more": "all 3 tasks of the pool were proposed",
        },
        "monitors": {
            "turn": 14,
            "library": 3,
            "warnings": ["turn 14: the library hardly grows any more: 0 new"],
        },
    }
    assert told(more) == (
        "0 more tasks from the pool: all 3 tasks of the pool were proposed; fly refused: it is no task"
    )
