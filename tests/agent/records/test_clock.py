"""Times on record go on, whatever the machine's clock does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.records import clock
from agent.records.clock import Clock
from agent.records.runs import Run


class Wall(datetime):
    """A machine's clock that can be set."""

    shows = datetime(2026, 5, 1, 12, tzinfo=UTC)

    @classmethod
    def now(cls, tz=None):  # type: ignore[no-untyped-def]
        return cls.shows


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    monkeypatch.setattr(clock, "datetime", Wall)
    monkeypatch.setattr(Wall, "shows", datetime(2026, 5, 1, 12, tzinfo=UTC))
    return Wall


def test_a_clock_that_is_set_changes_nothing_within_a_process(wall: type[Wall]) -> None:
    ours = Clock()
    before = ours.timestamp
    wall.shows = datetime(1970, 1, 1, tzinfo=UTC)
    assert ours.timestamp >= before


def test_a_resumed_run_goes_on_from_the_latest_time_on_record(wall: type[Wall], tmp_path: Path) -> None:
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        run.event("one")
    wall.shows = datetime(2025, 1, 1, tzinfo=UTC)  # a year back
    with Run.resume(tmp_path, run.name, command="practice") as run:
        run.event("two")
    times = [event["at"] for event in run.events()]
    assert times == sorted(times) and times[-1].startswith("2026-05-01")
    wall.shows = datetime(2027, 1, 1, tzinfo=UTC)
    with Run.resume(tmp_path, run.name, command="practice") as run:
        pass
    assert [event["at"] for event in run.events()][-1].startswith("2027-01-01")


@pytest.mark.parametrize("nonsense", ["", "yesterday", "2026-13-45T99:00:00Z"])
def test_what_is_no_time_is_passed_over(nonsense: str, wall: type[Wall]) -> None:
    assert Clock(nonsense).timestamp.startswith("2026-05-01T12:00")
