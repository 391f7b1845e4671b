"""The comparison of rewards: what is trained on what, and how success is counted."""

from pathlib import Path

import numpy as np
import pytest

from agent.bench import reward_sources as bench
from agent.bench.settings import QUICK
from envs.rollout.episode import EpisodeEnd


class StandInVector:
    """Three games whose episodes end by a table, one row a step."""

    n_games = 3

    def __init__(self, *rollouts: list[list[int]]) -> None:
        self.rollouts = list(rollouts)
        self.arrays = self

    def reset(self) -> None:
        pass

    def rollout(self, policy: object) -> None:
        self.ends = np.array(self.rollouts.pop(0))


def test_every_game_counts_equally_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "EPISODES_PER_GAME", 2)
    won, dead, aborted = EpisodeEnd.REACHED, EpisodeEnd.DEATH, EpisodeEnd.ABORTED
    vector = StandInVector(
        [[won, 0, 0], [won, dead, 0], [won, 0, aborted]],  # the first game is quick: its third is left out
        [[won, dead, won], [0, 0, won]],
    )
    ends = list(bench._first_ends(vector, None))  # type: ignore[arg-type]
    assert sorted(ends) == sorted([won, won, dead, dead, won])


@pytest.mark.slow
@pytest.mark.parametrize("name", list(bench.PLACES))
def test_the_skills_are_those_that_are_recorded(name: str) -> None:
    skill = bench.recorded_skill(name)
    assert skill.reward.startswith("def reward(before, after)")
    assert skill.effects.obtains and skill.step_cap <= bench.EXECUTION_STEPS


@pytest.mark.slow
def test_what_is_trained_on_what(tmp_path: Path) -> None:
    skill = bench.recorded_skill("fight")
    specs = {r: bench._spec(skill, r, None, 0, 100, tmp_path) for r in bench.SOURCES}  # type: ignore[arg-type]
    coded = {reward for reward, spec in specs.items() if spec.skill.reward}
    preferred = {reward for reward, spec in specs.items() if spec.preference is not None}
    assert (coded, preferred) == ({"code", "both"}, {"preference", "both"})
    assert set(specs) == coded | preferred | {"neither"}
    assert len({spec.seed for spec in specs.values()}) == 1
    assert specs["code"].game_options["level"] == "MiniHack-Room-Ultimate-15x15-v0"
    assert QUICK.training_steps < 10_000
