"""Crafting and smelting as MineDojo's actions do it: which recipe, what it uses up, what burns.

The symbolic world and the block world share this; they differ in where things are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from envs.minecraft.catalogue.table import Catalogue, Recipe
from envs.minecraft.sources import BURN_TICKS, SMELTING_TICKS


class Store(Protocol):
    """Where things are kept.

    Attributes:
        fuel: ticks of fuel that are left over from before.
    """

    fuel: int

    def count(self, item: str) -> int:
        """How many of an item there are."""

    def take(self, item: str, count: int = 1) -> None:
        """Take some away; there must be as many."""

    def give(self, item: str, count: int = 1) -> None:
        """Put some in."""

    def held(self) -> Iterable[str]:
        """The items that there are, in the order in which fuel is taken from them."""


def craft(store: Store, catalogue: Catalogue, item: str, at_table: bool) -> Recipe | None:
    """Craft by the first recipe for which everything is there, if it may be crafted here.

    Returns:
        that recipe; None, and nothing has changed, where something is lacking.
    """
    if item not in catalogue.by_hand and not (item in catalogue.at_table and at_table):
        return None
    for recipe in catalogue.crafts[item]:
        if all(store.count(need) >= count for need, count in recipe.needs):
            for need, count in recipe.needs:
                store.take(need, count)
            store.give(item, recipe.count)
            return recipe
    return None


def smelt(store: Store, catalogue: Catalogue, item: str, at_furnace: bool) -> Recipe | None:
    """Smelt one piece of something, if there is a furnace, and fuel enough.

    Returns:
        the recipe; None, and nothing has changed, where something is lacking.
    """
    if item not in catalogue.in_furnace or not at_furnace:
        return None
    for recipe in catalogue.smelts[item]:
        ((need, _),) = recipe.needs
        if store.count(need) and _heat(store) >= SMELTING_TICKS:
            store.take(need)
            _burn(store)
            store.give(item, recipe.count)
            return recipe
    return None


def _heat(store: Store) -> int:
    """Ticks that everything there would burn, as Malmo counts them: it may be the thing to smelt itself."""
    return store.fuel + sum(
        BURN_TICKS.get(item, 0) * store.count(item) for item in dict.fromkeys(store.held())
    )


def _burn(store: Store) -> None:
    """Burn for one thing: what is left of the fuel before, then the first fuel that is carried.

    Source: `CraftingHelper.burnInventory` of Malmo.
    """
    store.fuel -= SMELTING_TICKS
    for item in list(dict.fromkeys(store.held())):
        while store.fuel < 0 and store.count(item) and item in BURN_TICKS:
            store.take(item)
            store.fuel += BURN_TICKS[item]
            if item == "lava_bucket":
                store.give("bucket")
