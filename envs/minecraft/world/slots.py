"""The inventory from outside compiled code: what is in each slot, and a store to craft from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from envs.minecraft.world.state import COUNTERS, N_SLOTS
from envs.minecraft.world.tables.items import ITEM, ITEMS, STACK, USES

N_CARRIED = 36


@dataclass(frozen=True, slots=True)
class Slot:
    """What is in one slot.

    Attributes:
        item: name; ``air`` for nothing.
        count: how many.
        wear: uses behind it.
        uses: uses that such a thing has; 0 for what never wears.
    """

    item: str
    count: int
    wear: int
    uses: int


def slots_of(world: Any) -> list[Slot]:
    """All 41 slots of a world's record."""
    items, counts, wear = world["slot_item"], world["slot_count"], world["slot_wear"]
    return [
        Slot(ITEMS[i], int(n), int(w), int(USES[i])) if n else Slot("air", 0, 0, 0)
        for i, n, w in zip(items.tolist(), counts.tolist(), wear.tolist(), strict=True)
    ]


class SlotStore:
    """The carried slots as a store that `envs.minecraft.making` crafts from; what does not fit is `spilt`.

    Args:
        world: a world's record.

    Attributes:
        spilt: item and how many of what found no room.
    """

    def __init__(self, world: Any) -> None:
        self._world = world
        self.spilt: list[tuple[int, int]] = []

    @property
    def fuel(self) -> int:
        """Ticks of fuel that are left over."""
        return int(self._world["fuel"])

    @fuel.setter
    def fuel(self, ticks: int) -> None:
        """Set what is left over."""
        self._world["fuel"] = ticks

    def count(self, item: str) -> int:
        """How many of an item are carried."""
        there = self._world["slot_item"][:N_CARRIED] == ITEM[item]
        return int(self._world["slot_count"][:N_CARRIED][there].sum())

    def take(self, item: str, count: int = 1) -> None:
        """Take some away, from the first slots first."""
        for slot in range(N_CARRIED):
            if count and self._world["slot_item"][slot] == ITEM[item]:
                part = min(count, int(self._world["slot_count"][slot]))
                count -= part
                self.put(slot, item, int(self._world["slot_count"][slot]) - part)

    def put(self, slot: int, item: str, count: int, wear: int | None = None) -> None:
        """Have a slot hold so many of an item."""
        world = self._world
        kept = int(world["slot_wear"][slot]) if wear is None else wear
        world["slot_item"][slot] = ITEM[item] if count > 0 else 0
        world["slot_count"][slot] = max(0, count)
        world["slot_wear"][slot] = kept if count > 0 else 0

    def give(self, item: str, count: int = 1) -> None:
        """Put some in, where there are such, then into empty slots."""
        most = int(STACK[ITEM[item]])
        items, counts = self._world["slot_item"], self._world["slot_count"]
        for alike in (True, False):
            for slot in range(N_CARRIED):
                there = int(counts[slot])
                if count and (there and items[slot] == ITEM[item] and there < most if alike else not there):
                    part = min(count, most - there)
                    self.put(slot, item, there + part, None if there else 0)
                    count -= part
        if count:
            self.spilt.append((ITEM[item], count))

    def held(self) -> Iterable[str]:
        """The items carried, by slot."""
        return [
            ITEMS[int(self._world["slot_item"][s])] for s in range(N_CARRIED) if self._world["slot_count"][s]
        ]

    def find(self, item: str) -> int | None:
        """The first slot with an item, worn ones included; None for none."""
        for slot in range(N_SLOTS):
            if self._world["slot_count"][slot] and self._world["slot_item"][slot] == ITEM[item]:
                return slot
        return None

    def swap(self, one: int, other: int) -> None:
        """Exchange what is in two slots."""
        for name in ("slot_item", "slot_count", "slot_wear"):
            row = self._world[name]
            row[one], row[other] = int(row[other]), int(row[one])


def counts_of(world: Any, counter: str) -> dict[str, int]:
    """One of `COUNTERS` by item; what is zero is left out."""
    row = world["counts"][COUNTERS.index(counter)]
    return {ITEMS[i]: int(row[i]) for i in row.nonzero()[0].tolist()}
