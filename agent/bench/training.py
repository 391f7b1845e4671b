"""Training throughput: the whole loop against plain stable-baselines3 on the same game, side by side."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping
from functools import partial

from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.isolate import load_average
from agent.bench.race import Contender, Outcome, race
from agent.bench.settings import Settings

PIXELS_TARGET = 15.0
SYMBOLS_TARGET = 3.0

OURS = "whole loop"
PIXELS_HERE = "SB3 CnnPolicy, pixels, one process"
PIXELS_APART = "SB3 CnnPolicy, pixels, process per game"
SYMBOLS = "SB3 MlpPolicy, symbols, one process"

_PLAIN = (
    "8 unmodified games, 128 steps a rollout, else the defaults of stable-baselines3; making worlds counted"
)
_HOW = {
    OURS: (
        "train_skill on collect_wood: 16 games in 2 workers, from saved states (no worlds are made), "
        "model-written reward and termination in the sandbox, PPO update, log and checkpoints"
    ),
    PIXELS_HERE: f"the faster of one process and one per game; 64 by 64 pixels; {_PLAIN}",
    PIXELS_APART: f"the faster of one process and one per game; 64 by 64 pixels; {_PLAIN}",
    SYMBOLS: f"one-hot 9 by 7 view and inventory, nothing drawn; {_PLAIN}",
}


def training(settings: Settings) -> list[Figure]:
    """Steps per second of whole trainings that take turns, their ratios, and their memory."""
    from agent.bench.contenders import train_ours, train_pixels, train_symbols

    contenders = [
        Contender(OURS, train_ours),
        Contender(PIXELS_HERE, partial(train_pixels, False), group="pixels"),
        Contender(PIXELS_APART, partial(train_pixels, True), group="pixels"),
        Contender(SYMBOLS, train_symbols),
    ]
    return figures(race(contenders, settings.rounds, settings.seconds, _announce))


def _announce(what: str) -> None:
    print(f"  {what} (load average {load_average():.2f})", file=sys.stderr)


def figures(outcomes: Mapping[str, Outcome]) -> list[Figure]:
    """Speeds of all but the slower way with pixels, ratios round by round, memory."""
    ours = outcomes[OURS]
    pixels = max((PIXELS_HERE, PIXELS_APART), key=lambda name: outcomes[name].speeds[0])
    others = {pixels: PIXELS_TARGET, SYMBOLS: SYMBOLS_TARGET}
    found = [
        Figure(name=name, samples=outcomes[name].speeds, unit="steps/s", how=_HOW[name])
        for name in (OURS, *others)
    ]
    for name, target in others.items():
        found.append(
            Figure(
                name=f"{OURS} / {name}",
                samples=pairwise_ratios(ours.speeds, outcomes[name].speeds),
                unit="x",
                target=target,
                at_least=True,
                how="round by round",
            )
        )
    for name in others:
        laps = outcomes[name].laps
        share = statistics.median(lap.aside / lap.seconds for lap in laps)
        found.append(
            Figure(
                name=f"the same, {name}, without its making worlds",
                samples=pairwise_ratios(ours.speeds, [lap.speed_without for lap in laps]),
                unit="x",
                how=f"making worlds took {share:.0%} of that training; ours makes none here",
            )
        )
    return found + _memory(ours)


def _memory(ours: Outcome) -> list[Figure]:
    how = f"after {sum(lap.steps for lap in ours.laps):,} steps; episodes of {ours.notes['mean_length']:.0f}"
    return [
        Figure(name=f"training, {what}: peak memory", samples=(ours.notes[key],), unit="MiB", how=how)
        for key, what in (("main_mib", "main process"), ("worker_mib", "largest worker"))
    ]
