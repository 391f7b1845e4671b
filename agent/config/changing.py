"""Settings changed: by texts from a command line, by values, by a preset.

>>> from agent.config.solve import SolveConfig
>>> override(SolveConfig(task="collect wood"), ["episodes=2e1"]).episodes
20
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from agent.config.values import cast_all
from agent.errors import BadConfig
from envs.errors import did_you_mean
from envs.reading import why_unreadable

PRESETS = Path(__file__).parent.parent / "presets"
"""Folder of the shipped presets, ``<command>.<name>.toml``."""

_DataclassT = TypeVar("_DataclassT")


def override(config: _DataclassT, assignments: Iterable[str]) -> _DataclassT:
    """A copy of `config` with ``key=value`` texts applied, each cast to its field's type.

    Raises:
        BadConfig: an assignment without ``=``, an unknown key, or a value that the type cannot hold
            without loss.
    """
    return replace(config, read_assignments(assignments))


def read_assignments(assignments: Iterable[str]) -> dict[str, str]:
    """``key=value`` texts as texts by key; the last of a key counts. Raises `BadConfig`, see `override`."""
    values = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise BadConfig(f"override {assignment!r} has no '='; expected key=value, e.g. budget_steps=2e5")
        values[key.strip()] = text.strip()
    return values


def replace(config: _DataclassT, values: Mapping[str, Any]) -> _DataclassT:
    """A copy of `config` with `values` cast and put in. Raises `BadConfig`, see `override`."""
    return dataclasses.replace(config, **cast_all(type(config), values))  # type: ignore[type-var]


def preset(command: str, name: str) -> dict[str, Any]:
    """The values of a preset: a shipped name (``quick``) or the path of a TOML file.

    Raises:
        BadConfig: no such preset, or the file is not TOML.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = PRESETS / f"{command}.{name}.toml"
        known = sorted(p.name.split(".")[1] for p in PRESETS.glob(f"{command}.*.toml"))
        if not path.is_file():
            raise BadConfig(
                f"no preset {name!r} for {command}"
                + did_you_mean(name, known, f"known presets: {', '.join(known) or 'none'}")
                + "; or name a .toml file"
            )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadConfig(
            f"no preset file {str(path)!r}; expected a TOML file of {command} settings"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadConfig(f"preset {str(path)!r} cannot be read as TOML: {why_unreadable(error)}") from error
