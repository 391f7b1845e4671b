"""Rewards out of pictures: which pictures a scorer is shown, when, and where its rewards stand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from envs.game import Focus
from envs.registry import game_spec, games_factory
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeRule, Starts
from envs.rollout.pictured import PictureRule, PictureWatch
from envs.rollout.vector import VectorGame
from skills.rewards.skill_reward import CombinedReward
from skills.training.vec_env import SkillVecEnv


@dataclass
class Bright:
    """Says how bright the latest picture is, and keeps what it was shown."""

    shown: list[NDArray[np.uint8]] = field(default_factory=list)

    def score(self, clips: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.shown.append(clips.copy())
        return clips[:, -1].mean((1, 2, 3)).astype(np.float32)


class Lamp:
    """A game whose pictures are as bright as its light."""

    light = 0

    def frame(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        return np.full((size[1], size[0], 3), self.light, np.uint8)


def test_clips_hold_the_latest_pictures_and_are_scored_when_they_are_due() -> None:
    scorer, lamps = Bright(), [Lamp(), Lamp()]
    rule = PictureRule(open=lambda: scorer, identity="bright", size=(4, 2), length=3, every=2, weight=0.5)
    watch = PictureWatch(rule, 2)
    for i, lamp in enumerate(lamps):
        lamp.light = 10
        watch.begin(i, lamp)
    rewards = []
    for step in range(4):
        lamps[0].light, lamps[1].light = 20 + step, 40 + step
        if step == 2:
            watch.begin(1, lamps[1])
        rewards.append(watch.rewards(lamps).tolist())
    assert rewards == [[0.0, 0.0], [10.5, 20.5], [0.0, 0.0], [11.5, 21.5]]
    assert scorer.shown[0][:, :, 0, 0, 0].tolist() == [[10, 20, 21], [10, 40, 41]]
    assert scorer.shown[1][:, :, 0, 0, 0].tolist() == [[21, 22, 23], [42, 42, 43]]


@pytest.mark.parametrize("given", [{"length": 0}, {"length": 65}, {"every": 0}])
def test_a_rule_that_cannot_be_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"expected 1\.\.64 pictures, every step or less often"):
        PictureRule(open=Bright, identity="", **given)


def test_a_training_is_paid_for_what_its_games_show() -> None:
    spec = game_spec("toy")
    rule = PictureRule(open=Bright, identity="bright", size=(32, 32), length=2, every=2, weight=0.01)
    task = EpisodeTask(
        games=games_factory("toy"), focus=Focus(), rule=EpisodeRule(obtains={}, step_cap=5), starts=Starts(),
        seed=1, pictured=rule,
    )  # fmt: skip
    with VectorGame(task, spec, n_games=2, horizon=8, workers=1) as vector:
        env = SkillVecEnv(vector, CombinedReward((), 0.0))
        env.reset()
        paid = []
        for _ in range(8):
            env.step_async(np.zeros(2, np.intp))
            paid.append(env.step_wait()[1].tolist())
    due = [row[0] > 0.0 for row in paid]
    assert due == [False, True, False, True, False, False, True, False]  # the episode ends after five steps
    assert all(0.0 <= value < 2.55 for row in paid for value in row)
