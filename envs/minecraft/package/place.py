"""Where the side environment lies, and whether a whole one is there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envs.minecraft.package.errors import BrokenSideEnvironment, NoSideEnvironment
from envs.minecraft.package.recipe import digest
from envs.text import brief

VARIABLE: Final = "JOURNEYMAN_MINECRAFT"
"""Environment variable with the folder, where it is not the usual one."""

DONE: Final = "DONE"
"""File of a side environment that is whole: a JSON object with what was built, when, and how long it took."""

SETUP: Final = "journeyman setup minecraft"

_LONGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class SideEnvironment:
    """A side environment that was built to its end.

    Attributes:
        folder: where it lies.
        python: its interpreter.
        record: what its ``DONE`` says.
    """

    folder: Path
    python: Path
    record: Mapping[str, Any]


def usual_folder() -> Path:
    """Where the side environment is looked for: `VARIABLE`, else ``journeyman/minecraft`` in the user's data.

    Source: the XDG base directory specification, for the user's data folder.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME", "")
    data = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share"
    return data / "journeyman" / "minecraft"


def interpreter(folder: Path) -> Path:
    """The interpreter of an environment in a folder."""
    return folder / "bin" / "python"


def find_side(folder: Path | None = None) -> SideEnvironment:
    """The side environment.

    Args:
        folder: where it is looked for; `usual_folder` when None.

    Raises:
        NoSideEnvironment: there is none.
        BrokenSideEnvironment: what is there is not whole, or of another recipe.
    """
    place = (folder or usual_folder()).absolute()
    again = f"build it anew: {SETUP}" + ("" if folder is None else f" --folder {str(folder)!r}")
    require_ours(place)
    if not (place / DONE).is_file():
        raise NoSideEnvironment(
            f"there is no side environment for MineDojo in {str(place)!r}; build it (half a minute, 300 MB): "
            f"{SETUP}"
        )
    record = read_record(place / DONE)
    python = record.get("python_version")
    version = tuple(python) if isinstance(python, list) and len(python) == 2 else (0, 0)
    if record.get("recipe") != digest(version):
        raise BrokenSideEnvironment(
            f"the side environment in {str(place)!r} was built by another recipe "
            f"({brief(record.get('recipe'))}); {again}"
        )
    if not os.access(interpreter(place), os.X_OK):
        raise BrokenSideEnvironment(
            f"the side environment in {str(place)!r} has no interpreter {str(interpreter(place))!r} any "
            f"more, perhaps as the Python that it was made with is gone; {again}"
        )
    return SideEnvironment(place, interpreter(place), record)


def require_ours(place: Path) -> None:
    """Raise `BrokenSideEnvironment` where something else than a side environment lies."""
    empty = not place.exists() or (place.is_dir() and not any(place.iterdir()))
    if not empty and not (place / DONE).is_file():
        raise BrokenSideEnvironment(
            f"{str(place)!r} is no side environment for MineDojo: it has no file {DONE}; name another folder "
            f"with --folder or {VARIABLE}"
        )


def read_record(path: Path) -> dict[str, Any]:
    """The JSON object in a file of ours; empty where there is none that can be read."""
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
