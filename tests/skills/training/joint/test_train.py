"""Training of several skills in one go: networks, determinism, resuming, and what is refused."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from envs.errors import NoSkillStarts
from envs.registry import game_spec
from envs.rollout.episode import EpisodeEnd, Starts
from envs.rollout.joint import SKILL_SCALE
from skills.errors import CodeRejected, TrainingDiverged
from skills.network import NumpyNetwork, load_weights
from skills.skill import Effects, FocusRecord, OptionCode, PolicyRecord, Skill
from skills.training.allowed_actions import FORBIDDEN_LOGIT
from skills.training.checkpoint import Checkpoint
from skills.training.config import PPOConfig
from skills.training.joint.ppo import JointPPO
from skills.training.joint.routed_policy import RoutedPolicy
from skills.training.joint.spec import JointSpec
from skills.training.joint.train import joint_networks, train_joint
from skills.training.loop import checkpoint_path
from skills.training.spec import TrainProgress
from tests.skills.policy_file import metadata_of

TOY = game_spec("toy")


def skill(name: str, seek: str, obtains: dict[str, int], **more: Any) -> Skill:
    return Skill(
        name=name,
        game="toy",
        kind="act",
        description=f"do what {name} says",
        effects=Effects(obtains=obtains),
        focus=FocusRecord(seek=(seek,)),
        policy=PolicyRecord(kind="learned"),
        **{"step_cap": 40, **more},
    )


WOOD = skill("wood", "tree", {"wood": 1})
ROCK = skill("rock", "rock", {"near.rock": 1}, actions=("left", "right", "up", "down"))
IN_TURN = """
def choose(start, facts, last, failures, draw):
    if last == 'wood':
        return 'rock'
    return 'wood'
"""
LONG = PPOConfig(n_games=4, horizon=128, batch_size=128, n_epochs=1, workers=0)
SMALL = PPOConfig(n_games=4, horizon=32, batch_size=64, n_epochs=2, workers=0)


@pytest.fixture
def spec(tmp_path: Path) -> JointSpec:
    return JointSpec(
        game="toy",
        skills=(WOOD, ROCK),
        choose=IN_TURN,
        networks="shared",
        starts=Starts(max_steps=100),
        work_dir=tmp_path / "work",
        budget_steps=384,
        config=SMALL,
        seed=1,
        checkpoint_every=128,
    )


def alone(spec: JointSpec, **more: Any) -> JointSpec:
    own = {skill.name: Starts(max_steps=60) for skill in spec.skills}
    return replace(spec, choose="", own_starts=own, **more)


@pytest.mark.slow
@pytest.mark.parametrize(("networks", "together"), [("shared", True), ("per_skill", False)])
@pytest.mark.one_in(2)
def test_both_skills_are_learned(spec: JointSpec, networks: Any, together: bool) -> None:
    long = replace(spec, budget_steps=18_000, networks=networks, config=PPOConfig(workers=0))
    first: list[TrainProgress] = []
    result = train_joint(long if together else alone(long), on_progress=first.append)
    assert first[0].skills[0].success_rate < 0.7  # nearly random play
    assert [counts.name for counts in result.skills] == ["wood", "rock"]
    assert min(counts.success_rate for counts in result.skills) >= 0.8
    assert sum(counts.steps for counts in result.skills) == result.steps
    assert result.stopped == "budget of 18000 steps used up"
    if not together:  # an equal share of the games each
        assert {counts.steps for counts in result.skills} == {result.steps // 2}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["shared", "per_skill"])
def test_a_skills_own_network_is_the_joint_one_exactly(spec: JointSpec, kind: Any) -> None:
    torch.manual_seed(3)
    networks = joint_networks(replace(spec, networks=kind), TOY)
    with torch.no_grad():
        for parameter in networks.parameters():
            parameter.copy_(torch.randn_like(parameter) / 4)
    rng = np.random.default_rng(0)
    encodings = rng.uniform(-1, 1, (50, TOY.encoding_size)).astype(np.float32)
    outputs = []
    for place in range(2):
        behind = np.zeros((50, 2), np.float32)
        behind[:, place] = SKILL_SCALE
        with torch.no_grad():
            logits, values = networks.outputs(torch.as_tensor(np.hstack([encodings, behind])))
        own = NumpyNetwork.from_state(networks.network_state(place))
        own.check(TOY.encoding_size, len(TOY.actions))
        np.testing.assert_allclose(own.logits(encodings), logits.numpy(), atol=2e-5)
        np.testing.assert_allclose(own.value(encodings), values.numpy(), atol=2e-5)
        outputs.append(logits.numpy())
    assert np.abs(outputs[0] - outputs[1]).max() > 0.1  # the skill makes a difference
    allowed = [name in ROCK.actions for name in TOY.actions]
    assert (outputs[1][:, ~np.array(allowed)] == FORBIDDEN_LOGIT).all()
    assert (outputs[0] > FORBIDDEN_LOGIT).all()


def test_networks_take_turns_by_what_stands_behind_the_encoding(spec: JointSpec) -> None:
    networks = joint_networks(replace(spec, networks="per_skill"), TOY)
    members = [NumpyNetwork.from_state(networks.network_state(place)) for place in range(2)]
    rng = np.random.default_rng(1)
    encodings = rng.uniform(-1, 1, (40, TOY.encoding_size)).astype(np.float32)
    places, uniforms = rng.integers(0, 2, 40), rng.random(40)
    behind = np.eye(2, dtype=np.float32)[places] * SKILL_SCALE
    actions = RoutedPolicy(members).act_batch(np.hstack([encodings, behind]), uniforms)
    for i, place in enumerate(places):
        assert actions[i] == members[place].act_batch(encodings[i : i + 1], uniforms[i : i + 1])[0]


@pytest.mark.slow
def test_every_skill_gets_a_policy_file_like_any_other(spec: JointSpec) -> None:
    result = train_joint(spec)
    assert set(result.weights) == {"wood", "rock"}
    metadata = metadata_of(result.weights["rock"])
    assert (metadata["skill"], metadata["encoding_size"]) == ("rock", TOY.encoding_size)
    assert load_weights(result.weights["rock"]).keys() == load_weights(result.weights["wood"]).keys()


@pytest.mark.slow
def test_equal_seeds_give_equal_weights_also_in_a_worker(spec: JointSpec, tmp_path: Path) -> None:
    def weights(name: str, **changes: Any) -> bytes:
        result = train_joint(replace(spec, work_dir=tmp_path / name, **changes))
        return b"".join(result.weights[skill].read_bytes() for skill in ("wood", "rock"))

    first = weights("a")
    assert weights("b") == first
    assert weights("c", config=replace(SMALL, workers=1)) == first
    assert weights("d", seed=2) != first
    assert weights("e", across_switches=True) != first


@pytest.mark.slow
def test_a_training_goes_on_and_a_finished_one_is_not_repeated(
    spec: JointSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = train_joint(spec, on_progress=lambda progress: False)
    assert (stopped.steps, stopped.stopped) == (128, "asked to stop")
    seen: list[TrainProgress] = []
    done = train_joint(spec, on_progress=seen.append)
    assert [progress.steps for progress in seen] == [256, 384]
    assert done.curve[0] == stopped.curve[0]
    for before, after in zip(stopped.skills, done.skills, strict=True):
        assert after.steps >= before.steps
        assert after.successes[: len(before.successes)] == before.successes
    assert sum(counts.steps for counts in done.skills) == 384
    monkeypatch.setattr("skills.training.joint.train.VectorGame", None)  # building games now would fail
    again = train_joint(spec)
    assert again.steps_per_second == 0
    assert again.skills == done.skills
    for name in ("wood", "rock"):
        assert again.weights[name].read_bytes() == done.weights[name].read_bytes()


CHILD = """
import pickle, sys
from skills.training.joint.train import train_joint
if __name__ == "__main__":
    train_joint(pickle.loads(bytes.fromhex(sys.argv[1])))
