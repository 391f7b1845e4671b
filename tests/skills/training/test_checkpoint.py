"""What a checkpoint gives back is equal to what was saved, types included."""

from pathlib import Path

import pytest
import torch

from skills.training.checkpoint import Checkpoint, Counters
from skills.training.spec import SkillCounts

COUNTERS = Counters(
    steps=256,
    seconds=1.5,
    episodes=3,
    successes=(True, False, True, True),
    lengths=(9, 4, 2, 1),
    curve=((128, 0.5), (256, 0.75)),
    rolled_back=True,
    skills=(SkillCounts(name="wood", steps=200, successes=(True, False)), SkillCounts(name="rock")),
)


@pytest.mark.parametrize("counters", [COUNTERS, Counters()])
def test_it_comes_back_as_it_was(tmp_path: Path, counters: Counters) -> None:
    weights = {"a": torch.tensor([1.0, 2.0])}
    Checkpoint(counters, weights, {"state": {0: {"step": torch.tensor(3.0)}}}).save(tmp_path / "c.pt")
    read = Checkpoint.load(tmp_path / "c.pt")
    assert read is not None and read.counters == counters
    assert torch.equal(read.weights["a"], weights["a"])
    assert read.optimizer["state"][0]["step"] == 3


def test_there_may_be_none(tmp_path: Path) -> None:
    assert Checkpoint.load(tmp_path / "c.pt") is None


def test_rates_and_lengths_are_means() -> None:
    assert (COUNTERS.success_rate, COUNTERS.mean_length) == (0.75, 4.0)
    assert (Counters().success_rate, Counters().mean_length) == (0.0, 0.0)
    assert [counts.success_rate for counts in COUNTERS.skills] == [0.5, 0.0]
