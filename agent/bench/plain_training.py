"""A training as plain stable-baselines3 does it: its PPO, its defaults, its vectors of games."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecEnv

from agent.bench.memory import peak_mib
from agent.bench.race import Notes, Pacer

PLAIN_GAMES = 8
PLAIN_HORIZON = 128
ENDLESS_STEPS = 10**9
"""Steps; the pacer ends every training long before."""


def train_plain(
    policy: str,
    factories: Sequence[Callable[[], Any]],
    pacer: Pacer,
    *,
    subprocesses: bool,
    threads: int | None,
    making: str = "",
) -> Notes:
    """Train until the pacer says no.

    Args:
        policy: stable-baselines3's name for it.
        factories: one per game.
        pacer: says when.
        subprocesses: a process per game, else all in this one.
        threads: of torch; its own choice when None.
        making: the games' attribute that holds the seconds spent on making worlds; empty when nothing is
            told apart.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    games: VecEnv = SubprocVecEnv(list(factories)) if subprocesses else DummyVecEnv(list(factories))
    try:
        model = PPO(policy, games, n_steps=PLAIN_HORIZON, device="cpu", seed=0)
        model.learn(ENDLESS_STEPS, callback=_Turns(pacer, games, making))
    finally:
        games.close()
    return {"main_mib": peak_mib() or 0.0}


class _Turns(BaseCallback):
    """Calls the pacer before every rollout but the first: one update is complete then."""

    def __init__(self, pacer: Pacer, games: VecEnv, making: str) -> None:
        super().__init__()
        self._pacer, self._games, self._making = pacer, games, making
        self._go_on = True

    def _on_rollout_start(self) -> None:
        if self.num_timesteps:
            making = sum(self._games.get_attr(self._making)) if self._making else 0.0
            self._go_on = self._pacer.between(self.num_timesteps, making)

    def _on_step(self) -> bool:
        return self._go_on
