"""A program: Craftax-Classic, symbols, on JAX's CPU, played at random. Runs in an environment of its own.

    python -I craftax_program.py GAMES RESTARTS FOLDER PIPE

GAMES go side by side; RESTARTS is ``restarting`` when games that are over start again, else ``endless``.
FOLDER is not used, PIPE is the number of an open pipe. After every hundred steps of each game the pipe is
sent the steps of all games so far. It goes on until it is killed. Nothing of ours can be imported here.
"""

from __future__ import annotations

import sys
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import jax
from craftax.craftax_env import make_craftax_env_from_name

GAME = "Craftax-Classic-Symbolic-v1"
STEPS = 100
"""Steps of each game in one compiled call."""


def play(env: Any, games: int, state: Any, key: Any) -> tuple[Any, Any]:
    """`STEPS` uniformly random steps of every game.

    Args:
        env: of Craftax.
        games: how many.
        state: of all games.
        key: of JAX's generator.

    Returns:
        The states afterwards, and a number that depends on every observation and reward, so that none of them
        can be left out.
    """

    def step(state: Any, key: Any) -> tuple[Any, Any]:
        choice, steps = jax.random.split(key)
        actions = jax.random.randint(choice, (games,), 0, env.num_actions)
        keys = jax.random.split(steps, games)
        seen, state, rewards, _, _ = jax.vmap(env.step, in_axes=(0, 0, 0, None))(
            keys, state, actions, env.default_params
        )
        return state, seen.sum() + rewards.sum()

    state, sums = jax.lax.scan(step, state, jax.random.split(key, STEPS))
    return state, sums.sum()


def main(games: int, restarts: bool, pipe: int) -> None:
    """Play until killed."""
    reports = Connection(pipe, readable=False)
    env = make_craftax_env_from_name(GAME, auto_reset=restarts)
    key = jax.random.PRNGKey(0)
    _, state = jax.vmap(env.reset, in_axes=(0, None))(jax.random.split(key, games), env.default_params)
    state = jax.tree.map(lambda part: part.astype(part.dtype), state)  # else the second call compiles again
    call = jax.jit(partial(play, env, games))
    done = 0
    while True:
        key, now = jax.random.split(key)
        state, total = call(state, now)
        total.block_until_ready()
        done += STEPS * games
        reports.send(done)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "restarting", int(sys.argv[4]))
