"""What the bench measures of NetHack: the race against a plain training, and the cost of rewards."""

import numpy as np
import pytest

from agent.bench import contenders, nethack_training, plain_training
from agent.bench.designed_skill import recorded_skill
from agent.bench.nethack_rewards import ROLLOUT_TRANSITIONS, nethack_rewards, transitions
from agent.bench.plain_nethack import make_plain_nethack
from agent.bench.race import Contender, Lap, Notes, Outcome, Pacer
from agent.bench.settings import QUICK
from envs.registry import game_spec, make_game
from envs.rollout.episode import Starts
from skills.training.config import PPOConfig

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


@pytest.mark.slow
def test_a_plain_training_takes_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """With few games and short rollouts, which are what takes long."""
    monkeypatch.setattr(contenders, "PLAIN_GAMES", 2)
    monkeypatch.setattr(plain_training, "PLAIN_HORIZON", 32)  # 64 steps in all, a batch of the library's
    turn = OneTurn()
    contenders.train_nethack(False, 1, Pacer(turn))
    (lap,) = turn.laps
    assert lap.steps == 2 * 32
    assert lap.seconds > 0


@pytest.mark.slow
def test_our_training_takes_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the toy game, in this process; `train_ours_nethack` says no more than the game and the skill."""
    monkeypatch.setattr(contenders, "WORKERS", 1)
    turn = OneTurn()
    contenders._practise(recorded_skill("toy", "collect_wood"), Starts(), Pacer(turn))
    (lap,) = turn.laps
    config = PPOConfig.for_game(game_spec("toy"))
    assert lap.steps == config.n_games * config.horizon
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
