"""Claims compared with what is really there agree with the game's facts."""

import numpy as np
import pytest

from agent.judge_training.plays import load_plays
from agent.judge_training.recipe import DATA
from agent.judge_training.replay import Episode, Replayer
from agent.judges.embedded.claims import read_claim
from agent.judges.embedded.compare import Attempts, probability, visible
from envs.crafter.game import CrafterGame


@pytest.fixture(scope="module")
def episode() -> Episode:
    plays = load_plays(DATA / "val.npz")
    return Replayer().watch(min(plays, key=lambda play: abs(len(play.actions) - 400)))


@pytest.fixture(scope="module")
def facts(episode: Episode) -> list[dict[str, int]]:
    game = CrafterGame()
    game.reset(episode.play.seed)
    rows = [game.facts()]
    for action in episode.play.actions:
        game.step(int(action))
        rows.append(game.facts())
    return rows


def still(episode: Episode) -> Attempts:
    n = len(episode.truths)
    return Attempts(episode.truths.sights(), np.repeat(np.arange(n)[:, None], 7, 1), np.ones(n, np.bool_))


@pytest.mark.parametrize(
    ("claim", "fact"),
    [
        ("enclosed", "enclosed"), ("near table", "near.table"), ("near furnace", "near.furnace"),
        ("at water", "near.water"), ("facing water", "facing.water"), ("asleep", "sleeping"),
        ("see sapling 1", "near.sapling"), ("side lava left", "lava.left"),
    ],
)  # fmt: skip
def test_claims_agree_with_facts(
    episode: Episode, facts: list[dict[str, int]], claim: str, fact: str
) -> None:
    holds = probability(read_claim(claim), still(episode))
    assert holds.tolist() == [row[fact] for row in facts]


def test_numbers_are_compared(episode: Episode, facts: list[dict[str, int]]) -> None:
    n = len(facts)
    moments = np.repeat(np.array([[0] * 6 + [n - 1]]), 1, 0)
    attempts = Attempts(episode.truths.sights(), moments, np.ones(1, np.bool_))
    gain = facts[-1]["stone"] - facts[0]["stone"]
    assert probability(read_claim(f"gain stone {max(gain, 0)}"), attempts)[0] == (1 if gain >= 0 else 0)
    assert probability(read_claim(f"gain stone {max(gain, 0) + 1}"), attempts)[0] == 0


def test_a_fall_that_is_seen_settles_the_course(episode: Episode) -> None:
    counts = episode.truths.counts[:, 1].astype(int)
    fall = int(np.flatnonzero(np.diff(counts) < 0)[0])
    moments = np.array([[fall] * 3 + [fall + 1] * 4, [fall] * 7])
    attempts = Attempts(episode.truths.sights(), moments, np.zeros(2, np.bool_))
    assert probability(read_claim("steady food"), attempts).tolist() == [0, 1]
    assert visible(read_claim("steady food"), attempts).tolist() == [True, False]


def test_a_full_bar_hides_whether_the_player_ate(episode: Episode) -> None:
    food = episode.truths.counts[:, 1].astype(int)
    full, below = int(np.flatnonzero(food == 9)[0]), int(np.flatnonzero(food < 9)[0])
    moments = np.array([[full] * 7, [below] * 7])
    attempts = Attempts(episode.truths.sights(), moments, np.ones(2, np.bool_))
    for claim in ("gain food 1", "not (gain food 1)", "and (gain food 1) (enclosed)"):
        assert visible(read_claim(claim), attempts).tolist() == [False, True]
    assert visible(read_claim("gain wood 1"), attempts).all()
