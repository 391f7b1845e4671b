"""What a player died of, read from what could be seen."""

import pytest

from envs.crafter.spec import SPEC
from envs.recording.death import Moment, cause_of_death

SAFE = {fact.name: 9 if fact.kind == "level" else 0 for fact in SPEC.facts} | {
    "threat.zombie": 99,
    "threat.arrow": 99,
    "daylight": 90,
}


@pytest.mark.parametrize(
    ("before", "after", "action", "cause"),
    [
        ({"threat.arrow": 1, "daylight": 10}, {"daylight": 10}, "noop", "arrow at night"),
        ({"threat.zombie": 1}, {}, "do", "zombie"),
        ({"threat.zombie": 2, "sleeping": 1}, {"threat.zombie": 1}, "sleep", "zombie while asleep"),
        ({"lava.left": 1}, {}, "move_left", "lava"),
        ({"lava.left": 1, "drink": 0}, {"drink": 0}, "move_right", "thirst"),
        ({"food": 0}, {"food": 0}, "noop", "hunger"),
        ({}, {}, "noop", ""),
    ],
)
def test_signs_of_crafter(before: dict[str, int], after: dict[str, int], action: str, cause: str) -> None:
    assert cause_of_death(SPEC, Moment(SAFE | before, SAFE | after, action)) == cause


def test_a_game_that_speaks_says_it_itself() -> None:
    said = ("You hear a door open.", "The jackal bites! ", "You die...")
    assert cause_of_death(SPEC, Moment(SAFE, SAFE, "", said)) == "The jackal bites! You die..."


def test_what_a_game_says_is_made_plain() -> None:
    assert "\x1b" not in cause_of_death(SPEC, Moment(SAFE, SAFE, "", ("\x1b[2Jboo",)))
