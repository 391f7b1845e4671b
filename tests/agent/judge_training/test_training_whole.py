"""The whole recipe at its smallest: trained; what it writes can be loaded and judges."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.judge_training import recipe as recipes
from agent.judge_training.learning import Learning
from agent.judge_training.plays import load_plays, save_plays
from agent.judge_training.recipe import DATA, Recipe, train_judge
from agent.judge_training.translating import Translating
from agent.judges.embedded import EmbeddedJudge
from agent.judges.embedded.weights import load_judge

pytestmark = [pytest.mark.slow, pytest.mark.long]


class Letters:
    """An encoder that gives every word numbers drawn from its letters."""

    def encode(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        return [np.stack([_numbers(word) for word in ("[", *text.split(), "]")]) for text in texts]


def _numbers(word: str) -> NDArray[np.float16]:
    seed = int(hashlib.sha256(word.encode()).hexdigest()[:8], 16)
    return np.random.default_rng(seed).normal(size=384).astype(np.float16)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A few of the recorded episodes."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, n in (("train", 3), ("val", 2), ("test", 2)):
        plays = sorted(load_plays(DATA / f"{name}.npz"), key=lambda play: len(play.actions))
        chosen = [play for play in plays if len(play.actions) > 120][:n]
        save_plays(folder / f"{name}.npz", chosen)
    return folder


@pytest.fixture
def recipe() -> Recipe:
    return Recipe(
        learning=Learning(steps=4, attempts=12, claims=9),
        translating=Translating(sentences=60, others=12, epochs=1, batch=24, members=1),
        attempts=6,
        joined=10,
        episodes=3,
    )


def test_what_is_trained_can_be_loaded_and_its_network_kept(
    tmp_path: Path, data: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipes, "TextEncoder", Letters)
    told: list[str] = []
    measured = train_judge(tmp_path / "work", tmp_path / "judge", recipe, told.append, data)
    assert measured["held_out_seeds"].n > 0
    stored = load_judge(tmp_path / "judge")
    assert stored.card["figures"].keys() == measured.keys()
    assert stored.card["recipe"]["network"] == "trained"
    assert EmbeddedJudge.load(tmp_path / "judge").understands("eat")
    kept = replace(recipe, network=tmp_path / "judge")
    told.clear()
    train_judge(tmp_path / "work", tmp_path / "kept", kept, told.append, data)
    other = load_judge(tmp_path / "kept")
    assert other.card["recipe"]["network"] == "kept"
    assert other.card["network_recipe"]["learning"]["steps"] == recipe.learning.steps
    assert all(np.array_equal(stored.weights[name], other.weights[name]) for name in stored.weights)
    assert not any("their sentences are encoded" in text for text in told)
