"""Crafter's criteria by the names that a suite's file gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.evaluation.scoring.crafter.crossing import WaterCrossed
from agent.evaluation.scoring.crafter.night import NightInShelter
from agent.evaluation.scoring.crafter.referee import CrafterCriterion, CrafterReferee
from envs.crafter.engine import MATERIALS as _MATERIALS

CRITERIA: Final[Mapping[str, type[CrafterCriterion]]] = {
    "night_in_shelter": NightInShelter,
    "water_crossed": WaterCrossed,
}
"""Name in a suite's file -> criterion, where it takes code to tell."""

EXPRESSIONS: Final[Mapping[str, str]] = {
    "table_beside_water": 'beside(placed("table"), cells("water")) >= 1',
    "table_beside_furnace": 'beside(placed("table"), placed("furnace")) >= 1',
    "water_on_three_sides": 'sides("water") >= 3',
    "four_stones_in_a_row": 'row(placed("stone")) >= 4',
}
"""Name in a suite's file -> the expression that tells."""

MATERIALS: Final = tuple(_MATERIALS)
"""What the world consists of."""

referee: Final = CrafterReferee
"""Makes a game one that tells a referee more than the player."""
