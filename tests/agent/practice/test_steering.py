"""Steering: pauses that cost no budget, stops, wishes for skills."""

import json
from pathlib import Path

import pytest

from agent.practice.session_state import Budget, SessionState
from agent.practice.steering import MOST_IGNORED_TOLD, MOST_QUEUED, Steering, wishes_of
from agent.records.commands import Command, CommandBox


class Steered:
    """A steering with a clock that only naps move on."""

    def __init__(self, folder: Path) -> None:
        self.box, self.now, self.naps = CommandBox(folder), 0.0, 0
        self.events: list[tuple[str, dict[str, object]]] = []
        self.pauses: list[bool] = []
        self.at_nap: dict[int, Command] = {}
        self.steering = Steering(
            box=self.box, began="2026-01-01T00:00:00.000Z", sleep=self.nap, clock=lambda: self.now,
            tell=lambda kind, **data: self.events.append((kind, data)), known=lambda: ["drink", "chop"],
            on_pause=self.pauses.append, budget=Budget(SessionState(), 100, 1),
        )  # fmt: skip

    def nap(self, seconds: float) -> None:
        self.naps, self.now = self.naps + 1, self.now + seconds
        if self.naps in self.at_nap:
            self.box.put(self.at_nap[self.naps])
        assert self.naps < 100, "it naps for ever"

    def look(self) -> bool:
        self.now += 1
        return self.steering.look()

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]


@pytest.fixture
def steered(tmp_path: Path) -> Steered:
    return Steered(tmp_path)


def test_a_pause_lasts_until_it_is_told_to_go_on(steered: Steered) -> None:
    steered.box.put(Command(kind="pause", by="page"))
    steered.at_nap[7] = Command(kind="resume")
    assert steered.look()
    assert (steered.naps, steered.pauses) == (7, [True, False])
    assert steered.kinds == ["command", "command", "pause_ended"]
    assert steered.events[-1][1] == {"seconds": 3.5}


def test_the_time_of_a_pause_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("agent.practice.session_state.time.monotonic", lambda: now[0])
    budget = Budget(SessionState(), 100, 1)
    now[0] += 10
    with pytest.raises(KeyboardInterrupt), budget.standing_still():
        now[0] += 3_600
        raise KeyboardInterrupt
    assert budget.seconds == 10


def test_ctrl_c_ends_a_pause(steered: Steered) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    steered.box.put(Command(kind="pause"))
    steered.steering.sleep = interrupted
    with pytest.raises(KeyboardInterrupt):
        steered.look()


def test_a_stop_ends_the_session_and_a_pause(steered: Steered) -> None:
    steered.box.put(Command(kind="pause"))
    steered.at_nap[2] = Command(kind="stop", by="page")
    assert not steered.look()
    with pytest.raises(KeyboardInterrupt, match="a command to stop, from the page"):
        steered.steering.go_on()


def test_commands_of_an_earlier_process_are_not_carried_out_but_wishes_are(steered: Steered) -> None:
    early = "2025-12-31T23:59:59.000Z"
    for command in (
        Command(kind="pause", at=early), Command(kind="stop", at=early),
        Command(kind="queue", skill="chop", at=early),
    ):  # fmt: skip
        steered.box.put(command)
    assert steered.look()
    assert steered.kinds == ["command_ignored", "command_ignored", "command"]
    assert steered.steering.queued == ["chop"]


def test_it_does_not_look_more_often_than_is_of_use(steered: Steered) -> None:
    assert steered.look()
    steered.box.put(Command(kind="stop"))
    assert steered.steering.look()
    assert not steered.look()


def test_wishes_for_what_there_is_not_are_ignored(steered: Steered) -> None:
    for skill in ("dring", "drink", "drink"):
        steered.box.put(Command(kind="queue", skill=skill))
    steered.look()
    reasons = [data.get("reason") for kind, data in steered.events if kind == "command_ignored"]
    assert reasons == ["there is no skill 'dring'; did you mean 'drink'?", "it is practised next already"]
    assert steered.steering.queued == ["drink"]


def test_a_hostile_flood_does_not_fill_the_events(steered: Steered) -> None:
    steered.box.folder.mkdir()
    for i in range(MOST_IGNORED_TOLD + 40):
        (steered.box.folder / f"{i:04d}.json").write_bytes(b"\0" * 10)
    for _ in range(5):
        assert steered.look()
    assert len(steered.events) == MOST_IGNORED_TOLD
    json.dumps(steered.events)


def test_the_first_wish_that_can_be_met_is_taken(steered: Steered) -> None:
    steered.steering.queued[:] = ["far", "gone", "drink", "chop"]

    def why_not(name: str) -> tuple[str, bool]:
        return ("out of reach", True) if name == "far" else ("given up", False)

    for _ in range(2):
        steered.steering.next_of({"drink"}, why_not)
    assert steered.events == [
        ("wish_waits", {"skill": "far", "reason": "out of reach"}),
        ("wish_refused", {"skill": "gone", "reason": "given up"}),
        ("wish_taken", {"skill": "drink"}),
        ("wish_refused", {"skill": "chop", "reason": "given up"}),
    ]
    assert steered.steering.queued == ["far"]


def test_wishes_outlive_a_kill_and_a_turn_that_was_lost() -> None:
    events = [
        {"kind": "command", "command": "queue", "skill": "a"},
        {"kind": "wish_taken", "skill": "a"},
        {"kind": "command", "command": "queue", "skill": "b"},
        {"kind": "command", "command": "pause"},
        {"kind": "wish_taken", "skill": "b"},
        {"kind": "command", "command": "queue", "skill": "c"},
    ]
    assert wishes_of(events, kept=4) == ["b", "c"]
    assert wishes_of(events, kept=6) == ["c"]
    many = [{"kind": "command", "command": "queue", "skill": str(i)} for i in range(2 * MOST_QUEUED)]
    assert len(wishes_of(many, kept=0)) == MOST_QUEUED


def test_without_a_box_nothing_is_ever_told() -> None:
    assert Steering().look()
    Steering().go_on()
