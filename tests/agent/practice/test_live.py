"""What a practice shows of itself: rarely, atomically, of all kinds of play."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.llm.meter import Meter
from agent.play.jobs import Job, JobResult
from agent.practice.live import LiveFiles, png
from agent.practice.session_state import Budget, SessionState
from agent.testing.toy import SPEC
from envs.rollout.view import GameView
from planners.plan import Execution, Verdict
from skills.training.spec import TrainProgress


class Shown:
    def __init__(self, folder: Path) -> None:
        self.now, self.folder = 0.0, folder / "live"
        state = SessionState(steps=1_000)
        self.live = LiveFiles(
            folder=self.folder, spec=SPEC, limits={"steps": 9_000}, state=state, clock=lambda: self.now,
            budget=Budget(state, 9_000, 5), meter=Meter(),
        )  # fmt: skip

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return found


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    return Shown(tmp_path)


def view(steps: int = 7) -> GameView:
    facts = np.arange(len(SPEC.facts), dtype=np.int32)
    return GameView(picture=np.full((8, 8, 3), steps, np.uint8), facts=facts, steps=steps)


def progress(steps: int, seen: GameView | None = None) -> TrainProgress:
    return TrainProgress(
        steps=steps, budget_steps=4_000, seconds=1.0, episodes=3, success_rate=0.5, mean_reward=0.1,
        mean_length=9.0, steps_per_second=900.0, view=seen,
    )  # fmt: skip


def test_a_training_is_shown_at_most_every_two_seconds(shown: Shown) -> None:
    live = shown.live
    live.doing("designing", "chop", why="nearest")
    live.doing("training", "chop")
    assert live.size() == (288, 288)
    shown.now += 2
    live.trained(progress(200, view()), ["chop"])
    assert live.size() is None
    first = shown.state
    assert (first["doing"], first["skill"], first["why"], first["steps"]) == (
        "training",
        "chop",
        "nearest",
        1_200,
    )
    assert first["game"]["step"] == 7 and first["game"]["skill"] == "chop"
    assert (shown.folder / "picture.png").read_bytes() == png(view().picture)
    shown.now += 1.9
    live.trained(progress(400), ["chop"])
    assert shown.state == first
    shown.now += 0.1
    live.trained(progress(600), ["chop"])
    assert shown.state["steps"] == 1_600
    assert live.size() is not None


def test_facts_are_told_by_kind_and_far_things_not_at_all(shown: Shown) -> None:
    facts = np.zeros(len(SPEC.facts), np.int32)
    facts[SPEC.fact_index["wood"]] = 3
    facts[SPEC.fact_index["distance.tree"]] = 99
    facts[SPEC.fact_index["distance.rock"]] = 5
    seen = GameView(picture=np.zeros((8, 8, 3), np.uint8), facts=facts, steps=1)
    shown.live.trained(progress(1, seen), ["chop"])
    assert shown.state["game"]["facts"] == {"count": {"wood": 3}, "distance": {"distance.rock": 5}}


def test_a_piece_of_play_is_shown_with_its_plan_and_verdict(shown: Shown) -> None:
    verdict = Verdict(outcome="not_done", reason="wood rose by 0", judge="facts")
    attempt = Execution(skill="chop", verdict=verdict, env_steps=5, before={}, after={})
    events = ({"kind": "plan_made", "steps": ["a"]}, {"kind": "replanned", "steps": ["b", "chop"]})
    job = Job(seed=1, goal={"wood": 1}, skill="chop")
    shown.live.played(JobResult(job=job, attempt=attempt, events=events, view=view()))
    game = shown.state["game"]
    assert (game["plan"], game["outcome"], game["reason"]) == (["b", "chop"], "not_done", "wood rose by 0")


def test_a_pause_and_the_end_are_shown_at_once(shown: Shown) -> None:
    shown.live.doing("training", "chop")
    shown.live.paused(True)
    assert shown.state["paused"] is True
    shown.live.paused(False)
    shown.live.ended()
    assert (shown.state["paused"], shown.state["doing"]) == (False, "ended")


def test_nothing_is_left_half_written(shown: Shown) -> None:
    for i in range(5):
        shown.now += 2
        shown.live.trained(progress(i, view(i)), ["chop"])
    assert sorted(path.name for path in shown.folder.iterdir()) == ["picture.png", "state.json"]


def test_without_a_folder_nothing_is_shown() -> None:
    live = LiveFiles()
    live.doing("training", "chop")
    live.trained(progress(1, view()), ["chop"])
    live.played(JobResult(job=Job(seed=1)))
    live.paused(True)
    live.ended()
    assert live.size() is None
