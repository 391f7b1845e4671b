"""An environment of its own for each peer, built on demand and kept in the user's cache folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from filelock import FileLock

from agent.bench.isolate import Unmeasurable
from agent.cli.output import say

PACKAGES = Path(__file__).with_name("packages.toml")
"""What belongs into each environment."""

DONE = "DONE"
"""File in an environment that is complete."""

BUILD_LIMIT_S = 1_800.0
"""Seconds that pip may take for one call."""

_SAID = 12
"""Lines of pip's last words that a failure repeats."""

_NOISE = re.compile(r"^(WARNING|\[notice\])")


class NoPeer(Unmeasurable):
    """The environment of a peer is not there and could not be built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """What one environment holds.

    Attributes:
        name: of the peer.
        requirements: for pip, installed with what they need.
        alone: for pip, installed after these, without what they need.
    """

    name: str
    requirements: tuple[str, ...]
    alone: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A digest of all this and of the Python version: another content is another environment."""
        content = repr((self.requirements, self.alone, sys.version_info[:2]))
        return blake2b(content.encode(), digest_size=6).hexdigest()


def packages(name: str) -> Packages:
    """What belongs into the environment of a peer of `PACKAGES`."""
    listed = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))[name]
    return Packages(name=name, requirements=tuple(listed["requirements"]), alone=tuple(listed["alone"]))


def cache_folder() -> Path:
    """Where environments are kept: ``journeyman/peers`` in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "journeyman" / "peers"


def built(wanted: Packages, folder: Path | None = None) -> Path | None:
    """The Python of a complete environment; None where there is none yet."""
    place = _place(wanted, folder)
    return _python(place) if (place / DONE).is_file() else None


def environment(wanted: Packages, folder: Path | None = None) -> Path:
    """The Python of an environment, built first where it is not there yet.

    Args:
        wanted: what it holds.
        folder: where environments are kept; `cache_folder` when None.

    Raises:
        NoPeer: it could not be built, for example for want of a network; what was begun is removed.
    """
    place = _place(wanted, folder)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{place}.lock"):
            if not (place / DONE).is_file():
                say(f"  building an environment for {wanted.name} in {place}; minutes, the first time only")
                _build(wanted, place)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPeer(
            f"no environment for {wanted.name}: {_reason(error)}\nIt is installed by pip from "
            f"{PACKAGES.name} into {place}, which needs a network or a package index that pip is told of; "
            "the next run tries again"
        ) from error
    return _python(place)


def _build(wanted: Packages, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    try:
        venv.create(place, with_pip=True)
        for options, listed in (((), wanted.requirements), (("--no-deps",), wanted.alone)):
            if listed:
                command = [str(_python(place)), "-m", "pip", "install", "--no-input", *options, *listed]
                subprocess.run(command, check=True, capture_output=True, text=True, timeout=BUILD_LIMIT_S)
        (place / DONE).touch()
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _reason(error: Exception) -> str:
    """What went wrong, in pip's own last words where it was pip."""
    if not isinstance(error, subprocess.CalledProcessError):
        return str(error)
    said = f"{error.stdout or ''}\n{error.stderr or ''}".splitlines()
    lines = [line for line in said if line.strip() and not _NOISE.match(line)]
    return "\n".join([f"pip ended with {error.returncode}:", *lines[-_SAID:]])


def _place(wanted: Packages, folder: Path | None) -> Path:
    return (folder or cache_folder()) / f"{wanted.name}-{wanted.digest}"


def _python(place: Path) -> Path:
    return place / "bin" / "python"
