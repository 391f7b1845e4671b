"""What a remote game asks its worker, and what else can be asked."""

from __future__ import annotations

import logging
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs.facts import EndStatus
from envs.game import GameSpec
from envs.remote import errors
from envs.remote.game import RemoteGame
from envs.remote.launch import Timeouts
from envs.remote.spec_record import spec_from_record, spec_to_record
from envs.remote.worker import Worker
from tests.envs.remote.counting_world import SPEC
from tests.envs.remote.workers import FOCUS, launch


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Every call to a worker, with what it looks at."""
    made: list[tuple[str, Any]] = []
    keep = Worker.call

    def noted(worker: Worker, call: str, fields: Any, *more: Any, **other: Any) -> Any:
        made.append((call, fields.get("look")))
        return keep(worker, call, fields, *more, **other)

    monkeypatch.setattr(Worker, "call", noted)
    return made


def test_what_was_looked_at_comes_with_the_next_step(calls: list[tuple[str, Any]]) -> None:
    game = RemoteGame(launch())
    encoding = np.zeros(3, np.float32)
    game.reset(1)
    calls.clear()
    for _ in range(2):
        game.step(1)
        for _ in range(3):
            game.encode(FOCUS, encoding)
            game.frame((8, 6))
            game.caption()
        assert encoding[0] == pytest.approx(game.facts()["number"] / 5)
    game.step(0)
    game.step(0)
    focus, size = {"focus": [["five"], "anywhere"]}, {"size": [8, 6]}
    everything = {**focus, **size, "caption": True}
    assert calls == [
        ("step", {}), ("look", focus), ("look", size), ("look", {"caption": True}),
        ("step", everything), ("step", everything), ("step", {}),
    ]  # fmt: skip
    game.close()


def test_a_picture_that_was_given_away_is_not_the_one_that_is_kept() -> None:
    game = RemoteGame(launch())
    game.reset(1)
    game.frame((8, 6))[:] = 0
    assert game.frame((8, 6)).any()
    game.close()


def test_arrays_larger_than_the_shared_memory_come_through_the_socket() -> None:
    game = RemoteGame(launch(memory_bytes=1))
    game.reset(1)
    assert (game.frame((600, 400)) == 40).all()
    game.close()


def test_the_time_limit_is_that_of_the_description_unless_another_is_given() -> None:
    game = RemoteGame(launch())
    for given, limit in ((None, 50), (3, 3)):
        game.reset(0, given)
        taken = [game.step(0) for _ in range(limit)]
        assert taken == [EndStatus.RUNNING] * (limit - 1) + [EndStatus.TIME_LIMIT]
    game.close()


def test_a_question_that_the_world_does_not_know_aborts_the_episode(caplog: pytest.LogCaptureFixture) -> None:
    game = RemoteGame(launch())
    game.reset(1)
    with caplog.at_level(logging.WARNING), pytest.raises(errors.WorldFailed) as caught:
        game.ask({"what": "else"})
    assert str(caught.value) == "the world of 'counting' failed at 'ask': KeyError: 'no such question'"
    assert [one.message for one in caplog.records] == [f"{caught.value}; the episode is aborted"]
    assert game.step(1) is EndStatus.ABORTED
    game.close()


def test_a_folder_that_is_named_is_worked_in_and_kept(tmp_path: Path) -> None:
    game = RemoteGame(launch(folder=tmp_path))
    assert game.ask({"what": "version"})["folder"] == str(tmp_path)
    game.close()
    assert tmp_path.is_dir()


def test_a_launch_can_be_sent_to_another_process() -> None:
    given = launch(options={"facts": 2}, timeouts=Timeouts(start_s=3.0))
    assert pickle.loads(pickle.dumps(given)) == given


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Timeouts(answer_s=0.0), "answer_s is 0.0; expected seconds above 0"),
        (lambda: Timeouts(start_s=float("nan")), "start_s is nan; expected seconds above 0"),
        (lambda: launch(memory_bytes=0), "memory_bytes is 0; expected 1 or more"),
    ],
)  # fmt: skip
def test_settings_out_of_range_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == message


@pytest.fixture
def spec() -> GameSpec:
    return spec_from_record(SPEC, "counting")


def test_a_worker_needs_to_repeat_nothing_of_what_is_expected(spec: GameSpec) -> None:
    assert spec_from_record({}, "counting", spec) is spec
    assert spec_from_record({"actions": ["wait", "count"]}, "counting", spec) is spec
    with pytest.raises(
        errors.BadDescription, match="it differs in actions, max_steps; the two ends must be of"
    ):
        spec_from_record({"actions": ["wait"], "max_steps": 7}, "counting", spec)


def test_many_contradictions_are_counted(spec: GameSpec) -> None:
    wrong = replace(spec, achievements=tuple(f"did.{letter}" for letter in "abcdefg"))
    with pytest.raises(errors.BadDescription, match=r"did\.e.* \(and 2 more\); mend the world's spec$"):
        spec_from_record(spec_to_record(wrong), "counting")


@pytest.mark.parametrize("name", ["toy", "crafter", "nethack"])
def test_every_description_survives_the_way(name: str) -> None:
    from envs.registry import game_spec

    assert spec_from_record(spec_to_record(game_spec(name)), name) == game_spec(name)
