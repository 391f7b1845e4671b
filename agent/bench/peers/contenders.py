"""The peers as contenders of a race: each a program in an environment of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from agent.bench.peers.environment import environment, packages
from agent.bench.peers.process import train_peer
from agent.bench.race import Contender


def sample_factory(name: str, game: str) -> Contender:
    """Sample Factory's training on ``crafter`` or ``nethack``. Raises `NoPeer`."""
    return _peer(name, "sample-factory", "sample_factory_program.py", (game,))


def craftax(name: str, games: int, restarts: bool) -> Contender:
    """Random play of Craftax-Classic; see `agent.bench.peers.craftax_program`. Raises `NoPeer`."""
    return _peer(name, "craftax", "craftax_program.py", (str(games), "restarting" if restarts else "endless"))


def _peer(name: str, listed: str, program: str, arguments: tuple[str, ...]) -> Contender:
    python = environment(packages(listed))
    file = Path(__file__).with_name(program)
    return Contender(name, partial(train_peer, str(python), str(file), arguments))
