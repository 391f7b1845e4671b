"""Options of a game as people write them: checked against what the game takes, before it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from envs.errors import BadGameOption, did_you_mean
from envs.game import GameOption, GameSpec
from envs.registry import make_game

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EXPECTED = {
    "text": "a text",
    "flag": "true or false",
    "number": "a whole number",
    "list": "texts with commas between them",
    "path": "the path of a file or folder",
}


def read_assignments(spec: GameSpec, assignments: Iterable[str]) -> dict[str, Any]:
    """Options from ``key=value`` texts, each as its type. Raises `BadGameOption`; see `check_options`."""
    given: dict[str, str] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        if not equals:
            raise BadGameOption(f"game option {assignment!r} has no '='; expected key=value. {_known(spec)}")
        if name in given:
            raise BadGameOption(f"game option {name!r} is given twice; give it once")
        given[name] = text.strip()
    return check_options(spec, given)


def check_options(spec: GameSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """Options for `make_game` as plain values, from texts or from plain values.

    Checking what this returned gives the same again.

    Raises:
        BadGameOption: the game takes no option of that name, or not such a value.
    """
    for name in given:
        if name not in spec.options:
            hint = did_you_mean(name, spec.options) or "."
            raise BadGameOption(f"{spec.name} takes no option {name!r}{hint} {_known(spec)}")
    return {name: _value(spec.options[name], name, value) for name, value in given.items()}


def try_options(spec: GameSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """As `check_options`; builds the game once too, since only the game knows its levels and characters.

    Raises:
        GameError: as `check_options`, or the game cannot be built with them.
    """
    options = check_options(spec, given)
    if options:
        make_game(spec.name, **options).close()
    return options


def _known(spec: GameSpec) -> str:
    if not spec.options:
        return f"{spec.name} takes no options."
    listed = "; ".join(f"{name}: {option.description}" for name, option in spec.options.items())
    return f"It takes {listed}."


def _value(option: GameOption, name: str, value: Any) -> Any:
    try:
        return _READ[option.kind](value)
    except (ValueError, TypeError, KeyError, RuntimeError, OSError):  # RuntimeError: there is no home
        raise BadGameOption(
            f"game option {name!r} is {value!r}; expected {_EXPECTED[option.kind]}: {option.description}"
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    return value if isinstance(value, bool) else _WORDS[_text(value).lower()]


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _list(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    return [_text(part).strip() for part in parts]


def _path(value: Any) -> str:
    return str(Path(_text(value)).expanduser().resolve())


_READ = {"text": _text, "flag": _flag, "number": _number, "list": _list, "path": _path}
