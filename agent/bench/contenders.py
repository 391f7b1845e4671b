"""The trainings that are compared: ours as practice runs it, and plain stable-baselines3 on the same game."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from agent.bench.designed_skill import GAME, designed_skill, recorded_skill, saved_starts
from agent.bench.memory import peak_mib
from agent.bench.plain_crafter import PlainCrafter, SymbolicCrafter
from agent.bench.plain_nethack import make_plain_nethack
from agent.bench.plain_training import ENDLESS_STEPS, PLAIN_GAMES, train_plain
from agent.bench.race import Notes, Pacer
from agent.practice.live import LiveFiles
from envs.registry import game_spec, make_game
from envs.rollout.episode import Starts
from skills.skill import Skill
from skills.training.config import PPOConfig
from skills.training.spec import TrainProgress, TrainSpec
from skills.training.train import train_skill

WORKERS = 2
WORLDS = 16


def train_ours(pacer: Pacer) -> Notes:
    """Collecting wood in Crafter from saved states, as practice does it."""
    return _practise(designed_skill(), Starts(saved=saved_starts(make_game(GAME), WORLDS)), pacer)


def train_watched(pacer: Pacer) -> Notes:
    """The same, with state and pictures kept for people who look on."""
    return _practise(
        designed_skill(), Starts(saved=saved_starts(make_game(GAME), WORLDS)), pacer, watched=True
    )


def train_ours_nethack(pacer: Pacer) -> Notes:
    """Exploring NetHack's dungeon from its beginnings, as practice does it."""
    return _practise(recorded_skill("nethack", "discoverer"), Starts(), pacer)


def _practise(skill: Skill, starts: Starts, pacer: Pacer, *, watched: bool = False) -> Notes:
    """`skills.training.train.train_skill` as practice calls it."""
    peaks = {"worker": 0.0}
    latest: list[TrainProgress] = []
    live = LiveFiles()

    def between(progress: TrainProgress) -> bool:
        latest[:] = [progress]
        live.trained(progress, [skill.name])
        workers = [child.pid for child in multiprocessing.active_children()]
        peaks["worker"] = max([peaks["worker"], *(peak_mib(pid) or 0.0 for pid in workers)])
        return pacer.between(progress.steps)

    with tempfile.TemporaryDirectory() as folder:
        if watched:
            live = LiveFiles(folder=Path(folder) / "live", spec=game_spec(skill.game))
            live.doing("training", skill.name)
        spec = TrainSpec(
            game=skill.game,
            skill=skill,
            starts=starts,
            work_dir=Path(folder),
            budget_steps=ENDLESS_STEPS,
            config=replace(PPOConfig.for_game(game_spec(skill.game)), workers=WORKERS),
            target_success=2.0,
        )
        train_skill(spec, on_progress=between, wants_view=live.size)
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
    return _train_crafter("CnnPolicy", PlainCrafter, subprocesses, threads, pacer)


def train_symbols(threads: int | None, pacer: Pacer) -> Notes:
    """Stable-baselines3's `MlpPolicy` on symbols in one process; see `train_pixels`."""
    return _train_crafter("MlpPolicy", SymbolicCrafter, False, threads, pacer)


def _train_crafter(
    policy: str, make: Callable[[int], PlainCrafter], subprocesses: bool, threads: int | None, pacer: Pacer
) -> Notes:
    factories = [partial(make, seed) for seed in range(PLAIN_GAMES)]
    return train_plain(
        policy, factories, pacer, subprocesses=subprocesses, threads=threads, making="making_seconds"
    )


def train_nethack(subprocesses: bool, threads: int | None, pacer: Pacer) -> Notes:
    """Stable-baselines3's `MultiInputPolicy` on plain NLE; see `train_pixels`."""
    factories = [make_plain_nethack] * PLAIN_GAMES
    return train_plain("MultiInputPolicy", factories, pacer, subprocesses=subprocesses, threads=threads)
