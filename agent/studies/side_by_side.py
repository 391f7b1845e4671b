"""Libraries practised with several slots against libraries practised with one, with the same game steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from agent.config import PracticeConfig, override
from agent.errors import BadConfig
from agent.play.job_pool import JobPool, run_again
from agent.play.jobs import Job
from agent.play.load import load_kit
from agent.stats import Estimate, nested_mean
from agent.studies.commands import CommandFailed, latest_run, practise
from agent.studies.ledger import Ledger, Part
from envs.registry import game_spec
from envs.seeding import training_seed
from envs.workers.cores import core_count

WAYS: Final = ("sequential", "parallel")
SEEDS: Final = "side by side"
"""Names the block of practice seeds that goals are played on, the same for all libraries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySideStudy:
    """Its settings.

    Attributes:
        game: registry name.
        libraries: of each way; library i of both ways has practice seed i.
        slots: of the parallel way.
        steps: game steps of each practice.
        minutes: most wall time of each; generous, so that steps decide.
        episodes: that each of the game's achievements is tried in, with each library.
        workers: of each slot, and of play.
    """

    game: str = "crafter"
    libraries: int = 3
    slots: int = 2
    steps: int = 300_000
    minutes: float = 120.0
    episodes: int = 10
    workers: int = field(default_factory=core_count)

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        if min(self.libraries, self.steps, self.episodes, self.workers) < 1 or self.slots < 2:
            raise BadConfig(
                f"libraries is {self.libraries}, steps {self.steps}, episodes {self.episodes}, workers "
                f"{self.workers} and slots {self.slots}; expected 1 or more, and 2 or more slots"
            )

    def check(self) -> None:
        """Raise `BadConfig` or `UnknownGame` for what practice would refuse."""
        spec = game_spec(self.game)
        if not spec.achievements:
            raise BadConfig(f"{self.game} has no achievements that libraries could be compared by")
        override(PracticeConfig(game=self.game), [f"slots={self.slots}", f"minutes={self.minutes}"])

    def settings(self) -> dict[str, Any]:
        """What tells this study from another."""
        return {
            "study": "side-by-side", "game": self.game, "libraries": self.libraries, "slots": self.slots,
            "steps": self.steps, "minutes": self.minutes, "episodes": self.episodes, "workers": self.workers,
        }  # fmt: skip

    def run(self, folder: Path, tell: Any) -> int:
        """Do what is not done yet; returns how many parts are done."""
        return Ledger(folder, self.settings()).run(self.parts(folder), tell)

    def parts(self, folder: Path) -> Iterator[Part]:
        """Practice and play of every library; both ways in turn."""
        for index in range(self.libraries):
            for way in WAYS:
                yield f"{way}/{index + 1}", partial(self._one, folder, way, index)

    def _one(self, folder: Path, way: str, index: int) -> Mapping[str, Any]:
        place = folder / f"{way}-{index + 1}"
        practise(
            place / "library", place / "runs",
            {
                "game": self.game, "seed": index, "budget_steps": self.steps, "minutes": self.minutes,
                "workers": self.workers, "slots": self.slots if way == "parallel" else 1,
            },
        )  # fmt: skip
        run = latest_run(place / "runs")
        if run is None:
            raise CommandFailed("practice left no run")
        result = run.result()
        return {
            "way": way, "index": index, "steps": result["steps"], "minutes": result["minutes"],
            "admitted": len(result["admitted"]), "goals": self._played(place / "library"),
        }  # fmt: skip

    def _played(self, library: Path) -> dict[str, list[bool]]:
        """Achievement -> whether it was reached, episode by episode; aborted twice counts as not reached."""
        spec, kit = game_spec(self.game), load_kit(library, self.game)
        jobs: list[Job] = []
        for fact in spec.achievements:
            for episode in range(self.episodes):
                seed = training_seed(0, SEEDS, fact, episode)
                jobs.append(Job(seed=seed, goal={fact: 1}, max_steps=spec.max_steps, by_chance=True))
        reached: dict[int, bool] = {}
        with closing(JobPool(self.workers)) as pool:
            for result in run_again(pool, kit, jobs):
                reached[result.job.seed] = result.goal_reached and not result.aborted
        return {
            fact: [reached[training_seed(0, SEEDS, fact, episode)] for episode in range(self.episodes)]
            for fact in spec.achievements
        }


def success(records: Sequence[Mapping[str, Any]]) -> Estimate:
    """Mean success over libraries, achievements and episodes, in percent."""
    return nested_mean([[_percent(reached) for reached in r["goals"].values()] for r in records])


def difference(records: Sequence[Mapping[str, Any]]) -> Estimate | None:
    """How much more often the parallel libraries reach goals, in points, paired by seed and episode.

    Returns:
        None while there is no pair.
    """
    by_index: dict[int, dict[str, Mapping[str, Any]]] = {}
    for record in records:
        by_index.setdefault(record["index"], {})[record["way"]] = record["goals"]
    pairs = [ways for ways in by_index.values() if len(ways) == len(WAYS)]
    if not pairs:
        return None
    return nested_mean([
        [
            [100.0 * (other - own) for own, other in zip(ways["sequential"][goal], reached, strict=True)]
            for goal, reached in ways["parallel"].items()
        ]
        for ways in pairs
    ])  # fmt: skip


def _percent(reached: Sequence[bool]) -> list[float]:
    return [100.0 * value for value in reached]
