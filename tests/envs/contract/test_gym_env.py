"""Games as Gymnasium environments."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils import env_checker as gymnasium_checker
from stable_baselines3.common import env_checker as sb3_checker

from envs.contract.gym_env import GameEnv, make_game_env, register_gym
from envs.errors import BadFocus
from envs.facts import EndStatus
from envs.game import Focus
from envs.registry import game_names
from envs.seeding import SEED_SPAN
from envs.toy.game import ToyGame
from envs.toy.spec import ACTIONS, SPEC

NOOP, TAKE = 0, ACTIONS.index("take")


GAMES = [pytest.param(name, marks=pytest.mark.slow if name != "toy" else ()) for name in game_names()]
"""Loading the larger games takes a few seconds each."""


@pytest.mark.parametrize("render_mode", ["rgb_array", None])
@pytest.mark.parametrize("game", GAMES)
class TestCheckers:
    """Both checkers find nothing to say about any game's environment, not even a warning."""

    def test_gymnasiums(self, game, render_mode):
        register_gym()
        env = gymnasium.make(f"journeyman/{game}-v0", render_mode=render_mode)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            gymnasium_checker.check_env(env.unwrapped)
        env.close()

    def test_that_of_stable_baselines3(self, game, render_mode):
        env = make_game_env(game, render_mode=render_mode)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            sb3_checker.check_env(env)
        env.close()


def test_the_games_checked_are_all_there_are():
    assert {"toy", "crafter", "nethack"} <= {param.values[0] for param in GAMES}


def test_ids_are_registered_once_for_every_game():
    assert register_gym() == register_gym() == [f"journeyman/{name}-v0" for name in game_names()]
    spec = gymnasium.make("journeyman/toy-v0", seek=["gem"], max_steps=5).spec
    assert spec is not None
    assert '"seek": ["gem"]' in spec.to_json()


def test_a_seed_names_the_episode():
    env, game = GameEnv(ToyGame(), Focus(seek=("tree",))), ToyGame()
    observation, info = env.reset(seed=7)
    game.reset(7)
    expected = np.zeros(SPEC.encoding_size, np.float32)
    game.encode(Focus(seek=("tree",)), expected)
    assert np.array_equal(observation, expected)
    assert info == {"facts": game.facts(), "status": EndStatus.RUNNING, "seed": 7}


def test_later_episodes_follow_from_the_first_seed():
    one, other = GameEnv(ToyGame()), GameEnv(ToyGame())
    for env in (one, other):
        env.reset(seed=7)
    seeds = [[env.reset()[1]["seed"] for _ in range(3)] for env in (one, other)]
    assert seeds[0] == seeds[1]
    assert len({7, *seeds[0]}) == 4
    assert all(0 <= seed < SEED_SPAN for seed in seeds[0])


def test_time_limit_truncates():
    env = make_game_env("toy", max_steps=2)
    env.reset(seed=1)
    assert env.step(NOOP)[2:4] == (False, False)
    *_, terminated, truncated, info = env.step(NOOP)
    assert (terminated, truncated, info["status"]) == (False, True, EndStatus.TIME_LIMIT)


class Scripted(ToyGame):
    """Ends with a given status at its first step."""

    def __init__(self, end: EndStatus) -> None:
        super().__init__()
        self._end = end

    def step(self, action):
        super().step(action)
        self._status = self._end
        return self._status


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (EndStatus.DEATH, (True, False)),
        (EndStatus.SUCCESS, (True, False)),
        (EndStatus.TIME_LIMIT, (False, True)),
        (EndStatus.ABORTED, (False, True)),
        (EndStatus.RUNNING, (False, False)),
    ],
)
def test_how_an_episode_ends(end, expected):
    env = GameEnv(Scripted(end))
    env.reset(seed=1)
    assert env.step(NOOP)[2:4] == expected


def _walk_to_a_tree(env: GameEnv) -> None:
    """Follow the encoding's first step until a tree is in front."""
    observation, _ = env.reset(seed=3)
    for _ in range(40):
        _, beside, front, _, *step = observation[-10:-2]
        if beside and front:
            return
        observation, *_ = env.step(1 + int(np.argmax(step)))
    raise AssertionError("no tree within 40 steps")


def test_the_reward_counts_first_achievements():
    env = GameEnv(ToyGame(), Focus(seek=("tree",)))
    _walk_to_a_tree(env)
    assert env.step(TAKE)[1] == 1.0
    assert env.step(TAKE)[1] == 0.0  # more wood, but no new achievement
    _walk_to_a_tree(env)
    assert env.step(TAKE)[1] == 1.0  # a new episode


def test_a_reward_of_ones_own_sees_both_sides_of_the_step():
    def reward(before, after):
        return 5.0 * (after["wood"] - before["wood"])

    env = GameEnv(ToyGame(), Focus(seek=("tree",)), reward=reward)
    _walk_to_a_tree(env)
    assert [env.step(action)[1] for action in (TAKE, NOOP, TAKE)] == [5.0, 0.0, 5.0]


def test_pictures_only_when_asked_for():
    env = GameEnv(ToyGame(), render_mode="rgb_array")
    env.reset(seed=1)
    frame = env.render()
    assert frame.shape == (288, 288, 3)
    assert GameEnv(ToyGame()).render() is None
    with pytest.raises(ValueError, match="render_mode is 'human'; expected None or 'rgb_array'"):
        GameEnv(ToyGame(), render_mode="human")


def test_a_bad_focus_is_refused_before_the_game_is_built():
    with pytest.raises(BadFocus, match="toy cannot look for 'treee'; did you mean 'tree'"):
        make_game_env("toy", seek=["treee"], options={"no_such_option": 1})
