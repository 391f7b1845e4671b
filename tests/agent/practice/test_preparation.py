"""What random play shows before practice begins: how a game begins, and with what."""

from pathlib import Path

import numpy as np
import pytest

from agent.design.code import RecordedPlay
from agent.play.jobs import JobResult
from agent.practice.preparation import _play_at_random
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES
from skills.code.sandbox import Sandbox
from tests.agent.practice.small_session import small_session


def test_the_first_facts_of_random_play_are_those_a_game_begins_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row(**facts: int) -> list[int]:
        return [facts.get(name, 0) for name in NAMES]

    first = row(wood=2, **{"near.bench": 1, "did.collect_wood": 1})
    rows = np.array([first, row(stone=1), row(pick=1)], np.int32)
    monkeypatch.setattr(
        "agent.practice.preparation.record_random_play", lambda game, seed: RecordedPlay(rows, rows)
    )
    with Sandbox() as sandbox:
        own = small_session(tmp_path, StandInPool(lambda job: JobResult(job=job)), sandbox)
        _, beginnings = _play_at_random(own.session, own.beginnings.arenas)
    assert beginnings.first.tolist() == first
    assert beginnings.carried == {"wood": 2}  # counts only: a place or an event is not carried along
    assert beginnings.arenas is own.beginnings.arenas
    assert own.budget.spent == [3]
