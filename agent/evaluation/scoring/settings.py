"""Settings in the tables of a suite's file: which a table may have, and what each may be."""

from __future__ import annotations

import inspect
import math
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.errors import BadConfig
from envs.errors import did_you_mean
from envs.text import brief, is_hidden

LONGEST_NAME: Final = 100
"""Characters of the name of a suite or task."""

MOST: Final = 10_000_000
"""The largest whole number that is of any use: a cap, a count."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting may be.

    Attributes:
        expected: in words.
        fits: whether a value is of that kind.
        required: whether the table must have it.
    """

    expected: str
    fits: Callable[[Any], bool]
    required: bool = False


def check_table(table: object, known: Mapping[str, Setting], what: str = "") -> None:
    """Check the settings of a table before they are used.

    Args:
        table: as it was read from TOML.
        known: settings that it may have, by name.
        what: names the table in messages; empty where whoever catches them does.

    Raises:
        BadConfig: it is no table, a setting is unknown or missing, or a value is of another kind.
    """
    head = f"{what}: " if what else ""
    if not isinstance(table, Mapping):
        raise BadConfig(f"{head}{brief(table)} is no table of settings")
    for name in table:
        if name not in known:
            hint = did_you_mean(name, known, f"known settings: {', '.join(known) or 'none'}")
            raise BadConfig(f"{head}no setting {brief(name)}{hint}")
    for name, setting in known.items():
        if name not in table:
            if setting.required:
                raise BadConfig(f"{head}{name!r} is missing; expected {setting.expected}")
        elif not setting.fits(table[name]):
            raise BadConfig(f"{head}{name} is {brief(table[name])}; expected {setting.expected}")


def is_text(value: object) -> bool:
    """Whether it is a text without characters that steer a terminal; line ends and tabs are allowed."""
    return isinstance(value, str) and not any(is_hidden(c) and c not in "\n\t" for c in value)


def is_name(value: object) -> bool:
    """Whether it can name a suite or task: it becomes part of metrics and of names of policies."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_NAME
        and value == value.strip()
        and not value.startswith(".")
        and not any(is_hidden(c) or c in "/\\" for c in value)
    )


def whole(low: int) -> Setting:
    """A whole number from `low` on."""
    return Setting(
        f"a whole number from {low} to {MOST:,}", lambda value: type(value) is int and low <= value <= MOST
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


NAME: Final = Setting(
    f"a name of 1 to {LONGEST_NAME} characters without slashes, control characters or a leading dot",
    is_name,
    required=True,
)
TEXT: Final = Setting("a text without control characters", is_text)
TEXTS: Final = Setting("a list of texts without control characters", _are_texts)
NUMBER: Final = Setting("a number", _is_number)
SWITCH: Final = Setting("true or false", lambda value: isinstance(value, bool))
TABLE: Final = Setting("a table", lambda value: isinstance(value, Mapping))
TABLES: Final = Setting(
    "a list of tables",
    lambda value: isinstance(value, list) and all(isinstance(row, Mapping) for row in value),
)

_BY_TYPE: Final[Mapping[Any, Setting]] = {
    int: whole(0), float: NUMBER, str: TEXT, bool: SWITCH, list: TEXTS, dict: TABLE,
}  # fmt: skip


def settings_of(kind: type[Any]) -> dict[str, Setting]:
    """The settings that a class takes by keyword, from the types that its ``__init__`` declares."""
    hints = typing.get_type_hints(kind.__init__)
    known = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        setting = _setting_of(hints[name])
        required = parameter.default is inspect.Parameter.empty
        known[name] = Setting(setting.expected, setting.fits, required)
    return known


def _setting_of(hint: Any) -> Setting:
    """What a value of a declared type may be; of a union, of its first type."""
    arguments = typing.get_args(hint)
    if arguments and type(None) in arguments:
        return _setting_of(arguments[0])
    origin = typing.get_origin(hint) or hint
    if origin is typing.Literal:
        return TEXT
    if origin not in _BY_TYPE:
        origin = dict if issubclass(origin, Mapping) else list
    return _BY_TYPE[origin]
