"""Recorded episodes of a run: written, listed, found, and read from damaged files as far as they go."""

import json
from pathlib import Path

import pytest

from agent.errors import RunDamaged, UnknownEpisode
from agent.records.episodes import episodes_of, find_episode, is_full
from agent.records.runs import EPISODES, Run, RunInfo, read_run
from agent.records.runs import run as run_module
from envs.recording.trace import Trace

EVENTS = [
    [{"kind": "plan_made", "env_step": 0}, {"kind": "play_ended", "env_step": 9, "end": "budget"}],
    [{"kind": "plan_made", "env_step": 1}],
]


@pytest.fixture
def info(tmp_path: Path) -> RunInfo:
    """A finished run with two episodes."""
    with Run.create(tmp_path, command="solve", game="toy", seed=0, config={}) as run:
        for seed, events in enumerate(EVENTS):
            place = run.play(seed, events)
            trace = Trace(game="toy", seed=seed, actions=b"\1\2", status="RUNNING")
            run.episode(
                trace.to_record(), place, origin="solve", asked="wood", goal={"wood": 1}, done=seed == 1
            )
        run.finish()
    return read_run(run.path)


def test_episodes_are_listed_with_why_they_ended(info: RunInfo) -> None:
    first, second = episodes_of(info)
    assert (first.name, first.trace.seed, first.asked, first.goal) == ("1", 0, "wood", {"wood": 1})
    assert [e.ending.words for e in (first, second)] == [
        "not done when it ended, step 2",
        "done at step 2",
    ]
    assert second.summary()["done"] is True


def test_each_has_its_own_events(info: RunInfo) -> None:
    told = [[(e["kind"], e["env_step"]) for e in episode.events()] for episode in episodes_of(info)]
    assert told == [[("plan_made", 0), ("play_ended", 9)], [("plan_made", 1)]]


def test_an_episode_that_is_not_there(info: RunInfo, tmp_path: Path) -> None:
    with pytest.raises(UnknownEpisode, match="has no episode '3'; it has 1 to 2"):
        find_episode(info, "3")
    (info.path / EPISODES).unlink()
    with pytest.raises(UnknownEpisode, match=r"keeps no episodes.*before 0\.6\.0"):
        find_episode(info, "1")
    assert list(episodes_of(info)) == []


def test_a_torn_end_and_a_foreign_line_leave_the_others(info: RunInfo) -> None:
    path = info.path / EPISODES
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b'{"about": 3}\n' + second + second[:40])
    assert [episode.number for episode in episodes_of(info)] == [1, 3]
    assert find_episode(info, "3").trace.seed == 1
    with pytest.raises(UnknownEpisode, match=r"episode 2 of run .* cannot be read"):
        find_episode(info, "2")


def test_events_that_are_not_where_they_should_be(info: RunInfo) -> None:
    path = info.path / EPISODES
    record = json.loads(path.read_bytes().splitlines()[0])
    for play in ([3, 9], [-5, 2], [0, 2**40]):
        path.write_text(json.dumps({**record, "play": play}) + "\n")
        with pytest.raises(RunDamaged):
            find_episode(info, "1").events()
    path.write_text(json.dumps({**record, "play": None}) + "\n")
    assert find_episode(info, "1").events() == []


def test_no_more_are_kept_when_they_take_too_much_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "MOST_EPISODE_BYTES", 100)
    trace = Trace(game="toy").to_record()
    with Run.create(tmp_path, command="eval", game="toy", seed=0, config={}) as run:
        for _ in range(3):
            run.episode(trace, None, origin="eval")
        told = [event for event in run.events() if event["kind"] == "episodes_not_kept"]
    assert len(told) == 1
    assert "episodes.jsonl has reached" in told[0]["reason"]
    assert len(list(episodes_of(read_run(run.path)))) == 1


def test_a_run_says_whether_it_stopped_keeping_them(info: RunInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_full(info)
    monkeypatch.setattr("agent.records.episodes.MOST_EPISODE_BYTES", 10)
    assert is_full(info)


@pytest.mark.parametrize("play", ["[]", "[1]", "[1e999, 2]", '"ab"', "{}"])
def test_a_line_whose_place_is_none_leaves_the_others(info: RunInfo, play: str) -> None:
    path = info.path / "episodes.jsonl"
    record = json.loads(path.read_text().splitlines()[0])
    line = json.dumps({**record, "play": 0}).replace('"play": 0', f'"play": {play}')
    before = [episode.number for episode in episodes_of(info)]
    with path.open("a") as file:
        file.write(line + "\n")
    assert [episode.number for episode in episodes_of(info)] == before
