"""Training throughput on NetHack: the whole loop against plain NLE with stable-baselines3, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.race import Contender, Outcome, best_way, first_round, race
from agent.bench.settings import Settings
from agent.bench.training import announce, warn_if_busy

OURS = "NetHack: whole loop"
PLAIN = "NetHack: SB3 MultiInputPolicy, map and status"
RATIO_TARGET = 6.0
"""How many times as fast as the plain training ours is to be."""
SPEED_TARGET = 5_000.0
"""Environment steps per second of ours, on two idle cores."""

_OURS_HOW = (
    "train_skill on discoverer (40 cells more): 16 games in 2 workers, one episode in eight in a new "
    "dungeon, facts and encoding, model-written reward in the sandbox, PPO update, log and checkpoints"
)
_PLAIN_HOW = (
    "NetHackScore-v0 through Gymnasium with glyphs and blstats (the default observations, 148,046 numbers, "
    "are far slower to train on)"
)


def nethack_training(settings: Settings) -> list[Figure]:
    """Steps per second of whole trainings that take turns, and their ratios."""
    warn_if_busy()
    racing = contenders()
    return figures(racing, race(racing, settings.rounds, settings.seconds, announce))


def contenders() -> list[Contender]:
    """Ours, and every way of the plain training."""
    from agent.bench.contenders import train_nethack, train_ours_nethack

    ways = {
        "one process": partial(train_nethack, False, None),
        "one process, one torch thread": partial(train_nethack, False, 1),
        "a process per game": partial(train_nethack, True, None),
        "a process per game, one torch thread": partial(train_nethack, True, 1),
    }
    return [
        Contender(OURS, train_ours_nethack),
        *(Contender(f"{PLAIN}, {way}", train, PLAIN) for way, train in ways.items()),
    ]


def figures(contenders: Sequence[Contender], outcomes: Mapping[str, Outcome]) -> list[Figure]:
    """Speed of ours and of the fastest way of the plain training, and their ratio round by round."""
    ours = outcomes[OURS]
    best = best_way(contenders, outcomes, PLAIN)
    plain = outcomes[best]
    plain_how = (
        f"{_PLAIN_HOW}; 8 games, {best.removeprefix(f'{PLAIN}, ')} (the fastest way in the first round: "
        f"{first_round(contenders, outcomes, PLAIN)}); 128 steps a rollout, else the defaults of "
        "stable-baselines3; starting games counted"
    )
    return [
        Figure(
            name=OURS,
            samples=ours.speeds,
            unit="steps/s",
            target=SPEED_TARGET,
            at_least=True,
            how=f"{_OURS_HOW}; episodes of {ours.notes['mean_length']:.0f} steps at the end",
        ),
        Figure(name=PLAIN, samples=plain.speeds, unit="steps/s", how=plain_how),
        Figure(
            name=f"{OURS} / {PLAIN.removeprefix('NetHack: ')}",
            samples=pairwise_ratios(ours.speeds, plain.speeds),
            unit="x",
            target=RATIO_TARGET,
            at_least=True,
            how="round by round",
        ),
    ]
