"""What a live page costs practice: its step rate with pictures and without, turn by turn."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from agent.bench.figure import Figure, pairwise_ratios, scaled, seconds_of
from agent.bench.race import Contender, race
from agent.bench.settings import Settings
from agent.bench.training import announce, warn_if_busy
from agent.practice.live import EVERY_S, LiveFiles, picture_size
from envs.registry import game_spec, make_game
from envs.rollout.view import GameView
from envs.seeding import training_seed
from skills.training.spec import TrainProgress

TARGET_PERCENT = 2.0
"""Percent of the step rate that a live page may cost."""
GAMES = ("crafter", "nethack")
"""Games whose pictures are timed by themselves."""


def live_cost(settings: Settings) -> list[Figure]:
    """Percent of the step rate that state and pictures cost, and what one picture takes."""
    from agent.bench.contenders import train_ours, train_watched

    warn_if_busy()
    outcomes = race(
        [Contender("unwatched", train_ours), Contender("watched", train_watched)],
        settings.rounds, settings.seconds, announce,
    )  # fmt: skip
    ratios = pairwise_ratios(outcomes["watched"].speeds, outcomes["unwatched"].speeds)
    return [
        Figure(
            name="live page, cost in step rate",
            samples=tuple(100 * (1 - ratio) for ratio in ratios),
            unit="%",
            target=TARGET_PERCENT,
            how=f"train_skill on Crafter's collect_wood, a picture every {EVERY_S:g} s against none, in turn",
        ),
        *(_picture(game, settings.repeats) for game in GAMES),
    ]


def _picture(name: str, repeats: int) -> Figure:
    """What a picture of a game takes, with the state that goes along: drawing, packing, writing."""
    spec, game = game_spec(name), make_game(name)
    game.reset(training_seed(0, "live cost"))
    facts = np.zeros(len(spec.facts), np.int32)
    game.fact_values(facts)
    with tempfile.TemporaryDirectory() as folder:

        def once() -> None:
            live = LiveFiles(folder=Path(folder) / "live", spec=spec)
            view = GameView(picture=game.frame(picture_size(spec)), facts=facts, steps=1)
            live.trained(
                TrainProgress(
                    steps=1, budget_steps=1, seconds=1.0, episodes=1, success_rate=0.0, mean_reward=0.0,
                    mean_length=1.0, steps_per_second=1.0, view=view,
                ),
                ["skill"],
            )  # fmt: skip

        once()
        samples = seconds_of(once, repeats)
    game.close()
    return Figure(
        name=f"live page, a picture of {spec.title}",
        samples=scaled(samples, 1000),
        unit="ms",
        target=10 * EVERY_S * TARGET_PERCENT,
        how=f"drawn, packed and written with the state, every {EVERY_S:g} s",
    )
