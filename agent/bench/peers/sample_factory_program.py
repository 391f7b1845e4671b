"""A program: Sample Factory trains on a game and reports how far it is. Runs in an environment of its own.

    python -I sample_factory_program.py GAME FOLDER PIPE

GAME is ``crafter`` or ``nethack``, FOLDER takes its log and checkpoints, PIPE is the number of an open pipe.
Whenever a batch is learned, the pipe is sent Sample Factory's own count of environment steps. It goes on
until it is killed. Nothing of ours can be imported here; the games' wrappers are read from their files.
"""

from __future__ import annotations

import runpy
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from sample_factory.algo.utils.misc import LEARNER_ENV_STEPS, ExperimentStatus
from sample_factory.cfg.arguments import parse_full_cfg, parse_sf_args
from sample_factory.envs.env_utils import register_env
from sample_factory.train import make_runner

SETTINGS = {
    "device": "cpu",
    "num_workers": 2,
    "num_envs_per_worker": 8,
    "rollout": 32,
    "batch_size": 1024,
    "num_epochs": 3,
    "use_rnn": False,
    "seed": 0,
    "train_for_env_steps": 10**9,
    "heartbeat_reporting_interval": 10**6,  # seconds: while it is paused, nothing in it beats
}
LAYERS = ("64", "64")
"""Units of each layer of the network."""


class FlatNetHack(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Map and status of plain NLE in one row, as stable-baselines3's `MultiInputPolicy` sees them."""

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        super().__init__(env)
        parts: Any = env.observation_space
        size = sum(int(np.prod(part.shape)) for part in parts.values())
        self.observation_space = spaces.Box(-np.inf, np.inf, (size,), np.float32)

    def reset(self, **options: Any) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start a game."""
        seen, told = self.env.reset(**options)
        return flat(seen), told

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """One step."""
        seen, reward, terminated, truncated, told = self.env.step(action)
        return flat(seen), float(reward), terminated, truncated, told


def flat(seen: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    """All parts of an observation in a row, float32."""
    return np.concatenate([part.ravel() for part in seen.values()]).astype(np.float32)


def make_game(
    name: str, settings: Any, place: Any, render_mode: str | None = None
) -> gymnasium.Env[Any, Any]:
    """The unmodified game with what a plain training on it sees; made in Sample Factory's workers.

    Args:
        name: ``crafter`` or ``nethack``.
        settings: Sample Factory's.
        place: which worker and which of its games; None where only the spaces are asked for.
        render_mode: ignored.
    """
    del settings, render_mode
    if name == "nethack":
        return FlatNetHack(beside("plain_nethack")["make_plain_nethack"]())
    seed = 0 if place is None else 100 * place.worker_index + place.vector_index
    game: gymnasium.Env[Any, Any] = beside("plain_crafter")["SymbolicCrafter"](seed)
    return game


def beside(module: str) -> dict[str, Any]:
    """What a module of the bench defines, read from its file."""
    return runpy.run_path(str(Path(__file__).parents[1] / f"{module}.py"))


def main(game: str, folder: str, pipe: int) -> int:
    """Train; the result says whether Sample Factory ended well."""
    reports = Connection(pipe, readable=False)

    def report(runner: Any, message: dict[str, Any], policy: int) -> None:
        if steps := int(message[LEARNER_ENV_STEPS]):  # none before the first batch is learned
            reports.send(steps)

    register_env(game, make_game)
    arguments = [
        f"--env={game}",
        f"--train_dir={folder}",
        "--experiment=peer",
        "--encoder_mlp_layers",
        *LAYERS,
    ]
    arguments += [f"--{name}={value}" for name, value in SETTINGS.items()]
    parser, _ = parse_sf_args(arguments)
    _, runner = make_runner(parse_full_cfg(parser, arguments))
    runner.policy_msg_handlers[LEARNER_ENV_STEPS].append(report)
    status = runner.init()
    if status == ExperimentStatus.SUCCESS:
        status = runner.run()
    return int(status != ExperimentStatus.SUCCESS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
