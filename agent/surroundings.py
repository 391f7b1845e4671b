"""What every command needs of the place it is started in: a working folder, a folder for temporary files.

It imports nothing of the other packages, so that the doctor can say when those are not ours.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent.errors import BadConfig, MissingPrerequisite

OWN_PACKAGES: Final = ("agent", "skills", "planners", "envs")
"""Top-level packages of this project; their names are so plain that other projects use them too."""

HOME: Final = Path(__file__).resolve().parent.parent
"""The folder in which all of them lie."""

SEPARATE: Final = "give journeyman a virtual environment of its own, and no PYTHONPATH"
"""What helps where another project's packages stand before ours."""

MANY_FILES: Final = 256
"""Files at once with which everything works, at the usual number of workers."""


def check_surroundings() -> None:
    """Look at where this process runs, before anything heavy is loaded, and allow it files enough.

    Raises:
        MissingPrerequisite: the working folder is gone, or no temporary file can be written.
    """
    working_folder()
    temporary_folder()
    allow_many_files()


def working_folder() -> Path:
    """The working folder. Raises `MissingPrerequisite` if it was removed; libraries end the process then."""
    try:
        return Path(os.getcwd())
    except OSError as error:
        raise MissingPrerequisite(
            "the working folder does not exist any more, or may not be entered; change to another one: cd"
        ) from error


def expanded(path: Path | str) -> Path:
    """The path with ``~`` and ``~name`` written out. Raises `BadConfig` where nobody knows such a home."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise BadConfig(f"no home is known for {str(path)!r}: {error}; write the path out") from error


def temporary_folder() -> Path:
    """The folder of temporary files. Raises `MissingPrerequisite` if there is none that can be written."""
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise MissingPrerequisite(
            "no temporary file can be written, neither in TMPDIR nor in /tmp, /var/tmp or here; set "
            "TMPDIR to a folder that can be written and has room"
        ) from error


def allow_many_files() -> int:
    """Raise this process's limit of open files as far as it may, to `MANY_FILES`; returns the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return MANY_FILES if soft == resource.RLIM_INFINITY else soft


def hidden_packages(names: Sequence[str] = OWN_PACKAGES, home: Path = HOME) -> list[str]:
    """Packages of ours that would be imported from elsewhere, and from where; none of them is imported."""
    places = {package: _place(package) for package in names}
    return [
        f"{package} comes from {str(place)!r}" if place else f"{package} is not found"
        for package, place in places.items()
        if place != home
    ]


def _place(package: str) -> Path | None:
    """The folder that a top-level package would be imported from."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve().parent
    return Path(spec.origin or package).resolve().parent
