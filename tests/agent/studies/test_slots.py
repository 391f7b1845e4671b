"""Slots on paper: hand-worked schedules, and the turns of a record."""

from typing import Any

import pytest

from agent.errors import BadConfig
from agent.studies.slots import RecordedTurn, critical_path, limited_by, recorded_turns, simulate


def turn(skill: str, away: float, *after: int, loop: float = 0.0) -> RecordedTurn:
    return RecordedTurn(skill=skill, loop=loop, away=away, after=after)


def test_one_slot_takes_the_sum_and_many_take_the_longest_chain() -> None:
    turns = [turn("a", 4), turn("b", 3), turn("c", 2, 0), turn("d", 6)]
    assert simulate(turns, 1).seconds == 15
    assert simulate(turns, 2).seconds == 9  # a 0-4, b 0-3, d 3-9, c 4-6
    wide = simulate(turns, 64)
    assert (wide.seconds, wide.widest) == (6, 3)
    assert critical_path(turns) == (6, ["a", "c"])
    assert limited_by(wide, 6) == "the chain of skills that need one another"
    assert limited_by(simulate(turns, 2), 6) == "slots"


def test_what_the_loop_does_is_done_one_after_the_other() -> None:
    turns = [turn(name, 1, loop=10) for name in "abcd"]
    wide = simulate(turns, 4)
    assert (wide.seconds, wide.loop) == (41, 40)
    assert limited_by(wide, 11) == "the loop"


def test_turns_that_wait_for_one_another_are_an_error() -> None:
    with pytest.raises(ValueError, match="wait for one another"):
        simulate([turn("a", 1, 1), turn("b", 1, 0)], 2)


class Graph:
    """Three skills: a pick needs wood and stone."""

    def __init__(self) -> None:
        self.needs: dict[str, dict[str, int]] = {"wood": {}, "stone": {}, "pick": {"wood": 1, "stone": 1}}

    def skills(self) -> list[str]:
        return list(self.needs)

    def belief(self, name: str) -> Any:
        return type("Belief", (), {"needs": self.needs[name]})

    def producers(self, fact: str) -> list[str]:
        return [fact]


class Run:
    name = "record"

    def __init__(self, *events: tuple[int, str, str]) -> None:
        self._events = events

    def events(self) -> list[dict[str, Any]]:
        return [
            {"at": f"2026-01-01T00:00:{at:02}+00:00", "kind": kind, "skill": skill, "slots": 2}
            for at, kind, skill in self._events
        ]


def test_a_record_is_read_turn_by_turn() -> None:
    run = Run(
        (1, "chosen", "wood"), (2, "designed", "wood"), (8, "admitted", "wood"),
        (10, "chosen", "stone"), (11, "designed", "stone"), (14, "tried", "stone"),
        (15, "chosen", "stone"), (15, "designed", "stone"), (19, "admitted", "stone"),
        (20, "chosen", "pick"), (21, "designed", "pick"), (25, "admitted", "pick"), (26, "finished", ""),
    )  # fmt: skip
    turns = recorded_turns(run, Graph())  # type: ignore[arg-type]
    assert [(t.skill, t.loop, t.away, t.after) for t in turns] == [
        ("wood", 1, 6, ()), ("stone", 3, 3, ()), ("stone", 1, 4, (1,)), ("pick", 2, 4, (0, 2)),
    ]  # fmt: skip
    assert [t.admitted for t in turns] == [True, False, True, True]


def test_a_record_of_several_slots_or_of_nothing_is_refused() -> None:
    with pytest.raises(BadConfig, match="had several slots"):
        recorded_turns(Run((1, "slots", "")), Graph())  # type: ignore[arg-type]
    with pytest.raises(BadConfig, match="has no turns"):
        recorded_turns(Run((1, "begun", "")), Graph())  # type: ignore[arg-type]
