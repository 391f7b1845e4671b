"""What Ray costs: the same training and play in one slot of it and in one of plain processes, in turn."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TypeAlias

from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.settings import Settings
from agent.bench.training import warn_if_busy
from agent.play.kit import Kit
from agent.practice.slots import Apart, open_slots

TARGET_PERCENT = 5.0
"""Percent of the speed that Ray may cost in one slot."""
WORKERS = (1, 2)
"""Workers of the slot."""
ROLLOUT_STEPS = 1_024
"""Steps of a training that every slot takes first, so that its process has loaded everything."""
JOBS = 192
"""Pieces of play that are timed together."""


Do: TypeAlias = Callable[[Apart, Settings, int, Path, int], None]
"""Has a slot do what is timed: settings, workers, a folder, the number of the round."""


def cluster_overhead(settings: Settings) -> list[Figure]:
    """Percent by which Ray slows down a training and play, with one worker and with two.

    Raises:
        MissingDependency: Ray is not installed.
    """
    warn_if_busy()
    return [figure for workers in WORKERS for figure in _with(workers, settings)]


def _with(workers: int, settings: Settings) -> list[Figure]:
    from envs.workers.cluster.connection import disconnect

    with ExitStack() as stack:
        stack.callback(disconnect)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slots: dict[str, Apart] = {}
        for name, cluster in (("processes", ""), ("Ray", "local")):
            (slot,), baton = open_slots(1, workers, cluster)
            baton.take()
            stack.callback(slot.end)
            slots[name] = slot
        return [
            _figure(what, workers, _in_turn(do, slots, settings, workers, folder))
            for what, do in (("training", _training), ("play", _play))
        ]


def _in_turn(
    do: Do, slots: Mapping[str, Apart], settings: Settings, workers: int, folder: Path
) -> dict[str, list[float]]:
    """Seconds of every round; the first one, which loads what is needed, is left out."""
    seconds: dict[str, list[float]] = {name: [] for name in slots}
    for turn in range(settings.rounds + 1):
        for name in sorted(slots, reverse=bool(turn % 2)):  # none always comes second
            began = time.perf_counter()
            do(slots[name], settings, workers, folder / f"{name}-{turn}", turn)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def _figure(what: str, workers: int, seconds: Mapping[str, list[float]]) -> Figure:
    ratios = pairwise_ratios(seconds["Ray"], seconds["processes"])
    each = f"{workers} worker{'s' if workers > 1 else ''}"
    return Figure(
        name=f"Ray in one slot, {each}, {what}: cost", samples=tuple(100 * (r - 1) for r in ratios),
        unit="%", target=TARGET_PERCENT, how=HOW[what],
    )  # fmt: skip


HOW = {
    "training": "wall time of a training of Crafter's collect_wood in a slot, Ray against processes, in turn",
    "play": f"wall time of {JOBS} plans towards a stone pickaxe in Crafter, Ray against processes, in turn",
}


def _training(slot: Apart, settings: Settings, workers: int, folder: Path, turn: int) -> None:
    from agent.bench.designed_skill import GAME, designed_skill
    from envs.rollout.episode import Starts
    from skills.training.config import PPOConfig
    from skills.training.spec import TrainSpec

    spec = TrainSpec(
        game=GAME, skill=designed_skill(), starts=Starts(), work_dir=folder, target_success=2.0,
        budget_steps=settings.training_steps if turn else ROLLOUT_STEPS, seed=turn,
        config=PPOConfig(workers=workers),
    )  # fmt: skip
    slot.train(spec)


def _play(slot: Apart, settings: Settings, workers: int, folder: Path, turn: int) -> None:
    from agent.play.jobs import Job
    from envs.seeding import training_seed

    seeds = [training_seed(0, "overhead", turn, number) for number in range(JOBS)]
    jobs = [Job(seed=seed, goal={"stone_pickaxe": 1}) for seed in seeds]
    if len(list(slot.jobs.run(_kit(), jobs))) != JOBS:
        raise RuntimeError("a slot gave fewer results than it was given jobs")


@cache
def _kit() -> Kit:
    """The starter library, sent to each worker once."""
    from agent.bench.designed_skill import GAME
    from agent.play.libraries import shipped_library
    from agent.play.load import load_kit

    return load_kit(shipped_library(), GAME)
