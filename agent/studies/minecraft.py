"""Tasks of MineDojo or Plan4MC carried out in the block world, directly or through the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from agent.api.playing import solve
from agent.errors import BadConfig
from agent.studies.ledger import Ledger, Part
from agent.symbolic.tasks import plan4mc_sets
from envs.game_options import check_options
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.label import DIRECT
from envs.minecraft.package.task import task_id
from envs.registry import game_spec
from planners.errors import NoPlan

GAME: Final = "minecraft"

PLAN4MC: Final = "plan4mc"
"""Stands for Plan4MC's forty tasks."""

MINEDOJO: Final = (
    "harvest_wool_with_shears_and_sheep", "harvest_milk_with_empty_bucket_and_cow", "harvest_1_log",
    "harvest_1_dirt", "harvest_1_cobblestone_with_wooden_pickaxe", "harvest_1_iron_ore_with_stone_pickaxe",
    "harvest_1_chest_with_crafting_table", "harvest_1_bowl_with_crafting_table",
    "harvest_1_stone_with_furnace_and_fuel", "harvest_8_log", "techtree_from_barehand_to_wooden_sword",
    "techtree_from_barehand_to_wooden_pickaxe", "techtree_from_barehand_to_wooden_shovel",
    "techtree_from_wood_to_stone_sword", "techtree_from_wood_to_stone_pickaxe",
    "combat_cow_plains_diamond_armors_diamond_sword_shield",
    "combat_pig_forest_iron_armors_iron_sword_shield",
    "combat_sheep_plains_leather_armors_wooden_sword_shield",
    "combat_spider_plains_diamond_armors_diamond_sword_shield",
    "combat_zombie_plains_diamond_armors_diamond_sword_shield",
)  # fmt: skip
"""Twenty of MineDojo's tasks, of three classes, that are played where none are named."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked for.

    Attributes:
        name: of the part.
        kind: MineDojo's class, or Plan4MC's set.
        goal: as ``journeyman solve`` takes it.
        carried: at the beginning, as the game's option has it.
        published: what is published of the set, 0..1; None for nothing.
    """

    name: str
    kind: str
    goal: str
    carried: str = ""
    published: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinecraftStudy:
    """Plays each task as ``journeyman solve`` does; what is done is kept task by task.

    Attributes:
        tasks: ids of MineDojo's tasks, or ``plan4mc`` for the forty; empty for `MINEDOJO`.
        engine: as the game's option.
        library: folder of skill libraries; None as ``journeyman solve`` chooses.
        untried: whether skills serve that nobody learned; they do where no library has any.
        episodes: of each task.
        max_steps: game steps of each episode.
        seed: the block of evaluation seeds.
        workers: processes.
    """

    tasks: tuple[str, ...] = ()
    engine: str = DIRECT
    library: Path | None = None
    untried: bool = False
    episodes: int = 2
    max_steps: int = 1_000
    seed: int = 0
    workers: int = 1

    def check(self) -> None:
        """Raise `BadConfig`, `BadGameOption` or `UnknownTask` where this cannot be played."""
        if min(self.episodes, self.max_steps, self.workers) < 1 or self.seed < 0:
            raise BadConfig("expected --episodes, --max-steps and --workers of 1 or more, no negative --seed")
        check_options(game_spec(GAME), {"engine": self.engine})
        forty = PLAN4MC in self.tasks
        if forty and (len(self.tasks) > 1 or self.engine != DIRECT):
            raise BadConfig(
                f"{PLAN4MC} stands for forty tasks that the package does not have; give it alone, with "
                f"--engine {DIRECT}"
            )
        for name in () if forty else self.tasks:
            task_id(name)

    def run(self, folder: Path, tell: Callable[[str], None]) -> int:
        """Play what was not played yet; returns how many tasks are done. Raises `EvaluationFailed`."""
        settings = {**asdict(self), "library": None if self.library is None else str(self.library)}
        ledger = Ledger(folder, {"study": "minecraft", **settings})
        return ledger.run(self._parts(folder), tell)

    def _parts(self, folder: Path) -> Iterator[Part]:
        for task in _tasks(self.tasks):
            yield task.name, partial(self._play, task, folder)

    def _play(self, task: _Task, folder: Path) -> Mapping[str, Any]:
        options = {"engine": self.engine, **({"carried": task.carried} if task.carried else {})}
        told = {"minecraft": task.kind, "task": task.name, "published": task.published}
        library, untried = self.library, self.untried
        try:
            report = solve(
                task.goal, library=library, untried=untried, game=GAME, game_options=options,
                episodes=self.episodes, max_steps=self.max_steps, seed=self.seed, workers=self.workers,
                runs_dir=folder / "runs",
            )  # fmt: skip
        except NoPlan as error:
            return {**told, "n": 0, "reached": 0, "why_not": str(error)}
        episodes = report.episodes
        return {
            **told,
            "n": len(episodes),
            "reached": report.successes,
            "steps": [episode.env_steps for episode in episodes],
            "endings": [episode.ending.words if episode.ending else "" for episode in episodes],
            "stand_in": report.stand_in,
            "run": report.run,
        }


def _tasks(names: Sequence[str]) -> Iterator[_Task]:
    if list(names) == [PLAN4MC]:
        for one in plan4mc_sets():
            for task in one.tasks:
                carried = [f"{item}={n}" for item, n in task.start.items() if "." not in item]
                goal = ", ".join(f"{fact}={n}" for fact, n in task.goal.items())
                yield _Task(task.name, f"Plan4MC, {one.name}", goal, ",".join(carried), one.published)
        return
    known = load_catalogue().task
    for name in names or MINEDOJO:
        found = task_id(name)
        yield _Task(found, f"MineDojo, {known[found].kind}", found)
