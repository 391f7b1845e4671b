"""Tools, armour and food: how fast, how strong, how filling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from envs.minecraft.world.tables.figures import parsed_rows


@dataclass(frozen=True, slots=True)
class Tool:
    """What something does in the hand.

    Attributes:
        name: the item.
        kind: ``pickaxe``, ``axe``, ``shovel``, ``hoe``, ``sword`` or ``shears``.
        tier: as `envs.minecraft.names.TIERS`; 0 for shears.
        speed: how much faster than by hand it digs what it is for.
        damage: half hearts of a full blow.
        rate: blows a second for a full blow.
    """

    name: str
    kind: str
    tier: int
    speed: float
    damage: float
    rate: float


_MATERIALS: Final = """
wooden | 1 | 2 | 0
golden | 1 | 12 | 0
stone | 2 | 4 | 1
iron | 3 | 6 | 2
diamond | 4 | 8 | 3
"""
"""Material, tier, digging speed, damage that it adds. Source: `Item.ToolMaterial` of 1.11.2."""

_BLOWS: Final = {"sword": (4.0, 1.6), "pickaxe": (2.0, 1.2), "shovel": (2.5, 1.0), "hoe": (1.0, 4.0)}
"""Kind -> damage of wood, blows a second. Source: `ItemSword`, `ItemPickaxe`, `ItemSpade`, `ItemHoe`."""
_AXES: Final = {
    "wooden": (7.0, 0.8), "golden": (7.0, 1.0), "stone": (9.0, 0.8), "iron": (9.0, 0.9), "diamond": (9.0, 1.0),
}  # fmt: skip
"""Source: `ItemAxe` of 1.11.2."""
_HOE_RATES: Final = {"wooden": 1.0, "golden": 1.0, "stone": 2.0, "iron": 3.0, "diamond": 4.0}


def _tools() -> tuple[Tool, ...]:
    found = []
    for material, tier, speed, added in parsed_rows(_MATERIALS, 4):
        for kind, (base, rate) in _BLOWS.items():
            damage = base if kind == "hoe" else base + float(added)
            each = _HOE_RATES[material] if kind == "hoe" else rate
            found.append(Tool(f"{material}_{kind}", kind, int(tier), float(speed), damage, each))
        damage, rate = _AXES[material]
        found.append(Tool(f"{material}_axe", "axe", int(tier), float(speed), damage, rate))
    found.append(Tool("shears", "shears", 0, 5.0, 1.0, 4.0))
    return tuple(found)


TOOLS: Final = {tool.name: tool for tool in _tools()}
"""Tools by name; how often they can be used is in the catalogue."""

SHEARS_ON_LEAVES: Final = 15.0
"""Shears on leaves and webs, swords on webs. Source: `ItemShears.getStrVsBlock`, `ItemSword`."""

_ARMOUR: Final = """
leather | 1 | 3 | 2 | 1
golden | 2 | 5 | 3 | 1
chainmail | 2 | 5 | 4 | 1
iron | 2 | 6 | 5 | 2
diamond | 3 | 8 | 6 | 3
"""
_PIECES: Final = ("helmet", "chestplate", "leggings", "boots")
ARMOUR: Final = {
    f"{material}_{piece}": int(points)
    for material, *cells in parsed_rows(_ARMOUR, 5)
    for piece, points in zip(_PIECES, cells, strict=True)
}
"""Piece -> points. Source: `ItemArmor.ArmorMaterial` of 1.11.2; toughness is left out."""

_FOOD: Final = """
apple 4 2.4|baked_potato 5 6|beef 3 1.8|beetroot 1 1.2|beetroot_soup 6 7.2|bread 5 6|carrot 3 3.6
chicken 2 1.2|chorus_fruit 4 2.4|cooked_beef 8 12.8|cooked_chicken 6 7.2|cooked_fish 5 6|cooked_mutton 6 9.6
cooked_porkchop 8 12.8|cooked_rabbit 5 6|cookie 2 0.4|fish 2 0.4|golden_apple 4 9.6|golden_carrot 6 14.4
melon 2 1.2|mushroom_stew 6 7.2|mutton 2 1.2|poisonous_potato 2 1.2|porkchop 3 1.8|potato 1 0.6
pumpkin_pie 8 4.8|rabbit 3 1.8|rabbit_stew 10 12|rotten_flesh 4 0.8|spider_eye 2 3.2
"""
FOOD: Final = {
    item: (int(food), float(saturation))
    for item, food, saturation in (
        entry.split() for entry in _FOOD.replace("\n", "|").split("|") if entry.strip()
    )
}
"""Item -> half shanks and points of saturation. Source: `ItemFood` of 1.11.2; poison and hunger are left out."""
