"""Minecraft without space and time: what is held, what is near, and the game's real recipes.

Crafting and smelting follow the recipes of the catalogue exactly, fuel burns as in Malmo, tools wear out as
in the game. Space is left out: whatever the world has can be found, there is as much of it as is wanted,
any amount can be carried, and nobody is hurt. What drops by chance is tried for until it drops; how much
then comes is drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from envs.minecraft.catalogue.table import Catalogue, load_catalogue
from envs.minecraft.making import craft, smelt
from envs.minecraft.names import MATERIALS, TIERS, TOOL_KINDS
from envs.minecraft.places import WORLDS
from envs.minecraft.sources import (
    BUILT,
    BURIED,
    OUTER_ISLANDS,
    SOURCES,
    Source,
    world_of,
)

HITS: Final = 4
"""Blows that a sword takes a wear of for every kill."""

PLACES: Final = {"crafting_table": "table", "furnace": "furnace"}
"""Item -> what stands there once it is placed."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a player sets out to do.

    Attributes:
        verb: ``find``, ``gather``, ``craft``, ``smelt``, ``place`` or ``reach``.
        thing: what is found, gathered from, made or placed; the fact that ``reach`` is to bring about.
        drop: what ``gather`` is after.
        kills: whether ``gather`` kills what it gathers from.
    """

    verb: str
    thing: str
    drop: str = ""
    kills: bool = False


def way_of(operation: Operation) -> Source | None:
    """How a ``gather`` comes by what it is after; None where that thing does not give it."""
    sought = operation.thing, operation.drop, operation.kills
    return next((way for way in SOURCES if (way.thing, way.drop, way.kills) == sought), None)


class SymbolicWorld:
    """One game. Facts have the names of `envs.minecraft.facts`.

    Args:
        carried: items at the start.
        seed: of what drops.
        catalogue: the recipes; those that come with Journeyman unless given.
        world: where the game begins.
        levels: bars, which stay as they are.

    Attributes:
        fuel: ticks of fuel that are left over.
    """

    def __init__(
        self,
        carried: Mapping[str, int] | None = None,
        seed: int = 0,
        catalogue: Catalogue | None = None,
        world: str = "overworld",
        levels: Mapping[str, int] | None = None,
    ) -> None:
        self._catalogue = catalogue or load_catalogue()
        self._rng = random.Random(seed)
        self._held = {item: count for item, count in (carried or {}).items() if count > 0}
        self._wear: dict[str, int] = {}
        self.fuel = 0
        self._near: set[str] = set()
        self._world = world
        self._built: dict[str, set[str]] = {name: set() for name in WORLDS}
        self._killed: dict[str, int] = {}
        self._crossed = False
        self._levels = dict(levels or {})
        self._reaches: Mapping[str, Callable[[], bool]] = {
            "near.portal": self._build_portal,
            "near.end_portal": self._open_end_portal,
            "near.obsidian": self._cast_obsidian,
            "in.nether": lambda: self._step_through("overworld", "portal", "nether"),
            "in.end": lambda: self._step_through("overworld", "end_portal", "end"),
            "in.overworld": self._go_home,
            "nether_star": self._kill_wither,
            "killed.ender_dragon": self._kill_dragon,
        }

    @classmethod
    def where(cls, facts: Mapping[str, int], seed: int = 0) -> SymbolicWorld:
        """A world in which these facts hold, as far as facts can say.

        A tier that no tool among the facts has gets a tool of wood, stone, iron or diamond.
        """
        held = {fact: count for fact, count in facts.items() if "." not in fact}
        of_tier = {tier: material for material, tier in TIERS.items() if material != "golden"}
        for kind in TOOL_KINDS:
            tier = facts.get(f"{kind}.tier", 0)
            if tier and not any(held.get(f"{m}_{kind}") for m, t in TIERS.items() if t >= tier):
                held[f"{of_tier[tier]}_{kind}"] = 1
        start = next((name for name in WORLDS if facts.get(f"in.{name}")), "overworld")
        world = cls(held, seed, world=start)
        for fact, value in facts.items():
            group, _, thing = fact.partition(".")
            if group == "killed" and value:
                world._killed[thing] = value
            if group == "near" and value:
                world._near.add(thing)
            if group in ("near", "known") and value and thing in BUILT:
                world._built[start].add(thing)
        return world

    def facts(self) -> dict[str, int]:
        """What is held, near and so on; facts that are zero are left out."""
        near = {f"near.{thing}": 1 for thing in self._near}
        known = {f"known.{thing}": 1 for thing in self._built[self._world] | self._near}
        tiers = {f"{kind}.tier": tier for kind in TOOL_KINDS if (tier := self._tier(kind))}
        killed = {f"killed.{mob}": count for mob, count in self._killed.items()}
        return {**self._held, **self._levels, **near, **known, **tiers, **killed, f"in.{self._world}": 1}

    def do(self, operation: Operation) -> bool:
        """Carry an operation out; False, and nothing has changed, where something is lacking.

        Raises:
            ValueError: there is no such operation.
        """
        verb, thing = operation.verb, operation.thing
        if verb == "find":
            return self._find(thing)
        if verb == "gather":
            return self._gather(operation)
        if verb == "craft":
            return self._craft(thing)
        if verb == "smelt":
            return self._smelt(thing)
        if verb == "place":
            return self._place(thing)
        if verb == "reach" and thing in self._reaches:
            return self._reaches[thing]()
        raise ValueError(
            f"no way to {verb} {thing!r} here; known verbs: find, gather, craft, smelt, place, reach"
        )

    def count(self, item: str) -> int:
        """How many of an item are held."""
        return self._held.get(item, 0)

    def take(self, item: str, count: int = 1) -> None:
        """Take some away; as many must be held."""
        self._held[item] -= count
        if not self._held[item]:
            del self._held[item]

    def give(self, item: str, count: int = 1) -> None:
        """Add some."""
        self._held[item] = self.count(item) + count

    def held(self) -> Iterable[str]:
        """What is held, in the order in which it was come by."""
        return list(self._held)

    def _tier(self, kind: str) -> int:
        return max((TIERS[m] for m in MATERIALS if self.count(f"{m}_{kind}")), default=0)

    def _use(self, tool: str, times: int = 1) -> None:
        """Wear a tool, or the best of a kind, if there is one; what is worn through is gone."""
        if tool in TOOL_KINDS:
            carried = [f"{material}_{tool}" for material in MATERIALS if self.count(f"{material}_{tool}")]
            if not carried:
                return
            tool = max(carried, key=lambda name: TIERS[name.partition("_")[0]])
        uses = self._catalogue.item[tool].uses
        if uses:
            self._wear[tool] = self._wear.get(tool, 0) + times
            if self._wear[tool] > uses:
                self._wear.pop(tool)
                self.take(tool)

    def _find(self, thing: str) -> bool:
        if thing in BUILT:
            there = thing in self._built[self._world]
        else:
            there = world_of(thing) == self._world and (thing not in BURIED or self._tier("pickaxe") > 0)
        if not there or (thing in OUTER_ISLANDS and not self._cross()):
            return False
        self._near = {thing}
        return True

    def _cross(self) -> bool:
        """Go over to the outer islands of the End."""
        if not self._crossed:
            if not self._killed.get("ender_dragon") or not self.count("ender_pearl"):
                return False
            self.take("ender_pearl")
            self._crossed = True
        return True

    def _gather(self, operation: Operation) -> bool:
        thing, drop = operation.thing, operation.drop
        way = way_of(operation)
        if way is None or thing not in self._near or not self._able(way):
            return False
        if way.takes:
            self.take(way.takes)
        if way.tool:
            self._use(way.tool)
        if way.kills:
            self._use("sword", HITS)
            self._killed[thing] = self._killed.get(thing, 0) + 1
        self.give(drop, self._rng.randint(way.low, way.high))
        return True

    def _able(self, way: Source) -> bool:
        if way.takes and not self.count(way.takes):
            return False
        return not way.tool or (self._tier(way.tool) >= way.tier if way.tier else self.count(way.tool) > 0)

    def _craft(self, item: str) -> bool:
        return craft(self, self._catalogue, item, "table" in self._near) is not None

    def _smelt(self, item: str) -> bool:
        return smelt(self, self._catalogue, item, "furnace" in self._near) is not None

    def _place(self, item: str) -> bool:
        if not self.count(item) or item not in PLACES:
            return False
        self.take(item)
        self._stands(PLACES[item])
        return True

    def _stands(self, thing: str) -> None:
        self._near.add(thing)
        self._built[self._world].add(thing)

    def _build_portal(self) -> bool:
        if self._world == "end" or self.count("obsidian") < 10 or not self.count("flint_and_steel"):
            return False
        self.take("obsidian", 10)
        self._use("flint_and_steel")
        self._stands("portal")
        return True

    def _open_end_portal(self) -> bool:
        """Two to three eyes are lost on the way, and nine to twelve fill the frames."""
        eyes = self._rng.randint(11, 15)
        if self._world != "overworld" or self.count("ender_eye") < eyes or not self._tier("pickaxe"):
            return False
        self.take("ender_eye", eyes)
        self._near = set()
        self._stands("end_portal")
        return True

    def _cast_obsidian(self) -> bool:
        if "lava" not in self._near or not self.count("water_bucket"):
            return False
        self._near.add("obsidian")
        return True

    def _step_through(self, start: str, portal: str, end: str) -> bool:
        if self._world != start or portal not in self._near:
            return False
        self._world = end
        self._near = set()
        if portal == "portal":
            self._stands("portal")
        return True

    def _go_home(self) -> bool:
        if self._world == "end" and self._killed.get("ender_dragon"):
            self._world, self._near, self._crossed = "overworld", set(), False
            return True
        return self._step_through("nether", "portal", "overworld")

    def _kill_wither(self) -> bool:
        if self.count("soul_sand") < 4 or self.count("skull") < 3:
            return False
        self.take("soul_sand", 4)
        self.take("skull", 3)
        self._use("sword", 60)
        self._killed["wither"] = self._killed.get("wither", 0) + 1
        self.give("nether_star")
        return True

    def _kill_dragon(self) -> bool:
        arrows = self._rng.randint(16, 32)
        if "ender_dragon" not in self._near or not self.count("bow") or self.count("arrow") < arrows:
            return False
        self.take("arrow", arrows)
        self._use("bow", arrows)
        self._use("sword", 60)
        self._killed["ender_dragon"] = 1
        self._near = set()
        return True
