"""What a round of training is told: where episodes start, its settings, when it has done enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig, to_record
from agent.play.kit import Kit
from agent.practice.progress import NullProgress
from agent.practice.session import Budget, SessionState, SkillProgress
from agent.practice.training import ENOUGH_EPISODES, TRAINING_CAP, TrainingRounds
from agent.practice.trials import StartStates
from agent.records.runs import Run
from envs.registry import game_spec
from envs.rollout.episode import Start
from skills.store.store import SkillLibrary
from skills.training.spec import PPOConfig, TrainResult, TrainSpec
from tests.agent.scripted import Ability

SAVED = (Start(b"a", 1), Start(b"b", 2))


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A round of training of a game, which gives what `train_skill` was told."""
    specs: list[TrainSpec] = []

    def train_skill(spec: TrainSpec, on_progress: Any) -> TrainResult:
        specs.append(spec)
        return TrainResult(
            policy_path=spec.work_dir / "policy.zip", steps=10, seconds=1.0, episodes=1, success_rate=0.5,
            curve=(), steps_per_second=10.0, stopped="asked to stop",
        )  # fmt: skip

    monkeypatch.setattr("skills.training.train.train_skill", train_skill)

    def round_of(game: str, *, fresh: bool, step_cap: int = 30) -> TrainSpec:
        config = PracticeConfig(game=game, library=tmp_path / "library", runs_dir=tmp_path / "runs")
        name = game_spec(game).facts[0].name
        draft = Ability(name="go", obtains={name: 1}, step_cap=step_cap).skill
        state = SessionState(skills={"go": SkillProgress()})
        budget = Budget(state, config.budget_steps, config.minutes)
        with Run.create(
            config.runs_dir, command="practice", game=game, seed=0, config=to_record(config)
        ) as run:
            rounds = TrainingRounds(
                config,
                run,
                SkillLibrary(config.library, game),
                None,
                state,
                budget,
                NullProgress(),  # type: ignore[arg-type]
            )
            kit = Kit(game=game, skills={}, policies={}, graph={})
            rounds.round(
                draft.model_copy(update={"game": game}), StartStates(SAVED, SAVED, fresh), kit, {}, False
            )
        return specs[-1]

    return round_of


@pytest.mark.parametrize("fresh", [True, False])
def test_a_share_of_the_episodes_is_new_games_where_the_ground_and_the_game_allow_it(
    told: Any, fresh: bool
) -> None:
    starts = told("nethack", fresh=fresh).starts
    assert starts.saved == SAVED
    assert starts.fresh_share == (game_spec("nethack").fresh_share if fresh else 0.0)
    assert game_spec("nethack").fresh_share == 0.5
    assert told("crafter", fresh=fresh).starts.fresh_share == 0.0  # a new world costs hundreds of steps


def test_many_episodes_are_enough_where_beginning_one_is_what_costs(told: Any) -> None:
    assert told("nethack", fresh=False).enough_episodes == ENOUGH_EPISODES
    assert told("crafter", fresh=False).enough_episodes is None


def test_the_settings_are_those_of_the_game(told: Any) -> None:
    for name in ("nethack", "crafter"):
        spec = told(name, fresh=False)
        expected = PPOConfig.for_game(game_spec(name))
        assert (spec.config.ent_coef, spec.config.n_epochs, spec.config.gamma) == (
            expected.ent_coef, expected.n_epochs, expected.gamma,
        )  # fmt: skip


def test_training_episodes_are_short(told: Any) -> None:
    assert told("toy", fresh=False, step_cap=900).skill.step_cap == TRAINING_CAP
    assert told("toy", fresh=False, step_cap=20).skill.step_cap == 20
