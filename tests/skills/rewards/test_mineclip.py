"""MineCLIP as a reward, against a stand-in with its signatures: the real one was never here."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from agent.config import PracticeConfig
from agent.practice.looked_at import require_mineclip
from envs.errors import MissingDependency
from skills.errors import BadCheckpoint
from skills.rewards.mineclip import LENGTH, MineClipScorer, load_model

STAND_IN = Path(__file__).with_name("stand_in")
OTHERS = ("walk to a tree", "stand still")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(STAND_IN))
    monkeypatch.delitem(sys.modules, "mineclip", raising=False)
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, "0")


def checkpoint(folder: Path, width: int = 2) -> Path:
    path = folder / "attn.pth"
    torch.save({"state_dict": {"model.scale": torch.full((width,), 4.0)}}, path)
    return path


def clips(*reds: int) -> np.ndarray:
    made = np.zeros((len(reds), LENGTH, 160, 256, 3), np.uint8)
    for clip, red in zip(made, reds, strict=True):
        clip[-1, ..., 0] = red
    return made


def test_what_is_described_is_rewarded_above_chance(installed: None, tmp_path: Path) -> None:
    scorer = MineClipScorer(checkpoint(tmp_path), "see something red", OTHERS)
    rewards = scorer.score(clips(0, 128, 255))
    assert (rewards.dtype, rewards.shape, rewards[0]) == (np.float32, (3,), 0.0)
    assert 0.0 < rewards[1] < rewards[2] <= 2 / 3
    assert MineClipScorer(checkpoint(tmp_path), "walk", ("see red",)).score(clips(255)).tolist() == [0.0]


def test_a_text_is_held_against_others_and_nothing_is_downloaded(installed: None, tmp_path: Path) -> None:
    many = [f"text {number}" for number in range(50)]
    MineClipScorer(checkpoint(tmp_path), "red", ["red", *many, *many])
    assert sys.modules["mineclip"].TEXTS[-1] == ["red", *many[:31]]
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"]) == ("1", "1")
    with pytest.raises(ValueError, match="nothing to hold 'red' against; name other texts"):
        MineClipScorer(checkpoint(tmp_path), "red", ["red"])
    with pytest.raises(MissingDependency) as caught:
        MineClipScorer(checkpoint(tmp_path), "tokenizer", OTHERS)
    assert str(caught.value) == (
        "MineCLIP's tokenizer has no files here, and nothing is downloaded: load the tokenizer of "
        "openai/clip-vit-base-patch16 once yourself (We couldn't connect to load the files)"
    )


def test_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mineclip", None)
    with pytest.raises(MissingDependency) as caught:
        require_mineclip(PracticeConfig(game="minecraft", mineclip=str(checkpoint(tmp_path))))
    assert str(caught.value) == (
        "MineCLIP is not installed (import of mineclip halted; None in sys.modules); install it yourself "
        "from its authors' repository, together with what it needs, or leave the setting 'mineclip' out"
    )
    require_mineclip(PracticeConfig(game="minecraft"))


def test_a_checkpoint_that_is_none_of_its_own_is_refused(installed: None, tmp_path: Path) -> None:
    def refused(path: Path, variant: str = "attn") -> str:
        with pytest.raises(BadCheckpoint) as caught:
            load_model(path, variant)
        return str(caught.value)

    missing, text, foreign, other = (tmp_path / name for name in ("none", "text", "foreign", "other"))
    assert refused(missing) == f"there is no checkpoint {str(missing)!r}; name a file of MineCLIP's weights"
    text.write_text("not a checkpoint")
    assert refused(text).startswith(f"{str(text)!r} is no checkpoint that can be read as tensors alone: ")
    foreign.write_bytes(pickle.dumps({"state_dict": os.system}, protocol=2))
    assert refused(foreign).startswith(f"{str(foreign)!r} is no checkpoint that can be read as tensors alone")
    torch.save({"weights": torch.zeros(2)}, other)
    assert refused(other) == f"{str(other)!r} is no checkpoint of MineCLIP: it has no 'state_dict' of tensors"
    small = checkpoint(tmp_path, 1)
    assert refused(small).startswith(
        f"{str(small)!r} is a checkpoint of another shape than MineCLIP's variant 'attn': Error(s) in loading"
    )
    assert load_model(small, "avg").scale.shape == (1,)
    assert refused(small, "max") == "MineCLIP has no variant 'max'; expected attn or avg"
