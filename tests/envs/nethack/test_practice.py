"""NetHack under what stands on `Game`: worker processes, training, recordings, the bench."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from agent.bench.nethack_costs import nethack_costs
from agent.bench.settings import QUICK
from envs.game import Focus
from envs.games import each
from envs.nethack.game import NetHackGame
from envs.recording.recorder import Recorder, RecordingOptions
from envs.registry import game_spec, make_game
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeEnd, EpisodeRule, Starts
from envs.rollout.vector import VectorGame
from skills.skill import Effects, FocusRecord, PolicyRecord, Skill
from skills.training.config import PPOConfig
from skills.training.spec import TrainProgress, TrainSpec
from skills.training.train import train_skill
from tests.envs.nethack.nethack_level import HALL, level

ROOM = level(HALL, "OBJECT:('%',\"apple\"),random")


TAKE_FOOD = Skill(
    name="take_food",
    game="nethack",
    kind="act",
    description="pick up food",
    effects=Effects(obtains={"food": 1}),
    focus=FocusRecord(seek=("food",)),
    policy=PolicyRecord(kind="learned"),
    step_cap=30,
    actions=("pickup", *(name for name in game_spec("nethack").actions if name.startswith("move_"))),
)


def spec_of(folder: Path, workers: int, steps: int) -> TrainSpec:
    return TrainSpec(
        game="nethack",
        game_options={"level": ROOM},
        skill=TAKE_FOOD,
        starts=Starts(max_steps=100),
        work_dir=folder / "work",
        budget_steps=steps,
        config=PPOConfig(n_games=2, horizon=32, batch_size=64, n_epochs=1, workers=workers),
        seed=1,
    )


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1])
def test_a_skill_is_trained_on_a_level(tmp_path: Path, workers: int) -> None:
    result = train_skill(spec_of(tmp_path, workers, 256))
    assert result.steps >= 256
    assert result.episodes > 0
    assert result.weights["take_food"].is_file()


def kill_a_worker() -> int:
    """Kill one of the processes that step games; its process id."""
    worker = next(p for p in multiprocessing.active_children() if p.name.startswith("games-"))
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    return worker.pid


@pytest.mark.slow
def test_a_training_outlasts_the_death_of_its_games(tmp_path: Path) -> None:
    killed: list[int] = []
    seen: list[TrainProgress] = []

    def kill(progress: TrainProgress) -> None:
        seen.append(progress)
        if len(seen) in (2, 3):
            killed.append(kill_a_worker())

    result = train_skill(spec_of(tmp_path, 2, 512), on_progress=kill)
    assert len(set(killed)) == 2
    assert result.steps == 512
    assert [progress.steps for progress in seen] == [64 * i for i in range(1, 9)]
    assert all(np.isfinite(progress.mean_reward) for progress in seen)
    assert result.weights["take_food"].is_file()


@dataclass(frozen=True)
class SegFault:
    """Walks about, and once, when `file` can be made, ends its process as a crash in a library would."""

    file: Path
    step: int = 5

    def act_batch(self, encodings: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        folder = self.file.parent / str(os.getpid())
        folder.mkdir(exist_ok=True)
        if len(list(folder.iterdir())) == self.step and not self.file.exists():
            self.file.touch()
            os.kill(os.getpid(), signal.SIGSEGV)
        (folder / str(len(list(folder.iterdir())))).touch()
        return 1 + (uniforms * 8).astype(int)


@pytest.mark.slow
def test_a_crash_of_nethack_in_mid_rollout_aborts_its_episodes_only(tmp_path: Path) -> None:
    task = EpisodeTask(
        games=each(partial(make_game, "nethack")),
        focus=Focus(),
        rule=EpisodeRule(obtains={}, step_cap=1000),
        starts=Starts(),
        seed=1,
    )
    with VectorGame(task, game_spec("nethack"), n_games=2, horizon=16, workers=1) as vector:
        first = vector.reset().copy()
        vector.rollout(SegFault(tmp_path / "crashed"))
        arrays = vector.arrays
        expected = [0] * 16
        expected[5] = EpisodeEnd.ABORTED
        assert arrays.ends.T.tolist() == [expected, expected]
        assert vector.restarts == 1
        assert arrays.steps[:, 0].tolist() == [*range(1, 7), *range(1, 11)]
        assert not np.array_equal(arrays.encodings[6], first)  # not the same episodes again
        assert np.array_equal(arrays.after[5], arrays.before[5])
        np.testing.assert_array_equal(arrays.final_encodings[5], arrays.encodings[5])


def test_a_recording_shows_the_terminal(tmp_path: Path) -> None:
    game = NetHackGame(level=ROOM)
    game.reset(1)
    options = RecordingOptions(video="none", size=(240, 132))
    with Recorder(game, tmp_path / "episode", options, seed=1) as recorder:
        game.step(1)
        recorder.record(1)
    game.close()
    cast = (tmp_path / "episode" / "episode.cast").read_text(encoding="utf-8")
    _, *screens = [json.loads(line) for line in cast.splitlines()]
    assert len(screens) == 2
    assert all("HP:" in text and "|" in text for _, _, text in screens)


@pytest.mark.slow
def test_the_bench_measures_all_five_ways_to_step_and_three_ratios() -> None:
    figures = nethack_costs(QUICK)
    assert [figure.unit for figure in figures] == ["steps/s"] * 5 + ["x"] * 3
    assert all(figure.value > 0 for figure in figures)
