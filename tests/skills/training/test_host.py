"""A training in a worker: the same weights, told as it goes, ended when asked to, gone on with elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from envs.registry import game_spec
from envs.rollout.episode import Starts
from skills.errors import PolicyMismatch
from skills.files import sha256
from skills.training.assignment import carry_out
from skills.training.host import TrainingHost, files_of, keep_files, result_here
from skills.training.spec import CloneSpec, TrainProgress, TrainResult, TrainSpec
from skills.training.train import train_skill
from tests.skills.training.test_train import SMALL, WOOD


def small(folder: Path, **rest: object) -> TrainSpec:
    return TrainSpec(
        game="toy", skill=WOOD, starts=Starts(max_steps=100), work_dir=folder, budget_steps=384, config=SMALL,
        seed=1, checkpoint_every=128, **rest,
    )  # fmt: skip


@pytest.fixture
def host() -> Iterator[TrainingHost]:
    host = TrainingHost()
    yield host
    host.close()


def to_its_end(host: TrainingHost, spec: TrainSpec) -> tuple[TrainResult, list[TrainProgress]]:
    """Ask until it is over, and keep what is sent, as a session does."""
    progress: list[TrainProgress] = []
    while True:
        told = host.go_on()
        keep_files(spec, told.files)
        progress += told.progress
        if told.result is not None:
            return result_here(spec, told.result), progress


def weights(spec: TrainSpec) -> str:
    return sha256((spec.work_dir / "policy.zip").read_bytes())


@pytest.mark.slow
def test_the_weights_are_those_of_the_training_here_whether_files_are_sent_or_not(
    host: TrainingHost, tmp_path: Path
) -> None:
    here, there, sent = (small(tmp_path / name) for name in ("here", "there", "sent"))
    expected = train_skill(here)
    host.begin(there)
    result, progress = to_its_end(host, there)
    assert weights(there) == weights(here)
    assert (result.steps, result.curve) == (expected.steps, expected.curve)
    assert [p.steps for p in progress] == [128, 256, 384]
    host.begin(sent, files_of(sent))
    result, _ = to_its_end(host, sent)
    assert weights(sent) == weights(here)
    assert result.weights == {"collect_wood": tmp_path / "sent" / "policy.zip"}
    names = {path.name.split(".")[0].split("-")[0] for path in sent.work_dir.iterdir()}
    assert names == {"checkpoint", "policy", "metrics", "events"}  # TensorBoard's too
    first = replace(small(tmp_path / "warm"), warm_start=result.weights["collect_wood"], seed=2)
    host.begin(first, files_of(first))
    to_its_end(host, first)
    assert weights(first) != weights(here)


@pytest.mark.slow
def test_a_training_goes_on_elsewhere_from_what_was_sent_last(host: TrainingHost, tmp_path: Path) -> None:
    spec = small(tmp_path / "work")
    host.begin(spec, files_of(spec))
    steps = 0
    while steps < 128:
        told = host.go_on(wanted=steps == 0)
        keep_files(spec, told.files)
        steps = max([steps, *(p.steps for p in told.progress)])
    host.close()  # the node is gone, with all that it had
    checkpoint, *_ = spec.work_dir.glob("checkpoint-*")
    assert checkpoint.is_file()
    other = TrainingHost()
    other.begin(spec, files_of(spec))
    result, progress = to_its_end(other, spec)
    other.close()
    assert progress[0].steps > 128
    assert result.steps == 384


@pytest.mark.slow
def test_it_ends_when_it_is_not_wanted_any_more(host: TrainingHost, tmp_path: Path) -> None:
    spec = replace(small(tmp_path / "work"), budget_steps=10**6)
    host.begin(spec)
    told = host.go_on()
    while told.result is None:
        told = host.go_on(wanted=False)
    assert told.result.stopped == "asked to stop"
    assert told.result.steps < 20 * 128  # it runs a few rollouts ahead, and no more


def test_its_errors_are_raised_where_it_is_asked(host: TrainingHost, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no training was begun"):
        host.go_on()
    first = small(tmp_path / "first")
    train_skill(first)
    other = replace(
        small(tmp_path / "other"), config=replace(SMALL, hidden=(8,)),
        warm_start=first.work_dir / "policy.zip",
    )  # fmt: skip
    host.begin(other, files_of(other))
    with pytest.raises(PolicyMismatch, match="hidden layers"):
        host.go_on()


def test_cloning_elsewhere_gives_the_network_of_cloning_here(host: TrainingHost, tmp_path: Path) -> None:
    game, rng = game_spec("toy"), np.random.default_rng(0)
    shown = CloneSpec(
        game="toy", skill=WOOD, work_dir=tmp_path / "here", hidden=(8,), seed=3,
        encodings=rng.normal(size=(300, game.encoding_size)).astype(np.float32),
        actions=rng.integers(len(game.actions), size=300),
    )  # fmt: skip
    here = carry_out(shown)
    there = replace(shown, work_dir=tmp_path / "there")
    host.begin(there, files_of(there))
    result, _ = to_its_end(host, there)
    assert weights(there) == sha256(here.weights["collect_wood"].read_bytes())
    assert (result.steps, result.success_rate) == (here.steps, here.success_rate) == (270, here.success_rate)
    assert result.weights == {"collect_wood": tmp_path / "there" / "policy.zip"}
    assert there.identity == shown.identity != replace(shown, seed=4).identity


def test_files_of_other_folders_are_refused(host: TrainingHost, tmp_path: Path) -> None:
    spec = small(tmp_path / "work")
    with pytest.raises(ValueError, match=r"'\.\./policy\.zip' is no name of a file in a training's folder"):
        keep_files(spec, {"../policy.zip": b""})
    with pytest.raises(ValueError, match="is no name of a file"):
        host.begin(spec, {"/etc/hosts": b""})
