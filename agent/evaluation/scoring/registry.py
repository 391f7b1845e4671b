"""What can be counted in which game: kinds of criteria, and units of a protocol's steps.

Those of one game lie in the folder of its name, in ``kinds.py``, as ``CRITERIA`` and ``UNITS``; they are
loaded with the suites of that game. There may also be ``EXPRESSIONS``, criteria that are expressions,
``MATERIALS``, what its world consists of, and ``referee``, which makes a game one that tells a referee more
than the player.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final, TypeAlias

from agent.errors import BadConfig
from agent.evaluation.scoring.criterion import Criterion, Unit
from agent.evaluation.scoring.expressions.success import Success
from agent.evaluation.scoring.meter import UNITS, StepCount
from agent.evaluation.scoring.plain_referee import PlainReferee
from agent.evaluation.scoring.scored_step import RefereedGame
from agent.evaluation.scoring.settings import TEXT, Setting, check_table, settings_of
from envs.errors import did_you_mean
from envs.game import Game
from envs.text import brief

AnyCriterion: TypeAlias = Criterion[Any, Any]

SUCCESS: Final = "success"
"""Kind of a criterion that is an expression of its own."""

_OF_SUCCESS: Final = {
    "expression": Setting("an expression as text", lambda value: isinstance(value, str), required=True),
    "when": TEXT,
}


def _kinds(game: str) -> ModuleType | None:
    """What a game has of its own; None where it has no folder here."""
    module = f"{__package__}.{game}.kinds"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            return None
        raise


def criteria_of(game: str) -> Mapping[str, type[AnyCriterion]]:
    """Kind in a suite's file -> criterion, for suites of a game; those that are expressions aside."""
    return getattr(_kinds(game), "CRITERIA", {})


def expressions_of(game: str) -> Mapping[str, str]:
    """Kind in a suite's file -> the expression that it stands for, for suites of a game."""
    return getattr(_kinds(game), "EXPRESSIONS", {})


def materials_of(game: str) -> tuple[str, ...]:
    """What a game's world consists of; empty where it shows a referee no world."""
    return getattr(_kinds(game), "MATERIALS", ())


def units_of(game: str) -> Mapping[str, StepCount]:
    """Unit of a cap in a suite's file -> how it is counted, for suites of a game."""
    return {**UNITS, **getattr(_kinds(game), "UNITS", {})}


def refereed(game: Game, name: str) -> RefereedGame[Any]:
    """The game as a referee sees it; `name` is its registry name. It must have been reset."""
    seen: RefereedGame[Any] = getattr(_kinds(name), "referee", PlainReferee)(game)
    return seen


def unit_of(game: str, settings: Mapping[str, Any]) -> Unit:
    """What a criterion's value is, from its table in a suite's file."""
    known = criteria_of(game)
    kind = settings.get("kind", "")
    return known[kind].unit if kind in known else Success.unit


def make_criterion(game: str, settings: Mapping[str, Any]) -> AnyCriterion:
    """A criterion from its table in a suite's file: ``kind`` and the arguments of its class.

    Raises:
        BadConfig: the game has no such kind, or the arguments are not its own.
    """
    kind, own = _kind_of(game, settings)
    known, named = criteria_of(game), expressions_of(game)
    if kind in known:
        check_table(own, settings_of(known[kind]), f"criterion {kind!r}")
        return known[kind](**own)
    if kind in named:
        check_table(own, {"when": TEXT}, f"criterion {kind!r}")
        own["expression"] = named[kind]
    return Success(game, **own, materials=materials_of(game))


def _kind_of(game: str, settings: object) -> tuple[str, dict[str, Any]]:
    """The kind of a criterion and its settings. Raises `BadConfig`."""
    kinds = [*criteria_of(game), *expressions_of(game)]
    there = f"there are: {', '.join(kinds) or 'none'}"
    if not isinstance(settings, Mapping) or "kind" not in settings:
        raise BadConfig(
            f"{brief(settings)} is no criterion; expected its kind, or a table with 'kind'; {there}"
        )
    kind = settings["kind"]
    if kind not in (*kinds, SUCCESS):
        raise BadConfig(f"no criterion {brief(kind)}{did_you_mean(str(kind), kinds, there)}")
    own = {name: value for name, value in settings.items() if name != "kind"}
    if kind == SUCCESS:
        check_table(own, _OF_SUCCESS)
    return kind, own
