"""One of MineDojo's tasks in the block world, without the package: what it begins with and when it is done.

The rules are those of the package's own classes of tasks, stated anew; the package has the last word wherever
it is played through.
"""

from __future__ import annotations

from envs.errors import NotObtainable
from envs.facts import EndStatus
from envs.minecraft.carrying import in_slots
from envs.minecraft.catalogue.table import CatalogueTask, load_catalogue
from envs.minecraft.game import MinecraftGame
from envs.minecraft.package.task import OPEN_ENDED, task_id
from envs.minecraft.world import BlockWorld, Start
from envs.minecraft.world.tables.biomes import BIOME

NIGHT = 18_000
"""Time of day at which tasks of the night begin."""


class TaskGame(MinecraftGame):
    """Every episode begins with a task, and ends with success when it is done.

    Args:
        task: its id or its words.

    Raises:
        UnknownTask: there is no such task.
        NotObtainable: nobody can do it, or not in the block world.
    """

    def __init__(self, task: str) -> None:
        super().__init__()
        name = task_id(task)
        self._task = None if name == OPEN_ENDED else load_catalogue().task[name]
        if self._task is not None:
            self._start = start_of(self._task)

    def _act(self, action: int) -> None:
        super()._act(action)
        task = self._task
        if task is not None and self._status is not EndStatus.DEATH and is_done(task, self._world):
            self._status = EndStatus.SUCCESS


def start_of(task: CatalogueTask) -> Start:
    """How a task begins. Raises `NotObtainable` for a biome that the block world does not have."""
    if task.biome and task.biome not in BIOME:
        raise NotObtainable(
            f"the task {task.id!r} cannot be played here: the block world does not have the biome "
            f"{task.biome!r}; it has {', '.join(BIOME)}"
        )
    return Start(
        inventory=in_slots(task.carried),
        biome=task.biome or None,
        time=NIGHT if task.night else 0,
        mobs=task.mobs,
    )


def is_done(task: CatalogueTask, world: BlockWorld) -> bool:
    """Whether a task is done: gathered, killed, or made and used; never for tasks to survive.

    Source: the criteria of success of `minedojo` 0.1, ``tasks/meta``.
    """
    if task.kind == "harvest":
        held, before = _held(world), dict(task.carried)
        return all(held.get(item, 0) - before.get(item, 0) >= task.count for item in task.targets)
    if task.kind == "combat":
        killed = world.killed()
        return all(killed.get(mob, 0) >= task.count for mob in task.targets)
    if task.kind == "techtree":
        used = world.counted("used")
        return all(used.get(item, 0) >= 1 for item in task.targets)
    return False


def _held(world: BlockWorld) -> dict[str, int]:
    """Item -> how many there are in all slots, worn ones included."""
    found: dict[str, int] = {}
    for slot in world.inventory():
        found[slot.item] = found.get(slot.item, 0) + slot.count
    return found
