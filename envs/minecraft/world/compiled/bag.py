"""The slots of the inventory: what is put into them, and what wears out."""

from __future__ import annotations

from envs.grid.compiling import inner, integer
from envs.minecraft.world.state import COUNTERS, World
from envs.minecraft.world.tables.items import AIR, STACK, USES

N_CARRIED = integer(36)
HAND = integer(0)
_BROKEN = COUNTERS.index("broken")


@inner
def add_item(world: World, item: int, count: int, wear: int) -> int:
    """Put things into the inventory: where there are such, then into the first empty slots.

    Returns:
        how many did not fit.
    """
    most = integer(STACK[item])
    if most > 1:
        for i in range(N_CARRIED):
            if count > 0 and world.slot_item[i] == item and world.slot_count[i] < most:
                fits = min(count, most - integer(world.slot_count[i]))
                world.slot_count[i] += fits
                count -= fits
    for i in range(N_CARRIED):
        if count > 0 and world.slot_count[i] == 0:
            fits = min(count, most)
            world.slot_item[i], world.slot_count[i], world.slot_wear[i] = item, fits, wear
            count -= fits
    return count


@inner
def take_from(world: World, slot: int, count: int) -> None:
    """Take things out of a slot; it must hold as many."""
    world.slot_count[slot] -= count
    if world.slot_count[slot] <= 0:
        world.slot_item[slot], world.slot_count[slot], world.slot_wear[slot] = AIR, 0, 0


@inner
def find_item(world: World, item: int) -> int:
    """The first slot with an item, -1 for none."""
    for i in range(N_CARRIED):
        if world.slot_item[i] == item and world.slot_count[i] > 0:
            return i
    return integer(-1)


@inner
def wear_out(world: World, slot: int, by: int) -> None:
    """Wear what is in a slot, if it wears; what is worn through is gone."""
    item = integer(world.slot_item[slot])
    if world.slot_count[slot] == 0 or USES[item] == 0:
        return
    world.slot_wear[slot] += by
    if world.slot_wear[slot] > USES[item]:
        world.counts[_BROKEN, item] += 1
        take_from(world, slot, integer(1))
