"""Rules of the curriculum, compared: what is learned with the same steps, on the same seeds.

Everything is played on practice seeds; no evaluation is touched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.bench.figure import Figure
from agent.bench.settings import Settings
from agent.cli.output import say
from agent.config import CURRICULA, PracticeConfig
from agent.practice.loop import run_practice
from agent.records.journal import read_journal
from agent.records.runs import find_run
from agent.stats import bootstrap_mean

ROUND_STEPS: Mapping[str, int] = {"toy": 4_000, "crafter": 8_000}
"""Game -> steps of a round of training; small, so that there are many turns to choose."""


def toy_curricula(settings: Settings) -> list[Figure]:
    """The toy game."""
    return _compared("toy", settings)


def crafter_curricula(settings: Settings) -> list[Figure]:
    """Crafter."""
    return _compared("crafter", settings)


def _compared(game: str, settings: Settings) -> list[Figure]:
    learned: dict[str, list[float]] = {rule: [] for rule in CURRICULA}
    for seed in range(settings.rounds):
        for rule in CURRICULA:
            learned[rule].append(_learned(game, rule, seed, settings.training_steps))
            say(f"  {game}, {rule}, seed {seed}: {learned[rule][-1]:.2f}")
    figures = [
        Figure(
            name=f"{game}: skills at hand, curriculum {rule}", samples=tuple(samples), unit="skills",
            how=f"mean over {settings.training_steps:,} steps of practice; seeds 0 to {settings.rounds - 1}",
        )
        for rule, samples in learned.items()
    ]  # fmt: skip
    return figures + [_difference(game, rule, learned) for rule in CURRICULA[1:]]


def _difference(game: str, rule: str, learned: Mapping[str, list[float]]) -> Figure:
    pairs = tuple(new - old for new, old in zip(learned[rule], learned[CURRICULA[0]], strict=True))
    interval = bootstrap_mean(pairs).interval
    return Figure(
        name=f"{game}: {rule} less {CURRICULA[0]}", samples=pairs, unit="skills",
        how=f"paired by seed; 95 % interval of the mean {interval.low:+.2f} to {interval.high:+.2f}",
    )  # fmt: skip


def _learned(game: str, rule: str, seed: int, steps: int) -> float:
    """Skills in the library, averaged over the session's steps."""
    with tempfile.TemporaryDirectory() as folder:
        config = PracticeConfig(
            game=game, library=Path(folder) / "library", runs_dir=Path(folder) / "runs", seed=seed,
            budget_steps=steps, minutes=600, workers=1, round_steps=ROUND_STEPS[game], curriculum=rule,
            proposer="none",
        )  # fmt: skip
        report = run_practice(config)
        lines = read_journal(find_run(config.runs_dir, report.run).path / "metrics.jsonl")
        return mean_at_hand(lines, steps)


def mean_at_hand(lines: Any, steps: int) -> float:
    """Mean number of skills over the steps of a session, out of the lines of its metrics.

    >>> mean_at_hand([{"monitor/steps": 50, "monitor/skills": 2}, {"train/steps": 9}], 100)
    1.0
    """
    area, skills, before = 0.0, 0, 0
    for line in lines:
        if "monitor/steps" in line:
            now = min(int(line["monitor/steps"]), steps)
            area += skills * (now - before)
            skills, before = int(line["monitor/skills"]), now
    return (area + skills * (steps - before)) / steps
