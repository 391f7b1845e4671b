"""What can be counted in which game: kinds of criteria, and units of a protocol's steps.

Those of one game lie in the folder of its name, in ``kinds.py``, as ``CRITERIA`` and ``UNITS``; they are
loaded with the suites of that game.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from agent.errors import BadConfig
from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.meter import UNITS, StepCount
from envs.errors import did_you_mean

AnyCriterion: TypeAlias = Criterion[Any, Any]


def _own(game: str, what: str) -> Mapping[str, Any]:
    """What a game has of its own; empty where it has no folder here."""
    module = f"{__package__}.{game}.kinds"
    try:
        return cast(Mapping[str, Any], getattr(importlib.import_module(module), what))
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            return {}
        raise


def criteria_of(game: str) -> Mapping[str, type[AnyCriterion]]:
    """Kind in a suite's file -> criterion, for suites of a game."""
    return _own(game, "CRITERIA")


def units_of(game: str) -> Mapping[str, StepCount]:
    """Unit of a cap in a suite's file -> how it is counted, for suites of a game."""
    return {**UNITS, **_own(game, "UNITS")}


def make_criterion(game: str, settings: Mapping[str, Any]) -> AnyCriterion:
    """A criterion from its table in a suite's file: ``kind`` and the arguments of its class.

    Raises:
        BadConfig: the game has no such kind, or the arguments are not its own.
    """
    kind, known = settings.get("kind", ""), criteria_of(game)
    if kind not in known:
        raise BadConfig(
            f"no criterion {kind!r}"
            + did_you_mean(str(kind), known, f"there are: {', '.join(known) or 'none'}")
        )
    try:
        return known[kind](**{name: value for name, value in settings.items() if name != "kind"})
    except TypeError as error:
        raise BadConfig(f"criterion {kind!r} does not take these settings: {error}") from error
