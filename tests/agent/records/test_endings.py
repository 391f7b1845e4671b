from typing import Any

import pytest

from agent.records.endings import ending_in_words


def episode(end: str, reason: str) -> list[dict[str, Any]]:
    return [
        {"kind": "plan_made", "env_step": 0, "steps": ["collect_wood"]},
        {"kind": "skill_started", "env_step": 0, "skill": "collect_wood"},
        {"kind": "skill_started", "env_step": 4, "skill": "fend_off"},
        {"kind": "skill_ended", "env_step": 9, "skill": "fend_off"},
        {"kind": "skill_ended", "env_step": 9, "skill": "collect_wood"},
        {"kind": "play_ended", "env_step": 9, "end": end, "reason": reason},
    ]


@pytest.mark.parametrize(
    ("end", "reason", "said"),
    [
        ("episode", "the episode is over: death", "died during fend_off, step 9"),
        ("episode", "the episode is over: time limit", "the episode's time was over, step 9"),
        ("reached", "all goals hold", "reached, step 9"),
        ("budget", "", "out of steps, step 9"),
        ("no_plan", "", "nothing was left to try, step 9"),
        ("another", "what it \x1b[1msays", "what it \\x1b[1msays, step 9"),
    ],
)
def test_what_ended_it_and_what_was_in_hand(end: str, reason: str, said: str) -> None:
    assert ending_in_words(episode(end, reason)) == said


def test_what_is_resumed_after_a_guard_is_in_hand_again() -> None:
    events = episode("episode", "the episode is over: death")
    for event in events[-2:]:
        event["env_step"] = 12
    assert ending_in_words(events) == "died during collect_wood, step 12"


def test_without_an_end_nothing_is_said() -> None:
    assert ending_in_words(episode("reached", "")[:-1]) == ""
    assert ending_in_words([]) == ""
