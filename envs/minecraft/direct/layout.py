"""Where everything stands in the policy's input; see `envs.minecraft.direct.encoding`."""

from __future__ import annotations

from typing import Final

MATERIALS: Final = (
    "log", "planks", "stick", "cobblestone", "coal", "iron_ore", "iron_ingot", "crafting_table", "furnace",
    "torch", "dirt", "sand", "wool", "beef", "leather", "string", "gold_ingot", "diamond", "redstone",
)  # fmt: skip
"""Counts that are told."""

TOOL_ORDER: Final = ("pickaxe", "axe", "shovel", "sword", "hoe")

WAY, FACED, SIDES, BODY, MOMENT, CARRIED = 0, 16, 28, 48, 58, 64
"""Where the parts begin."""

HINTS: Final = CARRIED + len(MATERIALS) + len(TOOL_ORDER)
GO, DIG, HIT = HINTS, HINTS + 1, HINTS + 2
ENCODING_SIZE: Final = HINTS + 3

CUES: Final = {GO: "walk_to", DIG: "mine", HIT: "fight"}
"""What the hints suggest; see `envs.game.GameSpec.cues`."""
