"""What a round of training is told: where episodes start, its settings, when it has done enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.play.jobs import Job, JobResult
from agent.play.kit import GuardCode
from agent.practice.preferences import SessionPreferences
from agent.practice.start_states import StartStates
from agent.practice.training import (
    LEAST_SHARE,
    REFINE_SHARE,
    TRAINING_EPISODE_STEPS,
    train,
    train_spec,
)
from agent.practice.transfer import ParentChoice
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from envs.registry import game_spec
from envs.rollout.episode import Start
from skills.code.sandbox import Sandbox
from skills.rewards.preference import PreferenceTerm
from skills.store.store import SkillLibrary
from skills.training.config import PPOConfig
from skills.training.spec import TrainSpec
from tests.agent.practice.small_session import small_session
from tests.skills.preference_models import preferring

SAVED = (Start(b"a", 1), Start(b"b", 2))


def no_play(job: Job) -> JobResult:
    raise AssertionError(f"nothing was to be played: {job}")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def told(tmp_path: Path, sandbox: Sandbox) -> Callable[..., TrainSpec]:
    """What the training of a skill of a game is told."""

    def told(
        game: str,
        *,
        fresh: bool = False,
        step_cap: int = 30,
        rounds: int = 0,
        guarded: bool = False,
        **more: Any,
    ) -> TrainSpec:
        spec = game_spec(game)
        ability = Ability(name="go", obtains={spec.facts[0].name: 1}, step_cap=step_cap)
        guard = GuardCode(ranking=("go",)) if guarded else None
        own = small_session(
            tmp_path, StandInPool(no_play), sandbox, also_known=[ability], spec=spec, guard=guard, **more
        )
        own.session.state.skills["go"].rounds = rounds
        draft = ability.skill.model_copy(update={"game": game})
        return train_spec(own.session, draft, StartStates(SAVED, SAVED, fresh), own.roster)

    return told


@pytest.mark.parametrize("fresh", [True, False])
def test_a_share_of_the_episodes_is_new_games_where_the_ground_and_the_game_allow_it(
    told: Callable[..., TrainSpec], fresh: bool
) -> None:
    starts = told("nethack", fresh=fresh).starts
    assert starts.saved == SAVED
    assert starts.fresh_share == (game_spec("nethack").fresh_share if fresh else 0.0)
    assert game_spec("nethack").fresh_share == 0.5
    assert told("crafter", fresh=fresh).starts.fresh_share == 0.0  # a new world costs hundreds of steps


def test_many_episodes_are_enough_where_beginning_one_is_what_costs(told: Callable[..., TrainSpec]) -> None:
    assert told("nethack", fresh=False).enough_episodes == 900
    assert told("crafter", fresh=False).enough_episodes is None


def test_the_settings_are_those_of_the_game(told: Callable[..., TrainSpec]) -> None:
    for name in ("nethack", "crafter"):
        spec = told(name, fresh=False)
        expected = PPOConfig.for_game(game_spec(name))
        assert (spec.config.ent_coef, spec.config.n_epochs, spec.config.gamma) == (
            expected.ent_coef, expected.n_epochs, expected.gamma,
        )  # fmt: skip


def test_training_episodes_are_short(told: Callable[..., TrainSpec]) -> None:
    assert told("toy", fresh=False, step_cap=900).skill.step_cap == TRAINING_EPISODE_STEPS
    assert told("toy", fresh=False, step_cap=20).skill.step_cap == 20


def test_later_rounds_of_what_a_life_depends_on_are_long(told: Callable[..., TrainSpec]) -> None:
    """At least half a round; a quarter for everything else, and for every first round."""
    whole = told("toy").budget_steps
    assert told("toy", rounds=1, guarded=True).min_steps == round(REFINE_SHARE * whole)
    assert told("toy", rounds=0, guarded=True).min_steps == round(LEAST_SHARE * whole)
    assert told("toy", rounds=1).min_steps == round(LEAST_SHARE * whole)


def test_every_round_has_a_seed_and_a_folder_of_its_own(told: Callable[..., TrainSpec]) -> None:
    first, second = told("toy", rounds=0), told("toy", rounds=1)
    assert first.seed != second.seed
    assert (first.work_dir.name, second.work_dir.name) == ("go-r1", "go-r2")


@pytest.mark.parametrize(("reward", "alone"), [("both", False), ("preference", True)])
def test_a_reward_learned_from_preferences_is_used_as_the_settings_say(
    told: Callable[..., TrainSpec], monkeypatch: pytest.MonkeyPatch, reward: str, alone: bool
) -> None:
    assert told("toy").preference is None
    model = preferring({"did.collect_wood": 2.0})
    monkeypatch.setattr(SessionPreferences, "model", lambda self, skill: model if skill == "go" else None)
    assert told("toy", reward=reward).preference == PreferenceTerm(model=model, alone=alone)


@pytest.mark.parametrize("suffices", [True, False])
def test_without_states_to_train_in_a_network_that_can_do_it_is_tried_as_it_is(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, suffices: bool
) -> None:
    go = Ability(name="go", obtains={"wood": 1})
    own = small_session(tmp_path, StandInPool(no_play), sandbox, also_known=[go])

    def choose(session: Any, roster: Any, draft: Any, states: StartStates) -> ParentChoice:
        assert states.train == SAVED
        return ParentChoice(parent="walk", rate=0.9, suffices=suffices)

    monkeypatch.setattr("agent.practice.training.best_parent", choose)
    monkeypatch.setattr(SkillLibrary, "weights_path", lambda library, name: tmp_path / name)
    candidate = train(own.session, go.skill, StartStates((), SAVED), own.roster)
    assert candidate.weights == (tmp_path / "walk" if suffices else None)
    assert candidate.skill.lineage.parent == ("walk" if suffices else "")
    assert candidate.skill.lineage.train_steps == 0
    assert [event["parent"] for event in own.events("parent")] == ["walk"] * suffices


def test_without_any_states_nothing_is_tried(tmp_path: Path, sandbox: Sandbox) -> None:
    go = Ability(name="go", obtains={"wood": 1})
    own = small_session(tmp_path, StandInPool(no_play), sandbox, also_known=[go])
    assert train(own.session, go.skill, StartStates((), ()), own.roster).weights is None
