"""What pages are told of recorded episodes."""

import json
import zlib
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.errors import UnknownEpisode, UnknownRun
from agent.records.runs import EPISODES
from agent.web.views import replay
from agent.web.views.folders import Folders
from envs.errors import BadTrace
from tests.agent.recorded_run import STEPS, record_run


@pytest.fixture(autouse=True)
def games_end() -> Iterator[None]:
    yield
    replay.forget()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return record_run(tmp_path, episodes=2, asked="walk\x1b[31m about")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(runs=tmp_path)


def test_the_episodes_of_a_run(folders: Folders, run: Path) -> None:
    told = replay.episodes(folders, run.name)
    assert (told["run"], told["command"], told["running"], told["full"]) == (run.name, "solve", False, False)
    assert [(e["episode"], e["steps"], e["ending"]["kind"]) for e in told["episodes"]] == [
        ("1", STEPS, "out_of_steps"), ("2", STEPS, "out_of_steps"),
    ]  # fmt: skip
    assert "\x1b" not in told["episodes"][0]["asked"]


def test_the_course_of_an_episode(folders: Folders, run: Path) -> None:
    told = replay.episode(folders, run.name, "2")
    json.dumps(told)
    assert (told["moments"], told["first_step"], told["kind"]) == (STEPS + 1, 0, "sheet")
    names = told["names"]
    assert [(names[span[0]], *span[1:6]) for span in told["spans"]] == [
        ("gather", "plan", 0, 0, 16, "done"),
        ("flee", "guard", 1, 10, 14, "done"),
        ("walk_about", "plan", 0, 16, 20, "not_done"),
        ("gather", "plan", 0, 20, 40, ""),
    ]
    assert [[names[step] for step in plan[1]] for plan in told["plans"]] == [
        ["gather", "walk_about", "gather"], ["walk_about", "gather"], ["gather"],
    ]  # fmt: skip
    assert len(names) == len(set(names))
    assert [mark[1] for mark in told["marks"]] == ["plan", "guard", "failed", "replan", "end"]
    assert [fact[0] for fact in told["facts"]][:2] == ["wood", "stone"]


def test_moments_are_those_that_were_played(folders: Folders, run: Path) -> None:
    told = replay.moments(folders, run.name, "1", 0)
    json.dumps(told)
    assert (told["first"], told["count"], told["last"], told["doubt"]) == (0, STEPS + 1, True, "")
    facts = np.frombuffer(zlib.decompress(b64decode(told["facts"])), "<i4").reshape(-1, STEPS + 1)
    course = replay.episode(folders, run.name, "1")
    assert len(facts) == len(course["facts"])
    assert b64decode(told["pictures"]).startswith(b"\x89PNG")


def test_what_is_not_there_is_told(folders: Folders, run: Path) -> None:
    with pytest.raises(UnknownRun):
        replay.episodes(folders, "nothing")
    with pytest.raises(UnknownEpisode, match="has no episode 'x'"):
        replay.episode(folders, run.name, "x")
    with pytest.raises(UnknownEpisode, match="no moments from 1750 on"):
        replay.moments(folders, run.name, "1", 7)


def test_a_game_that_is_gone(folders: Folders, run: Path) -> None:
    path = run / EPISODES
    path.write_text(path.read_text().replace('"game":"toy"', '"game":"toi"'))
    with pytest.raises(BadTrace, match="not known here; did you mean 'toy'"):
        replay.episode(folders, run.name, "1")


def test_a_version_that_plays_it_otherwise_says_so(folders: Folders, run: Path) -> None:
    path = run / EPISODES
    path.write_text(path.read_text().replace('"status":"RUNNING"', '"status":"DEATH"'))
    assert "plays it otherwise" in replay.moments(folders, run.name, "1", 0)["doubt"]


def test_few_games_are_kept(folders: Folders, tmp_path: Path) -> None:
    run = record_run(tmp_path, episodes=replay.MOST_OPEN + 2)
    for number in range(replay.MOST_OPEN + 2):
        replay.episode(folders, run.name, str(number + 1))
    assert len(replay._PLAYING._open) == replay.MOST_OPEN
    assert replay.moments(folders, run.name, "1", 0)["count"] == STEPS + 1
