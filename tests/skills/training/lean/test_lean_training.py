"""Whole trainings with the lean update beside stable-baselines3's: the first update, the log, going on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch

from envs.rollout.episode import Starts
from skills.errors import TrainingDiverged
from skills.rewards.preference import PreferenceTerm
from skills.skill import Effects, FocusRecord, PolicyRecord, Skill
from skills.training.checkpoint import Checkpoint
from skills.training.config import PPOConfig
from skills.training.joint.spec import JointSpec
from skills.training.joint.train import train_joint
from skills.training.loop import checkpoint_path
from skills.training.ppo import RolloutPPO
from skills.training.spec import TrainSpec
from skills.training.train import train_skill
from tests.skills.preference_models import preferring

Update = Literal["lean", "stable-baselines3"]
Spec = TrainSpec | JointSpec

CONFIG = PPOConfig(n_games=4, horizon=32, batch_size=64, n_epochs=2, workers=0)
KINDS = ("one skill", "preferences", "shared", "per_skill")


def skill(name: str, seek: str, obtains: dict[str, int], **more: Any) -> Skill:
    return Skill(
        name=name,
        game="toy",
        kind="act",
        description=f"do what {name} says",
        effects=Effects(obtains=obtains),
        focus=FocusRecord(seek=(seek,)),
        policy=PolicyRecord(kind="learned"),
        step_cap=40,
        **more,
    )


WOOD = skill("wood", "tree", {"wood": 1})
ROCK = skill("rock", "rock", {"near.rock": 1}, actions=("left", "right", "up", "down"))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Spec]:
    """The specification of a training of one of `KINDS`."""

    def spec(kind: str, update: Update, name: str, steps: int) -> Spec:
        common: dict[str, Any] = {
            "game": "toy",
            "starts": Starts(max_steps=100),
            "work_dir": tmp_path / name,
            "budget_steps": steps,
            "target_success": 2.0,
            "config": replace(CONFIG, update=update),
            "seed": 1,
        }
        if kind in ("shared", "per_skill"):
            own = {one.name: Starts(max_steps=60) for one in (WOOD, ROCK)}
            return JointSpec(skills=(WOOD, ROCK), choose="", own_starts=own, networks=kind, **common)
        preference = PreferenceTerm(model=preferring({"did.collect_wood": 2.0}), alone=True)
        return TrainSpec(skill=WOOD, preference=preference if kind == "preferences" else None, **common)

    return spec


def train(spec: Spec) -> Checkpoint:
    if isinstance(spec, JointSpec):
        train_joint(spec)
    else:
        train_skill(spec)
    saved = Checkpoint.load(checkpoint_path(spec))
    assert saved is not None
    return saved


def logged(spec: Spec) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (spec.work_dir / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_update_and_its_log_are_those_of_stable_baselines3(
    make: Callable[..., Spec], kind: str
) -> None:
    specs = [make(kind, update, update, 128) for update in ("stable-baselines3", "lean")]
    reference, lean = (train(spec) for spec in specs)

    assert lean.counters.successes == reference.counters.successes
    assert lean.weights.keys() == reference.weights.keys()
    for name, expected in reference.weights.items():
        torch.testing.assert_close(lean.weights[name], expected, atol=2e-5, rtol=1e-4)
    (expected_line,), (line,) = (logged(spec) for spec in specs)
    assert line.keys() == expected_line.keys()
    for name, value in expected_line.items():
        if not name.startswith("time/"):
            assert line[name] == pytest.approx(value, abs=1e-4), name


@pytest.mark.parametrize("kind", KINDS)
def test_each_goes_on_with_what_the_other_left(make: Callable[..., Spec], kind: str) -> None:
    updates: tuple[Update, Update] = ("stable-baselines3", "lean")
    for first, second in (updates, updates[::-1]):
        begun = make(kind, first, f"from {first}", 128)
        taken_over = train(begun).optimizer["state"]
        goes_on = make(kind, second, f"from {first}", 256)
        state = train(goes_on).optimizer["state"]

        assert state.keys() == taken_over.keys()
        for name, moments in state.items():
            before = taken_over[name]
            assert {key: (part.dtype, part.shape) for key, part in moments.items()} == {
                key: (part.dtype, part.shape) for key, part in before.items()
            }
            assert moments["step"] > before["step"] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_going_on_twice_from_one_checkpoint_gives_the_same_bits(make: Callable[..., Spec], kind: str) -> None:
    begun = make(kind, "lean", "begun", 128)
    train(begun)
    results = []
    for name in ("one", "other"):
        goes_on = make(kind, "lean", name, 384)
        goes_on.work_dir.mkdir()
        shutil.copy(checkpoint_path(begun), checkpoint_path(goes_on))
        results.append(train(goes_on))

    one, other = results
    assert one.counters.steps == 384
    for name, weights in one.weights.items():
        assert torch.equal(other.weights[name], weights), name
    for place, moments in one.optimizer["state"].items():
        for name, part in moments.items():
            assert torch.equal(other.optimizer["state"][place][name], part), (place, name)


def test_a_rollout_may_be_learned_from_twice(
    make: Callable[..., Spec], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = RolloutPPO.train

    def twice(self: RolloutPPO) -> None:
        learn(self)
        learn(self)

    monkeypatch.setattr(RolloutPPO, "train", twice)
    reference, lean = (
        train(make("one skill", update, update, 128)) for update in ("stable-baselines3", "lean")
    )

    for name, expected in reference.weights.items():
        torch.testing.assert_close(lean.weights[name], expected, atol=5e-5, rtol=1e-4)
    assert {int(moments["step"]) for moments in lean.optimizer["state"].values()} == {2 * 2 * 2}


def test_a_rate_that_is_not_finite_is_noticed_and_rolled_back_once(
    make: Callable[..., Spec], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_rate = RolloutPPO._update_learning_rate

    def broken(self: RolloutPPO, optimizer: torch.optim.Optimizer) -> None:
        set_rate(self, optimizer)
        optimizer.param_groups[0]["lr"] = float("nan")

    spec = make("one skill", "lean", "broken", 384)
    monkeypatch.setattr(RolloutPPO, "_update_learning_rate", broken)
    with pytest.raises(TrainingDiverged, match="for the second time"):
        train(spec)
    assert not np.isnan(logged(spec)[0]["rollout/success_rate"])
