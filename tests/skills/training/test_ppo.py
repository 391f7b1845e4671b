from dataclasses import replace

import numpy as np
import pytest
import torch
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.common.logger import configure

from envs.game import Focus
from envs.games import each
from envs.registry import game_spec
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeEnd, EpisodeRule, Starts
from envs.rollout.vector import VectorGame
from envs.toy.game import ToyGame
from skills.errors import TrainingDiverged
from skills.rewards.event import EventReward
from skills.rewards.skill_reward import CombinedReward
from skills.training.config import PPOConfig
from skills.training.ppo import RolloutPPO
from skills.training.vec_env import SkillVecEnv

TOY = game_spec("toy")


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


CONFIG = PPOConfig(n_games=4, horizon=128, batch_size=128, n_epochs=1, workers=0)


def make_env(hazards: bool = False, seed: int = 5) -> SkillVecEnv:
    task = EpisodeTask(
        games=each(lambda: ToyGame(hazards=hazards)),
        focus=Focus(seek=("tree",)),
        rule=EpisodeRule(obtains={"wood": 1}, step_cap=40),
        starts=Starts(),
        seed=seed,
    )
    game = VectorGame(task, TOY, n_games=CONFIG.n_games, horizon=CONFIG.horizon, workers=0)
    return SkillVecEnv(
        game, CombinedReward([(5.0, EventReward({"wood": 1}, TOY))], 0.01), failure_penalty=1.0
    )


def make_model(env: SkillVecEnv, config: PPOConfig = CONFIG) -> RolloutPPO:
    model = RolloutPPO(env, config, seed=1)
    model.set_logger(configure(None, []))
    return model


def collect(model: RolloutPPO) -> RolloutBuffer:
    """The buffer after one rollout of a learning call that stops before it learns."""
    model.learn(model.rollout_size, callback=lambda *_: False, reset_num_timesteps=False)
    return model.rollout_buffer


@pytest.mark.slow
def test_a_rollout_equals_what_stable_baselines_collects_step_by_step():
    fast = make_model(make_env(hazards=True))
    mine = collect(fast)
    slow_env = make_env(hazards=True)
    theirs = RolloutBuffer(
        CONFIG.horizon,
        fast.observation_space,
        fast.action_space,
        "cpu",
        CONFIG.gae_lambda,
        CONFIG.gamma,
        CONFIG.n_games,
    )
    obs, starts, ends = slow_env.reset(), np.ones(CONFIG.n_games), set()
    for t in range(CONFIG.horizon):
        with torch.no_grad():
            actions = torch.as_tensor(mine.actions[t, :, 0])
            values, log_probs, _ = fast.policy.evaluate_actions(torch.as_tensor(obs), actions)
        new_obs, rewards, dones, infos = slow_env.step(actions.numpy())
        for i in np.flatnonzero(dones):
            ends.add(int(slow_env.game.arrays.ends[0, i]))
            if infos[i]["TimeLimit.truncated"]:
                final = torch.as_tensor(infos[i]["terminal_observation"])[None]
                with torch.no_grad():
                    rewards[i] += CONFIG.gamma * fast.policy.predict_values(final).item()
        theirs.add(obs, actions.numpy(), rewards, starts, values[:, 0], log_probs)
        obs, starts = new_obs, dones
    with torch.no_grad():
        last = fast.policy.predict_values(torch.as_tensor(obs))
    theirs.compute_returns_and_advantage(last, starts)
    assert ends == {EpisodeEnd.REACHED, EpisodeEnd.DEATH, EpisodeEnd.CAP}  # the comparison saw every kind
    for name in ("observations", "episode_starts"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=name)
    for name in ("values", "log_probs", "advantages", "returns"):
        np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), atol=2e-5, err_msg=name)


def test_rewards_are_those_of_the_terminal_facts():
    env = make_env(hazards=True)
    model = make_model(env)
    collect(model)
    ends, rewards = env.game.arrays.ends, model.rollout_buffer.rewards
    for end, reward in ((EpisodeEnd.REACHED, 4.99), (EpisodeEnd.DEATH, -1.01), (EpisodeEnd.CAP, -0.01)):
        assert (ends == end).any()
        np.testing.assert_allclose(rewards[ends == end], reward, rtol=1e-5)


@pytest.mark.slow
def test_lengths_and_successes_of_episodes_are_kept():
    env = make_env()
    model = make_model(env)
    lengths, successes = [], []
    for _ in range(3):
        collect(model)
        for t in range(CONFIG.horizon):
            for i in np.flatnonzero(env.game.arrays.ends[t]):
                lengths.append(int(env.game.arrays.steps[t, i]))
                successes.append(env.game.arrays.ends[t, i] == EpisodeEnd.REACHED)
    assert model.n_episodes == len(lengths) > 10
    assert list(model.lengths) == lengths
    assert list(model.successes) == successes
    assert model.num_timesteps == 3 * 512


def test_stable_baselines_can_step_the_environment():
    env = make_env()
    assert env.reset().shape == (4, TOY.encoding_size)
    obs, rewards, dones, infos = env.step(np.zeros(4, int))
    assert (obs.shape, rewards.shape, dones.shape, len(infos)) == ((4, TOY.encoding_size), (4,), (4,), 4)
    with pytest.raises(AttributeError, match="cannot call 'seed': the games live in workers"):
        env.env_method("seed")


def test_a_reward_that_is_not_finite_stops_the_rollout():
    class Broken:
        def batch(self, before, after, start):
            return np.full(len(before), np.nan, np.float32)

    env = make_env()
    env._reward = Broken()
    with pytest.raises(TrainingDiverged, match="rewards or values are not finite after 0 steps"):
        collect(make_model(env))


def test_weights_that_are_not_finite_are_noticed():
    model = make_model(make_env())
    model.lr_schedule = lambda _: float("nan")
    with pytest.raises(TrainingDiverged, match=r"the weights '.*' hold NaN or infinity after 512 steps"):
        model.learn(model.rollout_size)


def test_the_lean_update_takes_the_same_steps_and_logs_the_same():
    models = []
    for update in ("stable-baselines3", "lean"):
        model = make_model(make_env(), replace(CONFIG, update=update))
        model.learn(model.rollout_size)
        models.append(model)
    reference, lean = models
    for name, expected in reference.policy.state_dict().items():
        torch.testing.assert_close(lean.policy.state_dict()[name], expected, atol=2e-5, rtol=1e-4)
    logged, other = reference.logger.name_to_value, lean.logger.name_to_value
    assert logged.keys() == other.keys()
    for name in logged:
        if name.startswith("train/"):
            assert other[name] == pytest.approx(logged[name], abs=1e-4), name
