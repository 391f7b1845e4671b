import json
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from envs.rollout.episode import Starts
from skills.errors import CodeRejected, LibraryDamaged, PolicyMismatch, TrainingDiverged
from skills.network import NumpyNetwork, load_weights
from skills.rewards.preference import PreferenceTerm
from skills.skill import Effects, FocusRecord, OptionCode, PolicyRecord, Skill
from skills.training.checkpoint import Checkpoint
from skills.training.config import PPOConfig
from skills.training.ppo import RolloutPPO
from skills.training.spec import TrainSpec
from skills.training.train import train_skill
from tests.skills.policy_file import metadata_of
from tests.skills.preference_models import preferring

WOOD = Skill(
    name="collect_wood",
    game="toy",
    kind="act",
    description="take wood from trees",
    effects=Effects(obtains={"wood": 2}),
    focus=FocusRecord(seek=("tree",)),
    policy=PolicyRecord(kind="learned"),
    step_cap=60,
)
SMALL = PPOConfig(n_games=4, horizon=32, batch_size=64, n_epochs=2, workers=0)


@pytest.fixture
def spec(tmp_path):
    return TrainSpec(
        game="toy",
        skill=WOOD,
        starts=Starts(max_steps=100),
        work_dir=tmp_path / "work",
        budget_steps=384,
        config=SMALL,
        seed=1,
        checkpoint_every=128,
    )


