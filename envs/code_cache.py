"""The folder in which numba keeps compiled code, chosen before numba is loaded.

Numba keeps code beside its source, else in the user's cache folder, and fails where it can write to neither:
in containers, without a home, with packages that are read-only. Then code goes to a private folder among the
temporary files. The choice is made in `VARIABLE`, which worker processes inherit, so that they share it.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

VARIABLE: Final = "NUMBA_CACHE_DIR"
"""Environment variable with numba's cache folder."""

COMPILED_PACKAGES: Final = (
    "envs.grid", "envs.crafter", "envs.crafter.compiled", "envs.nethack", "envs.minecraft.direct",
    "envs.minecraft.world.compiled", "skills.training.lean", "opensimplex",
)  # fmt: skip
"""Packages with code that numba keeps; those that are not installed are left out."""

_PROBE: Final = bytes(65_536)
"""What must fit into a folder; compiled functions are about as long."""


@dataclass(frozen=True, slots=True)
class CodeCache:
    """Where compiled code is kept.

    Attributes:
        folder: the folder; ``None`` beside the source.
        reason: why it is there and not where it would be by default; empty by default.
        usable: whether it can be written.
        wanted: whether it is where the user's own setting says.
    """

    folder: Path | None
    reason: str = ""
    usable: bool = True
    wanted: bool = False

    def __str__(self) -> str:
        place = "beside the code" if self.folder is None else f"in {str(self.folder)!r}"
        return f"{place} ({self.reason})" if self.reason else place


@cache
def choose_code_cache() -> CodeCache:
    """Choose the folder, once per process, and tell numba and worker processes of it through `VARIABLE`.

    Nothing is raised: where no folder can be written, the game says so when it is made.
    """
    chosen = _choose(os.environ.get(VARIABLE, ""))
    if chosen.folder is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = str(chosen.folder)
    if "numba" in sys.modules:  # loaded before us, by whoever uses this as a library
        sys.modules["numba"].config.CACHE_DIR = os.environ.get(VARIABLE, "")
    return chosen


def no_code_cache() -> str:
    """What to tell where compiled code can be kept nowhere."""
    return (
        f"compiled code cannot be kept anywhere: {choose_code_cache().reason}; set {VARIABLE} to a folder "
        "that can be written, with 100 MB of room"
    )


def _choose(wanted: str) -> CodeCache:
    unusable = ""
    if wanted:
        if can_keep(Path(wanted)):
            return CodeCache(Path(wanted), f"{VARIABLE} says so", wanted=True)
        unusable = f"{VARIABLE} is {wanted!r}, which cannot be written"
    closed = [folder for folder in _folders_beside() if not can_keep(folder)]
    if not closed:
        return CodeCache(None, unusable)
    reason = unusable or f"{str(closed[0])!r} cannot be written"
    home = user_cache()
    if home is not None and can_keep(home):
        return CodeCache(home, reason)
    tried = [str(home)] if home is not None else []
    for base in _temporary_folders():
        folder = private_folder(base)
        if folder is not None and can_keep(folder):
            return CodeCache(folder, reason)
        tried.append(str(base))
    return CodeCache(None, f"{reason}, and neither can {', '.join(tried)}", usable=False)


def _folders_beside() -> Iterator[Path]:
    """Where numba would keep code beside its source."""
    for package in COMPILED_PACKAGES:
        top, *inner = package.split(".")  # looking for an inner one would import those above it
        with suppress(ImportError, ValueError):
            spec = importlib.util.find_spec(top)
            if (
                spec is not None
                and spec.origin
                and (folder := Path(spec.origin).parent.joinpath(*inner)).is_dir()
            ):
                yield folder / "__pycache__"


def user_cache() -> Path | None:
    """Numba's folder for a user, by the rules of the XDG base directories; ``None`` without a home.

    A home that does not exist is none, even for those who might make it.
    """
    home = os.path.expanduser("~")
    own = os.path.join(home, ".cache") if os.path.isabs(home) and os.path.isdir(home) else ""
    base = os.environ.get("XDG_CACHE_HOME") or own
    return Path(base) / "numba" if os.path.isabs(base) else None


def _temporary_folders() -> Iterable[Path]:
    with suppress(OSError):
        yield Path(tempfile.gettempdir())
    yield Path("/dev/shm")


def can_keep(folder: Path) -> bool:
    """Whether numba can use a folder: files can be made there, and there is room or code already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            try:
                file.write(_PROBE)
                file.flush()
            except OSError:
                return any(folder.rglob("*.nbi"))
    except (OSError, ValueError):
        return False
    return True


def private_folder(base: Path) -> Path | None:
    """A folder below `base` that only this user can read and write; the same one in every process.

    Compiled code is run as it is found, so a folder that somebody else has made is not used: then it is a new
    one with a name that nobody knew before, removed when this process ends.
    """
    folder = base / f"journeyman-numba-{os.getuid()}"
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        state = folder.lstat()
        if stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077:
            return folder
        new = Path(tempfile.mkdtemp(prefix="journeyman-numba-", dir=base))
    except OSError:
        return None
    atexit.register(_remove, new, os.getpid())
    return new


def _remove(folder: Path, owner: int) -> None:
    """Remove a folder in the process that made it; forked children inherit what is done at the end."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
