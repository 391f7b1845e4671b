"""What the bench measures of NetHack: the race against a plain training, and the cost of rewards."""

import numpy as np
import pytest

from agent.bench import nethack_training
from agent.bench.designed_skill import recorded_skill
from agent.bench.nethack_rewards import ROLLOUT_TRANSITIONS, nethack_rewards, transitions
from agent.bench.plain_nethack import make_plain_nethack
from agent.bench.plain_training import PLAIN_GAMES, PLAIN_HORIZON
from agent.bench.race import Contender, Lap, Notes, Outcome, Pacer
from agent.bench.settings import QUICK
from envs.registry import make_game

OURS, PLAIN = nethack_training.OURS, nethack_training.PLAIN


class OneTurn:
    """Gives a contender its warm-up and one turn."""

    def __init__(self) -> None:
        self.orders = iter((0.0, None))
        self.laps: list[Lap] = []

    def send(self, message: tuple[str, Lap | None]) -> None:
        if message[1] is not None:
            self.laps.append(message[1])

    def recv(self) -> float | None:
        return next(self.orders)


def never(pacer: Pacer) -> Notes:
    raise AssertionError("only its name is used")


def test_figures_of_a_race() -> None:
    outcomes = {
        OURS: Outcome((Lap(6000, 1.0), Lap(5200, 1.0)), {"mean_length": 61.4}),
        f"{PLAIN}, here": Outcome((Lap(900, 1.0),), {}),
        f"{PLAIN}, apart": Outcome((Lap(1000, 1.0), Lap(2600, 1.0)), {}),
    }
    contenders = [Contender(name, never, PLAIN if name != OURS else "") for name in outcomes]
    ours, plain, ratio = nethack_training.figures(contenders, outcomes)
    assert (ours.samples, ours.met) == ((6000.0, 5200.0), True)
    assert ours.how.endswith("; episodes of 61 steps at the end")
    assert plain.samples == (1000.0, 2600.0)
    assert "8 games, apart (the fastest way in the first round: apart 1,000, here 900); 128" in plain.how
    assert (ratio.samples, ratio.target, ratio.met) == ((6.0, 2.0), 6.0, False)


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.parametrize("name", ["train_ours_nethack", "train_nethack"])
def test_both_trainings_take_their_turns(name: str) -> None:
    from agent.bench import contenders

    turn = OneTurn()
    pacer = Pacer(turn)
    if name == "train_nethack":
        contenders.train_nethack(False, 1, pacer)
        (lap,) = turn.laps
        assert lap.steps == PLAIN_GAMES * PLAIN_HORIZON
    else:
        notes = contenders.train_ours_nethack(pacer)
        (lap,) = turn.laps
        assert lap.steps == 1024  # 16 games, 64 steps
        assert notes["worker_mib"] > 0
    assert lap.seconds > 0


def test_the_plain_game_is_nle_with_two_observations() -> None:
    env = make_plain_nethack()
    try:
        seen, _ = env.reset(seed=1)
        assert {name: part.shape for name, part in seen.items()} == {"glyphs": (21, 79), "blstats": (27,)}
        assert env.spec is not None and env.spec.id == "NetHackScore-v0"
        assert env.action_space.contains(np.int64(0))
        assert len(env.step(0)) == 5
    finally:
        env.close()


@pytest.mark.slow
def test_the_skill_is_the_recorded_one() -> None:
    skill = recorded_skill("nethack", "discoverer")
    assert skill.game == "nethack"
    assert skill.effects.obtains == {"explored": 40}
    assert "distance.frontier" in skill.reward


@pytest.mark.slow
def test_transitions_follow_one_another() -> None:
    game = make_game("nethack")
    rows = transitions(game, 20)
    game.close()
    column = game.spec.fact_index["steps"]
    assert rows[:, column].tolist() == list(range(21))
    assert len(np.unique(rows, axis=0)) == 21


@pytest.mark.slow
def test_rewards_are_measured_alone_and_in_a_batch() -> None:
    figures = nethack_rewards(QUICK)
    assert [figure.name for figure in figures] == [
        "NetHack, sandbox: one call, one transition",
        "NetHack, sandbox: new transition in a batch",
        "NetHack, sandbox: remembered transition in a batch",
    ]
    assert all(figure.unit == "µs" and figure.value > 0 for figure in figures)
    assert f"4 facts read, {ROLLOUT_TRANSITIONS} transitions a call" in figures[1].how
