"""The trainings that are compared: ours as practice runs it, and plain stable-baselines3 on plain Crafter."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecEnv

from agent.bench.designed_skill import GAME, designed_skill, saved_starts
from agent.bench.memory import peak_mib
from agent.bench.plain_crafter import PlainCrafter, SymbolicCrafter
from agent.bench.race import Notes, Pacer
from envs.episode import Starts
from envs.game import make_game
from skills.train import PPOConfig, TrainProgress, TrainSpec, train_skill

WORKERS = 2
PLAIN_GAMES = 8
PLAIN_HORIZON = 128
WORLDS = 16
FOREVER = 10**9
"""Steps; the pacer ends every training long before."""


def train_ours(pacer: Pacer) -> Notes:
    """`skills.train.train_skill` as practice calls it."""
    peaks = {"worker": 0.0}
    latest: list[TrainProgress] = []

    def between(progress: TrainProgress) -> bool:
        latest[:] = [progress]
        workers = [child.pid for child in multiprocessing.active_children()]
        peaks["worker"] = max([peaks["worker"], *(peak_mib(pid) or 0.0 for pid in workers)])
        return pacer.between(progress.steps)

    with tempfile.TemporaryDirectory() as folder:
        spec = TrainSpec(
            game=GAME,
            skill=designed_skill(),
            starts=Starts(saved=saved_starts(make_game(GAME), WORLDS)),
            work_dir=Path(folder),
            budget_steps=FOREVER,
            config=PPOConfig(workers=WORKERS),
            target_success=2.0,
        )
        train_skill(spec, on_progress=between)
    return {
        "main_mib": peak_mib() or 0.0,
        "worker_mib": peaks["worker"],
        "mean_length": latest[0].mean_length,
    }


def train_pixels(subprocesses: bool, threads: int | None, pacer: Pacer) -> Notes:
    """Stable-baselines3's `CnnPolicy` on pictures, its defaults but for the length of a rollout.

    Args:
        subprocesses: a process per game, else all in this one.
        threads: of torch; its own choice when None.
        pacer: says when.
    """
    return _train_plain("CnnPolicy", PlainCrafter, subprocesses, threads, pacer)


def train_symbols(threads: int | None, pacer: Pacer) -> Notes:
    """Stable-baselines3's `MlpPolicy` on symbols in one process; see `train_pixels`."""
    return _train_plain("MlpPolicy", SymbolicCrafter, False, threads, pacer)


def _train_plain(
    policy: str,
    make: Callable[[int], PlainCrafter],
    subprocesses: bool,
    threads: int | None,
    pacer: Pacer,
) -> Notes:
    if threads is not None:
        torch.set_num_threads(threads)
    factories: list[Callable[[], Any]] = [partial(make, seed) for seed in range(PLAIN_GAMES)]
    games: VecEnv = SubprocVecEnv(factories) if subprocesses else DummyVecEnv(factories)
    try:
        model = PPO(policy, games, n_steps=PLAIN_HORIZON, device="cpu", seed=0)
        model.learn(FOREVER, callback=_Turns(pacer, games))
    finally:
        games.close()
    return {"main_mib": peak_mib() or 0.0}


class _Turns(BaseCallback):
    """Calls the pacer before every rollout but the first: one update is complete then."""

    def __init__(self, pacer: Pacer, games: VecEnv) -> None:
        super().__init__()
        self._pacer = pacer
        self._games = games
        self._go_on = True

    def _on_rollout_start(self) -> None:
        if self.num_timesteps:
            making = sum(self._games.get_attr("making_seconds"))
            self._go_on = self._pacer.between(self.num_timesteps, making)

    def _on_step(self) -> bool:
        return self._go_on