"""


@pytest.mark.slow
def test_a_kill_loses_only_what_came_after_the_last_checkpoint(spec: JointSpec) -> None:
    endless = replace(spec, budget_steps=10_000_000, config=replace(SMALL, workers=1))
    child = subprocess.Popen([sys.executable, "-c", CHILD, pickle.dumps(endless).hex()], env=os.environ)
    checkpoint = checkpoint_path(endless)
    deadline = time.monotonic() + 600
    while not checkpoint.exists() and time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    saved = Checkpoint.load(checkpoint)
    assert saved is not None
    result = train_joint(replace(endless, budget_steps=saved.counters.steps + 128))
    assert result.curve[:-1] == saved.counters.curve
    assert sum(counts.steps for counts in result.skills) == saved.counters.steps + 128


@pytest.mark.slow
def test_each_skill_is_paid_by_its_own_reward_only(spec: JointSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    paid = "def reward(before, after):\n    return {}\n"
    skills = (
        WOOD.model_copy(update={"reward": paid.format("3.0")}),
        ROCK.model_copy(update={"reward": paid.format("-2.0")}),
    )
    config = replace(SMALL, success_bonus=10.0, step_penalty=0.0, failure_penalty=0.0)
    seen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    fill = JointPPO._fill

    def noting(self: JointPPO, buffer: Any, steps: int) -> None:
        fill(self, buffer, steps)
        arrays = self.practice.game.arrays
        seen.append((self._env.skills(steps).copy(), arrays.ends[:steps].copy(), buffer.rewards.copy()))

    monkeypatch.setattr(JointPPO, "_fill", noting)
    train_joint(replace(spec, skills=skills, config=config))
    for places, ends, rewards in seen:
        own = np.where(places == 0, 3.0, -2.0) + 10.0 * (ends == EpisodeEnd.REACHED)
        np.testing.assert_allclose(rewards, own)
    assert any((ends == EpisodeEnd.REACHED).any() for _, ends, _ in seen)


@pytest.mark.slow
def test_advantages_are_even_between_skills(spec: JointSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = WOOD.model_copy(update={"reward": "def reward(before, after):\n    return 9.0 - after['wood']\n"})
    seen = []
    weighed = JointPPO._scaled_advantages

    def noting(self: JointPPO, gains: np.ndarray) -> np.ndarray:
        result = weighed(self, gains)
        places = self._env.skills(len(gains))
        seen.append([(result[places == k].mean(), result[places == k].std()) for k in range(2)])
        assert gains[places == 0].std() > 2 * gains[places == 1].std()
        return result

    monkeypatch.setattr(JointPPO, "_scaled_advantages", noting)
    train_joint(replace(spec, skills=(huge, ROCK), budget_steps=512, config=LONG))
    assert seen[0] == pytest.approx(np.array([(0, 1), (0, 1)]), abs=1e-4)


@pytest.mark.slow
def test_only_across_switches_does_the_return_go_on(spec: JointSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    cuts: dict[bool, list[np.ndarray]] = {True: [], False: []}
    cut = JointPPO._cut

    def noting(self: JointPPO, ends: np.ndarray, continues: np.ndarray) -> np.ndarray:
        result = cut(self, ends, continues)
        cuts[self._across].append(result)
        assert continues.any()
        np.testing.assert_array_equal(result, (ends != 0) & ~(continues & self._across))
        return result

    monkeypatch.setattr(JointPPO, "_cut", noting)
    for across in (True, False):
        folder = spec.work_dir / str(across)
        train_joint(replace(spec, across_switches=across, work_dir=folder, config=LONG, budget_steps=512))
    assert sum(c.sum() for c in cuts[True]) < sum(c.sum() for c in cuts[False])


@pytest.mark.slow
def test_divergence_rolls_back_once_and_then_is_an_error(
    spec: JointSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, calls = JointPPO.train, []

    def poisoned(self: JointPPO) -> None:
        calls.append(1)
        if len(calls) > 1:
            self.rollout_buffer.advantages[:] = float("nan")
        train(self)

    monkeypatch.setattr(JointPPO, "train", poisoned)
    with pytest.raises(TrainingDiverged, match=r"joint training: .* for the second time"):
        train_joint(spec)
    assert len(calls) == 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def choose(start, facts, last, failures):\n    return 'wood'", r"must be def choose\(.*draw\)"),
        ("def choose(start, facts, last, failures, draw)\n    return 'wood'", "syntax error"),
        ("def choose(start, facts, last, failures, draw):\n    return facts['wodo']", "no fact 'wodo'"),
        ("import os\ndef choose(start, facts, last, failures, draw):\n    return 'wood'", "import of 'os'"),
    ],
)
def test_a_policy_over_skills_that_cannot_be_loaded_is_refused_before_a_game_is_built(
    spec: JointSpec, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    monkeypatch.setattr("skills.training.joint.train.VectorGame", None)
    with pytest.raises(CodeRejected, match=message):
        train_joint(replace(spec, choose=source))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 'wod'", "returned 'wod'; no such skill; did you mean 'wood'"),
        ("return 1 // (failures - failures)", "ZeroDivisionError"),
        ("while True: pass", "exceeded the time limit"),
    ],
)
def test_a_policy_that_fails_in_play_is_rejected_as_code(
    spec: JointSpec, workers: int, body: str, message: str
) -> None:
    source = f"def choose(start, facts, last, failures, draw):\n    {body}\n"
    with pytest.raises(CodeRejected, match=message):
        train_joint(replace(spec, choose=source, config=replace(SMALL, workers=workers)))


def test_a_policy_that_names_nothing_is_an_error(spec: JointSpec) -> None:
    source = "def choose(start, facts, last, failures, draw):\n    return ''\n"
    with pytest.raises(NoSkillStarts, match="said that it is done"):
        train_joint(replace(spec, choose=source))


@pytest.mark.slow
def test_skills_that_are_known_and_not_trained_are_passed_over(spec: JointSpec) -> None:
    source = (
        "def choose(start, facts, last, failures, draw):\n"
        "    if last == 'gem' and failures >= 2:\n"
        "        return 'wood'\n"
        "    return 'gem'\n"
    )
    result = train_joint(replace(spec, skills=(WOOD,), choose=source, known=("gem", "wood")))
    assert [(counts.name, counts.steps) for counts in result.skills] == [("wood", 384)]


@pytest.mark.slow
def test_initiations_and_needs_decide_what_starts(spec: JointSpec) -> None:
    never = OptionCode(initiation="def initiation(facts):\n    return False\n")
    needy = Effects(obtains={"near.rock": 1}, requires={"gem": 1})
    for change in ({"option": never}, {"effects": needy}):
        skills = (WOOD, ROCK.model_copy(update=change))
        result = train_joint(replace(spec, skills=skills, work_dir=spec.work_dir / str(len(change))))
        assert result.skills[1].steps == 0
        assert result.skills[0].steps == 384


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
