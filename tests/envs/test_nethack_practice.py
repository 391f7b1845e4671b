"""NetHack under what stands on `Game`: worker processes, training, recordings, the bench."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nethack_level import HALL, level

from agent.bench.nethack_costs import nethack_costs
from agent.bench.settings import QUICK
from envs.episode import Starts
from envs.game import make_game
from envs.nethack.game import NetHackGame
from envs.recording import Recorder, RecordingOptions
from skills.skill import Effects, FocusRecord, PolicyRecord, Skill
from skills.train import train_skill
from skills.train_spec import PPOConfig, TrainSpec

ROOM = level(HALL, "OBJECT:('%',\"apple\"),random")


@pytest.mark.parametrize("workers", [0, 1])
def test_a_skill_is_trained_on_a_level(tmp_path: Path, workers: int) -> None:
    skill = Skill(
        name="take_food",
        game="nethack",
        kind="act",
        description="pick up food",
        effects=Effects(obtains={"food": 1}),
        focus=FocusRecord(seek=("food",)),
        policy=PolicyRecord(kind="learned"),
        step_cap=30,
        actions=("pickup", *(name for name in make_game("nethack").spec.actions if name.startswith("move_"))),
    )
    result = train_skill(
        TrainSpec(
            game="nethack",
            game_options={"level": ROOM},
            skill=skill,
            starts=Starts(max_steps=100),
            work_dir=tmp_path / "work",
            budget_steps=256,
            config=PPOConfig(n_games=2, horizon=32, batch_size=64, n_epochs=1, workers=workers),
            seed=1,
        )
    )
    assert result.steps >= 256
    assert result.episodes > 0
    assert result.policy_path.is_file()


def test_a_recording_shows_the_terminal(tmp_path: Path) -> None:
    game = NetHackGame(level=ROOM)
    game.reset(1)
    options = RecordingOptions(video="none", size=(240, 132))
    with Recorder(game, tmp_path / "episode", options, seed=1) as recorder:
        game.step(1)
        recorder.record(1)
    game.close()
    _, *screens = [json.loads(line) for line in (tmp_path / "episode" / "episode.cast").open()]
    assert len(screens) == 2
    assert all("HP:" in text and "|" in text for _, _, text in screens)


def test_the_bench_measures_all_five_ways_to_step_and_three_ratios() -> None:
    figures = nethack_costs(QUICK)
    assert [figure.unit for figure in figures] == ["steps/s"] * 5 + ["x"] * 3
    assert all(figure.value > 0 for figure in figures)
