"""What is in a side environment: versions, shims, and whether the package's own engine is there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envs.minecraft.package.errors import BrokenSideEnvironment
from envs.text import plain

LOOK: Final = Path(__file__).parents[1] / "side" / "look.py"
"""The program that says it, run by the side environment's interpreter."""

LOOK_LIMIT_S: Final = 300.0
"""Seconds that it may take."""

PACKAGE_VERSION: Final = "0.1"
JAVA: Final = 8
"""The Java that Minecraft 1.11.2 with Malmo needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReport:
    """What was found.

    Attributes:
        python: version of the interpreter.
        versions: package -> version, of those that are installed.
        shims: what has to be put right before the package is imported.
        folder: of the package; None if it is not there.
        jar: Malmo's built engine inside it; None if there is none.
    """

    python: str
    versions: Mapping[str, str]
    shims: tuple[str, ...]
    folder: Path | None
    jar: Path | None


def look_into(python: str, *, thorough: bool = False) -> list[str]:
    """The command that looks; `thorough` also imports the package."""
    return [python, "-I", str(LOOK), *(["import"] if thorough else [])]


def look(python: Path, *, thorough: bool = False) -> SideReport:
    """Look into a side environment.

    Args:
        python: its interpreter.
        thorough: also import the package and make a task, which takes about ten seconds.

    Raises:
        BrokenSideEnvironment: it does not run, or the package is missing or of another version.
    """
    try:
        done = subprocess.run(
            look_into(str(python), thorough=thorough),
            capture_output=True, text=True, errors="replace", timeout=LOOK_LIMIT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _broken(python, plain(error)) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise _broken(python, plain(lines[-1]) if lines else f"exit code {done.returncode}")
    report = _report(done.stdout)
    if report is None:
        raise _broken(python, f"it said {plain(done.stdout)!r}")
    found = report.versions.get("minedojo")
    if found != PACKAGE_VERSION:
        what = "minedojo is not installed" if found is None else f"minedojo is {plain(found)}"
        raise _broken(python, f"{what}, expected {PACKAGE_VERSION}")
    return report


def _report(text: str) -> SideReport | None:
    try:
        said: Any = json.loads(text)
        return SideReport(
            python=plain(said["python"]),
            versions={plain(name): plain(value) for name, value in said["versions"].items()},
            shims=tuple(plain(name) for name in said["shims"]),
            folder=Path(said["folder"]) if said["folder"] else None,
            jar=Path(said["jar"]) if said["jar"] else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _broken(python: Path, why: str) -> BrokenSideEnvironment:
    return BrokenSideEnvironment(
        f"the side environment of {str(python)!r} does not work: {why}; build it anew: journeyman setup "
        "minecraft --again"
    )


def java_version(program: str = "java") -> str | None:
    """The version of the Java on the path, such as ``1.8.0_392``; None where there is none.

    Raises:
        OSError: it cannot be run.
    """
    path = shutil.which(program)
    if path is None:
        return None
    done = subprocess.run(
        [path, "-version"], capture_output=True, text=True, errors="replace", timeout=60, check=False
    )
    said = re.search(r'version "([^"]{1,40})"', done.stderr + done.stdout)
    return plain(said[1]) if said else "unknown"


def is_java_eight(version: str) -> bool:
    """Whether a version of Java is the one that is needed.

    >>> is_java_eight("1.8.0_392"), is_java_eight("17.0.15")
    (True, False)
    """
    return version.startswith(f"1.{JAVA}.") or version.split(".")[0] == str(JAVA)
