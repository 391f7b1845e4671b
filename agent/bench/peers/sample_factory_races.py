"""Training throughput beside Sample Factory's: in the same race as ours and plain stable-baselines3."""

from __future__ import annotations

from collections.abc import Mapping

from agent.bench import nethack_training, training
from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.race import Outcome, race
from agent.bench.settings import Settings
from agent.bench.training import announce, warn_if_busy

CRAFTER = "Sample Factory, symbols"
CRAFTER_TARGET = 15.0
NETHACK = "NetHack: Sample Factory, map and status"
NETHACK_TARGET = 2.0
"""How many times as fast ours is to be."""

_HOW = (
    "{game}; Sample Factory 2.1.1, its defaults but for 2 workers of 8 games, layers of 64 and 64, no memory "
    "and batches of 1,024 in 3 epochs, on the CPU; its own count of steps; stopped between turns"
)
_CRAFTER_HOW = _HOW.format(game="crafter.Env with what SB3's MlpPolicy sees, making worlds counted")
_NETHACK_HOW = _HOW.format(game="NetHackScore-v0 with glyphs and blstats in a row, starting games counted")


def crafter_peers(settings: Settings) -> list[Figure]:
    """What `agent.bench.training.training` measures, with Sample Factory in the race. Raises `NoPeer`."""
    from agent.bench.peers.contenders import sample_factory

    peer = sample_factory(CRAFTER, "crafter")
    warn_if_busy()
    racing = training.contenders()
    outcomes = race([*racing, peer], settings.rounds, settings.seconds, announce)
    return [
        *training.figures(racing, outcomes),
        *figures(outcomes, training.OURS, CRAFTER, CRAFTER_TARGET, _CRAFTER_HOW),
    ]


def nethack_peers(settings: Settings) -> list[Figure]:
    """What `nethack_training` measures, with Sample Factory in the race. Raises `NoPeer`."""
    from agent.bench.peers.contenders import sample_factory

    peer = sample_factory(NETHACK, "nethack")
    warn_if_busy()
    racing = nethack_training.contenders()
    outcomes = race([*racing, peer], settings.rounds, settings.seconds, announce)
    return [
        *nethack_training.figures(racing, outcomes),
        *figures(outcomes, nethack_training.OURS, NETHACK, NETHACK_TARGET, _NETHACK_HOW),
    ]


def figures(outcomes: Mapping[str, Outcome], ours: str, peer: str, target: float, how: str) -> list[Figure]:
    """Speed of a peer, and the ratio of ours to it round by round."""
    speeds = outcomes[peer].speeds
    return [
        Figure(name=peer, samples=speeds, unit="steps/s", how=how),
        Figure(
            name=f"{ours} / {peer.removeprefix('NetHack: ')}",
            samples=pairwise_ratios(outcomes[ours].speeds, speeds),
            unit="x",
            target=target,
            at_least=True,
            how="round by round",
        ),
    ]
