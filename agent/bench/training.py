"""Training throughput: the whole loop against plain stable-baselines3 on the same game, side by side."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from functools import partial

from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.isolate import load_average
from agent.bench.race import Contender, Outcome, best_way, first_round, race
from agent.bench.settings import Settings
from agent.cli.output import say

BUSY_LOAD = 0.7
"""Load average before the trainings from which on the figures are not to be trusted."""

OURS = "whole loop"
PIXELS = "SB3 CnnPolicy, pixels"
SYMBOLS = "SB3 MlpPolicy, symbols"
TARGETS = {PIXELS: 60.0, SYMBOLS: 15.0}
"""How many times as fast as each plain training ours is to be."""

_OURS_HOW = (
    "train_skill on collect_wood (5 pieces): 16 games in 2 workers, from saved states (no worlds are made), "
    "model-written reward and termination in the sandbox, PPO update, log and checkpoints"
)
_PLAIN_HOW = {
    PIXELS: "crafter.Env's own 64 by 64 pixels",
    SYMBOLS: "one-hot 9 by 7 view and inventory of crafter.Env, nothing drawn",
}


def training(settings: Settings) -> list[Figure]:
    """Steps per second of whole trainings that take turns, their ratios, and their memory."""
    warn_if_busy()
    racing = contenders()
    return figures(racing, race(racing, settings.rounds, settings.seconds, announce))


def contenders() -> list[Contender]:
    """Ours, and every way of each plain training."""
    from agent.bench.contenders import train_ours, train_pixels, train_symbols

    plain = {
        PIXELS: {
            "one process": partial(train_pixels, False, None),
            "one process, one torch thread": partial(train_pixels, False, 1),
            "a process per game": partial(train_pixels, True, None),
        },
        SYMBOLS: {
            "one process": partial(train_symbols, None),
            "one process, one torch thread": partial(train_symbols, 1),
        },
    }
    return [
        Contender(OURS, train_ours),
        *(
            Contender(f"{group}, {way}", train, group)
            for group, ways in plain.items()
            for way, train in ways.items()
        ),
    ]


def warn_if_busy() -> None:
    """Warn when the machine is busy."""
    if load_average() > BUSY_LOAD:
        announce("the machine is busy: speeds come out low, and ratios are not to be trusted")


def announce(what: str) -> None:
    """Print what is being measured, on stderr."""
    say(f"  {what} (load average {load_average():.2f})")


def figures(contenders: Sequence[Contender], outcomes: Mapping[str, Outcome]) -> list[Figure]:
    """Speeds of ours and of the fastest way of each plain training, ratios round by round, memory."""
    ours = outcomes[OURS]
    length = ours.notes["mean_length"]
    how = f"{_OURS_HOW}; episodes of {length:.0f} steps at the end"
    found = [Figure(name=OURS, samples=ours.speeds, unit="steps/s", how=how)]
    ratios: list[Figure] = []
    for group, target in TARGETS.items():
        best = best_way(contenders, outcomes, group)
        plain = outcomes[best]
        tried = first_round(contenders, outcomes, group)
        found.append(
            Figure(name=group, samples=plain.speeds, unit="steps/s", how=_plain_how(group, best, tried))
        )
        ratios += [
            Figure(
                name=f"{OURS} / {group}",
                samples=pairwise_ratios(ours.speeds, plain.speeds),
                unit="x",
                target=target,
                at_least=True,
                how="round by round",
            ),
            Figure(
                name=f"{OURS} / {group} less its making worlds",
                samples=pairwise_ratios(ours.speeds, [lap.speed_without for lap in plain.laps]),
                unit="x",
                how=f"making worlds took {_making(plain):.0%} of that training; ours makes none here",
            ),
        ]
    return [*found, *ratios, *_memory(ours)]


def _plain_how(group: str, name: str, tried: str) -> str:
    return (
        f"{_PLAIN_HOW[group]}; 8 games, {name.removeprefix(group + ', ')} (the fastest way in the first "
        f"round: {tried}); 128 steps a rollout, else the defaults of stable-baselines3; making worlds counted"
    )


def _making(plain: Outcome) -> float:
    return statistics.median(lap.aside / lap.seconds for lap in plain.laps)


def _memory(ours: Outcome) -> list[Figure]:
    how = f"after {sum(lap.steps for lap in ours.laps):,} steps"
    return [
        Figure(name=f"training, {what}: peak memory", samples=(ours.notes[key],), unit="MiB", how=how)
        for key, what in (("main_mib", "main process"), ("worker_mib", "largest worker"))
    ]
