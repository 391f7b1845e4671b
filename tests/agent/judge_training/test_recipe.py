"""A judge is trained from episodes, stopped and resumed, and learns to read in seconds."""

from pathlib import Path

import numpy as np
import pytest

from agent.errors import BadConfig
from agent.judge_training import recipe as recipes
from agent.judge_training.bank import Bank, build_bank
from agent.judge_training.calibrating import fit_scale
from agent.judge_training.heldout import GROUPS, is_held_out, tasks_of
from agent.judge_training.learning import Learner, Learning, Lesson
from agent.judge_training.measuring import Answer, quality_of
from agent.judge_training.plays import Play, load_plays
from agent.judge_training.pool import draw_claims, holds_of
from agent.judge_training.recipe import DATA, Recipe, train_judge
from agent.judge_training.replay import PlayDiverged, Replayer
from agent.judges.embedded.claims import read_claim
from agent.judges.embedded.compare import probability
from agent.judges.embedded.network import Network
from envs.seeding import EVALUATION_BASE


@pytest.fixture(scope="module")
def bank() -> Bank:
    plays = sorted(load_plays(DATA / "train.npz"), key=lambda play: len(play.actions))
    return build_bank([play for play in plays if len(play.actions) > 150][:6], 1, 20)


def test_seeds_are_split() -> None:
    seeds = {
        name: {play.seed for play in load_plays(DATA / f"{name}.npz")} for name in ("train", "val", "test")
    }
    assert not seeds["train"] & seeds["val"]
    assert all(seed >= EVALUATION_BASE for seed in seeds["test"])
    assert all(seed < EVALUATION_BASE for seed in seeds["train"] | seeds["val"])


def test_an_episode_that_goes_on_after_its_end_is_refused() -> None:
    with pytest.raises(PlayDiverged, match="ended with"):
        Replayer().watch(Play(5, np.full(4_000, 6, np.uint8)))


def test_claims_that_are_learned_from_hold_out_the_tasks(bank: Bank) -> None:
    claims = draw_claims(bank.attempts(), np.random.default_rng(0), 60)
    assert len(claims) > 200
    assert not any(map(is_held_out, claims))
    assert all(is_held_out(task) for group in GROUPS for task in tasks_of(group))
    assert is_held_out(read_claim("and (asleep) (not (gain coal 2))"))


def lessons(bank: Bank) -> list[Lesson]:
    rng = np.random.default_rng(0)
    found = []
    for claim in draw_claims(bank.attempts(), rng, 20)[:80]:
        rows = np.flatnonzero(holds_of(claim, bank.attempts()))
        found.append(Lesson(claim, rows, (rng.normal(size=(5, 384)).astype(np.float16),)))
    return found


def learned(bank: Bank, steps: int, total: int, start: Path | None = None) -> Learner:
    how = Learning(steps=total, attempts=12, claims=9)
    learner = Learner(bank, lessons(bank), how)
    if start:
        learner.resume(start)
    while learner.step < steps:
        learner._update()
    return learner


def test_training_goes_on_where_it_was_stopped(bank: Bank, tmp_path: Path) -> None:
    whole = learned(bank, 6, 6)
    learned(bank, 3, 6).save(tmp_path / "checkpoint.pt")
    resumed = learned(bank, 6, 6, tmp_path / "checkpoint.pt")
    # only what is drawn inside the network differs: dropout
    assert resumed.step == whole.step == 6


def test_a_short_training_reads_the_bars(bank: Bank) -> None:
    model = learned(bank, 120, 120).model.eval()
    network = Network({name: values.numpy() for name, values in model.state_dict().items()})
    read = network.read(network.tiles(bank.tiles[:100]))
    right = (read.counts.argmax(2) == bank.truths.counts[:100]).mean()
    assert right > 0.85


def test_numpy_computes_what_torch_does(bank: Bank) -> None:
    import torch

    model = learned(bank, 1, 1).model.eval()
    network = Network({name: values.numpy() for name, values in model.state_dict().items()})
    states = np.random.default_rng(0).normal(size=(1, 6, 384)).astype(np.float32)
    with torch.inference_mode():
        tiles = model.tiles(torch.from_numpy(bank.tiles[:7]))
        queries, whole = model.text(torch.from_numpy(states), torch.ones(1, 6))
        expected = model.judge(tiles, torch.arange(7)[None], queries, whole)[0, 0].item()
    found = network.logit(network.tiles(bank.tiles[:7]), np.arange(7), network.question(states[0]))
    assert found == pytest.approx(expected, abs=1e-3)


def test_thresholds_keep_errors_rare() -> None:
    rng = np.random.default_rng(0)
    holds = rng.random(4_000) < 0.5
    logits = np.where(holds, 2, -2) + 2 * rng.normal(size=4_000)
    scale = fit_scale(logits, holds)
    fresh = -2 + 2 * rng.normal(size=4_000)
    assert np.mean(scale.chance(fresh) >= scale.done) < 0.02
    assert 0 < scale.not_done <= 0.5 <= scale.done < 1


def test_unclear_counts_against_coverage_and_not_against_accuracy() -> None:
    answers = [
        Answer(holds=True, outcome="done", chance=0.9, seed=1),
        Answer(holds=False, outcome="unclear", chance=0.5, seed=1),
        Answer(holds=False, outcome="done", chance=0.8, seed=2),
        Answer(holds=False, outcome="not_done", chance=0.1, seed=2),
    ]
    quality = quality_of(answers)
    assert quality.coverage == 0.75
    assert quality.accuracy == pytest.approx(2 / 3)
    assert quality.false_done == pytest.approx(1 / 3)


def test_hidden_cells_do_not_settle_claims(bank: Bank) -> None:
    dark = bank.truths.daylight < 5
    shown, without = bank.attempts(), bank.attempts_without_hidden()
    assert np.array_equal(shown.sights.material[~dark & (bank.truths.daylight > 60)],
                          without.sights.material[~dark & (bank.truths.daylight > 60)])  # fmt: skip
    assert (
        probability(read_claim("see tree 1"), without).sum()
        <= probability(read_claim("see tree 1"), shown).sum()
    )


@pytest.mark.parametrize("kept", [b"{}", None])
def test_what_is_half_done_of_another_training_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bytes | None
) -> None:
    monkeypatch.setattr(recipes, "TextEncoder", lambda: None)
    (tmp_path / "checkpoint.pt").write_bytes(b"half")
    if kept is not None:
        (tmp_path / recipes.SETTINGS).write_bytes(kept)
    with pytest.raises(BadConfig, match="holds what is half done of a training with other settings"):
        train_judge(tmp_path, tmp_path / "judge", Recipe(), print)
    assert (tmp_path / "checkpoint.pt").read_bytes() == b"half"
