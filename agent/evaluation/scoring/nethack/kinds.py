"""The criteria by name, made from what a suite's file says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent.errors import BadConfig
from agent.evaluation.scoring.criterion import Criterion
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
from agent.evaluation.scoring.nethack.trade import PriceRule, PriceSettles, Sales, SoldMessages
from envs.errors import did_you_mean

CRITERIA: Final[Mapping[str, type[Criterion]]] = {
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


def make_criterion(settings: Mapping[str, Any]) -> Criterion:
    """A criterion from its table in a suite's file: ``kind`` and the arguments of its class.

    Raises:
        BadConfig: no such kind, or the arguments are not its own.
    """
    kind = settings.get("kind", "")
    if kind not in CRITERIA:
        raise BadConfig(
            f"no criterion {kind!r}{did_you_mean(str(kind), CRITERIA)}; there are: {', '.join(CRITERIA)}"
        )
    try:
        return CRITERIA[kind](**{name: value for name, value in settings.items() if name != "kind"})
    except TypeError as error:
        raise BadConfig(f"criterion {kind!r} does not take these settings: {error}") from error
