"""Compiles a game's code once, before anything is played: side by side, in processes of their own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import envs
from envs.code_cache import choose_code_cache
from envs.errors import MissingDependency
from envs.registry import entry_of, load_game, make_game

MESSAGE = "compiling code once: a minute at most on two idle cores"
"""What is said before it is done."""

TIMEOUT_S = 600.0
"""Seconds after which whoever needs the code has to compile it."""


def compile_once(
    game: str,
    say: Callable[[str], None],
    more: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
) -> None:
    """Compile what the game needs, unless that was done on this machine with this code before.

    Nothing is raised for code that cannot be compiled here and now: whoever needs it compiles it, or says
    why it cannot be.

    Args:
        game: registry name.
        say: told when there is something to compile, before it is done.
        more: further functions to compile for, as ``module:function``.
        options: of the game; tried before anything is compiled, so that nobody waits to hear of a wrong one.

    Raises:
        UnknownGame: there is no such game.
        GameError: it cannot be made with these options.
    """
    parts = [*entry_of(game).warm_up, *more]
    unwanted = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0" or not sys.executable
    if not parts or unwanted or not choose_code_cache().usable:
        return
    stamps = {part: _folder() / f"compiled-{_key(part)}" for part in parts}
    stamps = {part: stamp for part, stamp in stamps.items() if not stamp.exists()}
    if not stamps or not _can_be_played(game):
        return
    if options:
        make_game(game, **options).close()
    say(MESSAGE)
    for stamp in _compiled(stamps):
        with suppress(OSError):  # then it is looked into again next time
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.touch()


def _can_be_played(game: str) -> bool:
    """Whether what the game needs is installed; only looked at where it may not be."""
    if entry_of(game).extra is None:
        return True
    try:
        load_game(game)
    except (MissingDependency, ImportError):
        return False
    return True


def _compiled(stamps: dict[str, Path]) -> list[Path]:
    """Run every part in a process of its own; the stamps of those that went well."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for part in stamps:
            running[part] = _start(part)
        return [stamps[part] for part, process in running.items() if process.wait(TIMEOUT_S) == 0]
    except (OSError, subprocess.TimeoutExpired):
        return []
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def _start(part: str) -> subprocess.Popen[bytes]:
    command, nowhere = [sys.executable, "-c", _SCRIPT, part, *sys.path], subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)


_SCRIPT = """
import importlib, sys
part, *sys.path = sys.argv[1:]
module, _, function = part.partition(":")
getattr(importlib.import_module(module), function)()
"""


def _folder() -> Path:
    """Where compiled code is kept; beside the code, the folder of this package."""
    folder = choose_code_cache().folder
    return folder if folder is not None else Path(envs.__file__).parent / "__pycache__"


def _key(part: str) -> str:
    """Changes with the code that is compiled, with what compiles it, and with the machine."""
    about = (part, sys.version, platform.machine(), *_versions())
    key = blake2b(repr(about).encode(), digest_size=8)
    for source in sorted(_sources(part)):
        key.update(source.read_bytes())
    return key.hexdigest()


def _versions() -> Iterator[str]:
    for package in ("numba", "llvmlite", "numpy", "crafter", "opensimplex"):
        with suppress(PackageNotFoundError):
            yield version(package)


def _sources(part: str) -> set[Path]:
    """The files of the package that the part is in, and of what grid games share."""
    found: set[Path] = set()
    for module in ("envs.grid.navigation", part.partition(":")[0]):
        spec = find_spec(module)
        if spec is not None and spec.origin:
            found.update(Path(spec.origin).parent.rglob("*.py"))
    return found
