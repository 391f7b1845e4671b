"""NetHack's criteria and units by the names that a suite's file gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.evaluation.scoring.meter import StepCount
from agent.evaluation.scoring.nethack.altars import AltarMessages, CursesLearned
from agent.evaluation.scoring.nethack.composites import (
    DiscoveryHunger,
    DiscoveryHungerRule,
    GoldenExit,
    GoldenExitRule,
    LevelUpSell,
    LevelUpSellRule,
)
from agent.evaluation.scoring.nethack.level_ends import LastReward, LevelWon
from agent.evaluation.scoring.nethack.places import OverviewShows, PlaceReached
from agent.evaluation.scoring.nethack.progression import DeepestLevel, Progression
from agent.evaluation.scoring.nethack.referee import NetHackCriterion, RefereedNetHack
from agent.evaluation.scoring.nethack.trade import PriceRule, PriceSettles, Sales, SoldMessages
from agent.evaluation.scoring.nethack.units import maestromotif_steps

CRITERIA: Final[Mapping[str, type[NetHackCriterion]]] = {
    "overview_shows": OverviewShows,
    "place_reached": PlaceReached,
    "sold_messages": SoldMessages,
    "sales": Sales,
    "price_rule": PriceRule,
    "price_settles": PriceSettles,
    "altar_messages": AltarMessages,
    "curses_learned": CursesLearned,
    "golden_exit_rule": GoldenExitRule,
    "golden_exit": GoldenExit,
    "level_up_sell_rule": LevelUpSellRule,
    "level_up_sell": LevelUpSell,
    "discovery_hunger_rule": DiscoveryHungerRule,
    "discovery_hunger": DiscoveryHunger,
    "last_reward": LastReward,
    "level_won": LevelWon,
    "progression": Progression,
    "deepest_level": DeepestLevel,
}
"""Name in a suite's file -> criterion; what ends in ``rule`` is a published evaluation's own reading."""

UNITS: Final[Mapping[str, StepCount]] = {"maestromotif": maestromotif_steps}
"""Unit of a cap in a suite's file -> how it is counted, besides those of every game."""


def referee(game: RefereedNetHack) -> RefereedNetHack:
    """NetHack tells a referee by itself what its criteria look at."""
    return game
