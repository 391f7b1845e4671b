"""Items by number: what the slots of the inventory hold."""

from __future__ import annotations

from typing import Final

import numpy as np

from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.world.tables.blocks import FIRST_STATE
from envs.minecraft.world.tables.gear import TOOLS

AIR: Final = 0
"""The number of nothing at all."""

ITEMS: Final = ("air", *(item.name for item in load_catalogue().items if item.name != "air"))
"""Names in the order of their numbers: those of the catalogue, `air` first."""

ITEM: Final = {name: number for number, name in enumerate(ITEMS)}
N_ITEMS: Final = len(ITEMS)

_ROWS = [load_catalogue().item[name] for name in ITEMS]
STACK: Final = np.array([row.stack for row in _ROWS], np.int64)
USES: Final = np.array([row.uses for row in _ROWS], np.int64)
"""How many fit into a slot, and how many uses each has until it breaks (0: any number), int64[N_ITEMS]."""

_TOOL_ROWS = [TOOLS.get(name) for name in ITEMS]
_KINDS: Final = {"": 0, "pickaxe": 1, "axe": 2, "shovel": 3, "hoe": 4, "sword": 5, "shears": 6}
TOOL_KIND: Final = np.array([_KINDS[tool.kind] if tool else 0 for tool in _TOOL_ROWS], np.int64)
TOOL_TIER: Final = np.array([tool.tier if tool else 0 for tool in _TOOL_ROWS], np.int64)
TOOL_SPEED: Final = np.array([tool.speed if tool else 1.0 for tool in _TOOL_ROWS])
TOOL_DAMAGE: Final = np.array([tool.damage if tool else 1.0 for tool in _TOOL_ROWS])
TOOL_RATE: Final = np.array([tool.rate if tool else 4.0 for tool in _TOOL_ROWS])
"""Properties of what is in the hand, by item; kinds 1 to 3 as in `envs.minecraft.world.tables.blocks`."""

PLACED_AS: Final = np.array([FIRST_STATE.get(row.name, -1) if row.block else -1 for row in _ROWS], np.int64)
"""The block that an item is put down as, -1 for none, int64[N_ITEMS]."""
