"""Values of settings as people and files write them, cast to the types of a configuration's fields."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from agent.errors import BadConfig
from agent.surroundings import expanded
from envs.errors import did_you_mean
from envs.text import brief

GameOptions: TypeAlias = Mapping[str, Any]
Paths: TypeAlias = tuple[Path, ...]


def cast_all(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the types of a configuration's fields. Raises `BadConfig` where one would lose something.

    Args:
        kind: the configuration.
        values: texts, or values of TOML or JSON, by the names of its fields.
    """
    types_by_name = typing.get_type_hints(kind)
    for key in values:
        if key not in types_by_name:
            raise BadConfig(
                f"{kind.__name__} has no setting {key!r}"
                + did_you_mean(key, types_by_name, f"known settings: {', '.join(types_by_name)}")
            )
    return {key: _cast(key, value, types_by_name[key]) for key, value in values.items()}


def _cast(key: str, value: Any, wanted: Any) -> Any:
    """`value` (a text or a TOML/JSON value) as `wanted`; refuses whatever would lose something."""
    optional = isinstance(wanted, types.UnionType)
    if optional:
        if value is None or value in ("none", ""):
            return None
        wanted = next(t for t in typing.get_args(wanted) if t is not type(None))
    try:
        return _CASTS[wanted](value)
    except (ValueError, TypeError, OverflowError):
        expected = _EXPECTED[wanted] + (" or none" if optional else "")
        raise BadConfig(f"{key} is {brief(value)}; expected {expected}") from None


def _to_int(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError
    number = float(value.replace("_", "")) if isinstance(value, str) else value
    if int(number) != number:
        raise ValueError
    return int(value.replace("_", "")) if isinstance(value, str) and _is_plain_integer(value) else int(number)


def _is_plain_integer(text: str) -> bool:
    return text.replace("_", "").lstrip("+-").isdigit()


def _to_float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _to_bool(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError


def _to_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _to_options(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise TypeError
    return dict(value)


def _to_names(value: Any) -> tuple[str, ...]:
    """Names, from a list or from a text with commas, in brackets or not."""
    if isinstance(value, str):
        value = [part.strip().strip("\"'") for part in value.strip().strip("[]").split(",")]
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise ValueError
    return tuple(name for name in value if name)


def _to_paths(value: Any) -> tuple[Path, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(expanded(path) for path in value)


_CASTS: dict[Any, Any] = {
    int: _to_int,
    float: _to_float,
    bool: _to_bool,
    str: _to_text,
    Path: expanded,
    GameOptions: _to_options,
    tuple[str, ...]: _to_names,
    Paths: _to_paths,
}
_EXPECTED: dict[Any, str] = {
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    str: "a text",
    Path: "a path",
    tuple[str, ...]: "names with commas between them",
    Paths: "a list of paths",
    GameOptions: "values by name (on the command line: --game-option key=value)",
}