def assert_equal(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert torch.equal(a[name], b[name]), name


@pytest.mark.slow
def test_ppo_learns_to_collect_wood(spec):
    rates = []
    result = train_skill(
        replace(spec, budget_steps=40_000, config=PPOConfig(workers=0), target_success=0.9),
        on_progress=lambda p: rates.append(p.success_rate),
    )
    assert rates[0] < 0.5  # nearly random play
    assert result.success_rate >= 0.9
    assert result.steps < 40_000
    assert result.stopped.startswith("success rate 0.9")
    assert NumpyNetwork.load(result.weights["collect_wood"]).hidden == (64, 64)


@pytest.mark.slow
def test_equal_seeds_give_equal_weights_and_others_do_not(spec, tmp_path):
    paths = [
        train_skill(replace(spec, work_dir=tmp_path / name, seed=seed)).weights["collect_wood"]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes() != paths[2].read_bytes()


@pytest.mark.slow
def test_worker_processes_learn_the_same(spec, tmp_path):
    here = train_skill(spec)
    there = train_skill(replace(spec, work_dir=tmp_path / "w", config=replace(SMALL, workers=1)))
    assert here.weights["collect_wood"].read_bytes() == there.weights["collect_wood"].read_bytes()


@pytest.mark.slow
def test_result_progress_and_files(spec):
    seen = []
    result = train_skill(replace(spec, keep_final_states=2), on_progress=seen.append)
    assert [p.steps for p in seen] == [128, 256, 384]
    assert result.stopped == "budget of 384 steps used up"
    assert (result.steps, result.episodes) == (384, seen[-1].episodes)
    assert result.curve == tuple((p.steps, round(p.success_rate, 4)) for p in seen)
    assert result.steps_per_second > 0
    assert metadata_of(result.weights["collect_wood"])["hidden"] == [64, 64]
    lines = [json.loads(line) for line in (spec.work_dir / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [128, 256, 384]
    assert {"rollout/success_rate", "rollout/ep_len_mean", "time/fps", "train/loss"} <= lines[0].keys()
    assert any(path.name.startswith("events.out.tfevents") for path in spec.work_dir.iterdir())


@pytest.mark.slow
def test_states_of_success_come_with_the_progress(spec):
    states = []
    easy = WOOD.model_copy(update={"effects": Effects(obtains={"wood": 1})})
    train_skill(
        replace(spec, skill=easy, keep_final_states=2, budget_steps=1024),
        on_progress=lambda p: states.extend(p.final_states),
    )
    assert states
    assert all(state.facts[0] >= 1 for state in states)  # wood is the first fact


def test_a_budget_of_zero_gives_the_untrained_policy(spec):
    result = train_skill(replace(spec, budget_steps=0))
    assert (result.steps, result.episodes, result.curve) == (0, 0, ())
    assert NumpyNetwork.load(result.weights["collect_wood"]).n_actions == 8


@pytest.mark.slow
def test_saying_false_stops_and_more_calls_go_on(spec):
    stopped = train_skill(spec, on_progress=lambda p: False)
    assert (stopped.steps, stopped.stopped) == (128, "asked to stop")
    seen = []
    done = train_skill(spec, on_progress=lambda p: seen.append(p.steps))
    assert seen == [256, 384]
    assert done.curve[0] == stopped.curve[0]
    assert len(done.curve) == 3
    assert done.seconds > stopped.seconds


@pytest.mark.slow
def test_a_finished_training_is_not_repeated(spec, monkeypatch):
    first = train_skill(spec)
    monkeypatch.setattr("skills.training.train.VectorGame", None)  # building games now would fail
    again = train_skill(spec)
    assert again.steps == first.steps
    assert again.weights["collect_wood"].read_bytes() == first.weights["collect_wood"].read_bytes()
    assert again.steps_per_second == 0


def test_reaching_the_target_outlasts_a_restart(spec, monkeypatch):
    train_skill(replace(spec, target_success=0.0, window=1))
    monkeypatch.setattr("skills.training.train.VectorGame", None)
    assert train_skill(replace(spec, target_success=0.0, window=1)).stopped.startswith("success rate")


def test_the_target_does_not_stop_before_the_least_steps(spec):
    least = 2 * SMALL.n_games * SMALL.horizon
    eager = replace(spec, target_success=0.0, window=1, min_steps=least)
    assert train_skill(eager).steps == least


@pytest.mark.slow
def test_many_episodes_stand_in_for_the_least_steps(spec):
    rollout = SMALL.n_games * SMALL.horizon
    eager = replace(spec, target_success=0.0, window=1, min_steps=5 * rollout, budget_steps=9 * rollout)
    enough = train_skill(replace(eager, enough_episodes=1, work_dir=spec.work_dir / "one"))
    assert enough.steps < 5 * rollout and enough.episodes >= 1
    many = train_skill(replace(eager, enough_episodes=10_000, work_dir=spec.work_dir / "many"))
    assert many.steps == 5 * rollout  # as if there were no such number


@pytest.mark.slow
def test_many_episodes_do_not_stop_what_does_not_succeed(spec):
    result = train_skill(replace(spec, target_success=1.1, window=1, enough_episodes=1))
    assert result.stopped == "budget of 384 steps used up"


@pytest.mark.slow
def test_another_spec_in_the_same_folder_starts_anew_and_harms_nothing(spec):
    train_skill(spec)
    before = {path.name: path.read_bytes() for path in spec.work_dir.glob("checkpoint-*")}
    other = replace(spec, config=replace(SMALL, gamma=0.9), budget_steps=128)
    assert train_skill(other).steps == 128
    after = {path.name: path.read_bytes() for path in spec.work_dir.glob("checkpoint-*")}
    assert len(after) == 2
    assert before.items() <= after.items()


CHILD = """
import pickle, sys
from skills.training.train import train_skill
if __name__ == "__main__":
    train_skill(pickle.loads(bytes.fromhex(sys.argv[1])))
"""


@pytest.mark.slow
def test_kill_loses_only_what_came_after_the_last_checkpoint(spec):
    endless = replace(spec, budget_steps=10_000_000, target_success=2.0, config=replace(SMALL, workers=1))
    child = subprocess.Popen([sys.executable, "-c", CHILD, pickle.dumps(endless).hex()], env=os.environ)
    checkpoint = endless.work_dir / f"checkpoint-{endless.identity}.pt"
    deadline = time.monotonic() + 600
    while not checkpoint.exists() and time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    saved = Checkpoint.load(checkpoint)
    assert saved.counters.steps >= 128
    (endless.work_dir / ".checkpoint.pt.half.tmp").write_bytes(
        b"as a kill in the middle of writing leaves it"
    )
    seen = []
    result = train_skill(
        replace(endless, budget_steps=saved.counters.steps + 128), on_progress=lambda p: seen.append(p.steps)
    )
    assert seen == [saved.counters.steps + 128]
    assert result.curve[:-1] == saved.counters.curve
    assert [path for path in endless.work_dir.iterdir() if path.suffix == ".tmp"] == []


@pytest.mark.slow
def test_an_interrupt_leaves_the_last_checkpoint(spec):
    def interrupt(progress):
        if progress.steps == 256:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_skill(spec, on_progress=interrupt)
    assert train_skill(spec).curve[1][0] == 256


@pytest.mark.slow
def test_warm_start_begins_with_the_other_skills_weights(spec, tmp_path):
    first = train_skill(spec)
    second = train_skill(
        replace(spec, work_dir=tmp_path / "w", warm_start=first.weights["collect_wood"], budget_steps=0)
    )
    assert_equal(load_weights(first.weights["collect_wood"]), load_weights(second.weights["collect_wood"]))


def test_a_warm_start_of_another_shape_is_refused(spec, tmp_path):
    wide = train_skill(replace(spec, config=replace(SMALL, hidden=(32,)), budget_steps=0)).weights[
        "collect_wood"
    ]
    with pytest.raises(PolicyMismatch, match=r"hidden layers \(32,\), this training \(64, 64\)"):
        train_skill(replace(spec, work_dir=tmp_path / "w", warm_start=wide))


@pytest.mark.slow
def test_the_learning_rate_falls_in_a_straight_line(spec, monkeypatch):
    train, rates = RolloutPPO.train, []

    def noting(self):
        train(self)
        rates.append(self.policy.optimizer.param_groups[0]["lr"])

    monkeypatch.setattr(RolloutPPO, "train", noting)
    train_skill(replace(spec, config=replace(SMALL, lr_final_fraction=0.4)))
    assert rates == pytest.approx([1e-3, 8e-4, 6e-4])


@pytest.mark.slow
def test_divergence_rolls_back_once_at_half_the_rate(spec, monkeypatch):
    train, rates = RolloutPPO.train, []

    def poisoned(self):
        rates.append(self.lr_schedule(1.0))
        if len(rates) == 2:
            self.rollout_buffer.advantages[:] = float("nan")
        train(self)

    monkeypatch.setattr(RolloutPPO, "train", poisoned)
    result = train_skill(replace(spec, config=replace(SMALL, lr_final_fraction=1.0)))
    assert result.steps == 384
    assert rates == [1e-3, 1e-3, 5e-4]
    assert np.isfinite(NumpyNetwork.load(result.weights["collect_wood"]).actor[-1][0]).all()


def test_divergence_for_the_second_time_is_an_error_and_keeps_the_checkpoint(spec, monkeypatch):
    train, calls = RolloutPPO.train, []

    def poisoned(self):
        calls.append(1)
        if len(calls) > 1:
            self.rollout_buffer.advantages[:] = float("nan")
        train(self)

    monkeypatch.setattr(RolloutPPO, "train", poisoned)
    with pytest.raises(TrainingDiverged, match=r"collect_wood: the weights .* for the second time"):
        train_skill(spec)
    saved = Checkpoint.load(spec.work_dir / f"checkpoint-{spec.identity}.pt")
    assert all(torch.isfinite(tensor).all() for tensor in saved.weights.values())


def test_a_damaged_or_hostile_checkpoint_is_refused_and_kept(spec):
    train_skill(replace(spec, budget_steps=128))
    path = spec.work_dir / f"checkpoint-{spec.identity}.pt"
    fired = spec.work_dir / "fired"

    class Bomb:
        def __reduce__(self):
            return (open, (str(fired), "w"))

    torch.save({"schema": 1, "counters": Bomb()}, path)
    hostile = path.read_bytes()
    for content in (hostile, b"half", b""):
        path.write_bytes(content)
        with pytest.raises(LibraryDamaged, match=rf"checkpoint {path.name} cannot be read .*; delete it"):
            train_skill(spec)
        assert path.read_bytes() == content
    assert not fired.exists()


@pytest.mark.slow
def test_the_designed_reward_and_termination_take_part(spec):
    stop = "def termination(start, facts, steps):\n    return steps >= 20\n"
    skill = WOOD.model_copy(
        update={
            "reward": "def reward(before, after):\n    return 2.0 * (after['wood'] - before['wood'])\n",
            "option": OptionCode(termination=stop),
            "effects": Effects(obtains={"wood": 9}),
        }
    )
    seen = []
    config = replace(SMALL, step_penalty=0.0, failure_penalty=0.0, workers=1, termination_every=1)
    train_skill(replace(spec, skill=skill, config=config, budget_steps=1280), on_progress=seen.append)
    assert {p.mean_length for p in seen} == {20.0}
    pieces = [p.mean_reward * 128 / 2 for p in seen]  # 2 per piece of wood and nothing else
    assert pieces == pytest.approx([round(n) for n in pieces], abs=1e-4)
    assert sum(pieces) > 0


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1])
def test_termination_code_that_fails_is_rejected_as_code(spec, workers):
    option = OptionCode(
        termination="def termination(start, facts, steps):\n    return 1 // (steps - steps)\n"
    )
    bad = replace(
        spec, skill=WOOD.model_copy(update={"option": option}), config=replace(SMALL, workers=workers)
    )
    with pytest.raises(CodeRejected, match=r"termination: .*ZeroDivisionError"):
        train_skill(bad)


def test_ppo_learns_from_preferences_alone(spec):
    """Without a bonus for success: what is preferred is what gets done."""
    term = PreferenceTerm(model=preferring({"did.collect_wood": 2.0}), alone=True, scale=1.0)
    config = PPOConfig(workers=0, success_bonus=0.0)
    result = train_skill(
        replace(spec, budget_steps=40_000, config=config, target_success=0.9, preference=term)
    )
    assert result.success_rate >= 0.9
