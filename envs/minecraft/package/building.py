"""Builds the side environment, step by step: beside its place, renamed into it when it is whole.

What a failed or killed set-up has done stays in the folder beside, with a record of the steps that were done,
and the next one goes on there. Which index pip asks is pip's own business, as it is configured.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from envs import disk
from envs.disk import Written
from envs.minecraft.package.errors import SetupFailed, SideEnvironmentError, WrongPython
from envs.minecraft.package.place import (
    DONE,
    SideEnvironment,
    find_side,
    interpreter,
    read_record,
    require_ours,
    usual_folder,
)
from envs.minecraft.package.recipe import NEWEST, OLDEST, PACKAGE, digest, requirements
from envs.minecraft.package.report import LOOK_LIMIT_S, look, look_into
from envs.text import plain

STEPS_FILE: Final = "steps.json"
"""In a folder that is being built: for which recipe, and the steps done with their seconds."""

STEP_LIMIT_S: Final = 1_800.0
"""Seconds that one step may take."""

LAST_LINES: Final = 8
"""Lines of a program's last words that a failure repeats."""

_VERSION: Final = "import sys, venv; print(*sys.version_info[:3], sys.executable)"
_NOISE: Final = re.compile(r"^\s*(WARNING|\[notice\]|$)")

Say = Callable[[str], None]
"""Told what is done, one line at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupReport:
    """What a set-up did.

    Attributes:
        folder: the side environment.
        python: version of its interpreter.
        seconds: step -> what it took in this set-up; empty where everything was there already.
        megabytes: of disk that the folder takes.
        versions: of the packages that matter.
    """

    folder: Path
    python: str
    seconds: Mapping[str, float]
    megabytes: int
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """The schema of ``journeyman setup minecraft --json``."""
        return {
            "folder": str(self.folder),
            "python": self.python,
            "seconds": dict(self.seconds),
            "megabytes": self.megabytes,
            "versions": dict(self.versions),
        }


def build_side(
    folder: Path | None = None,
    python: str | None = None,
    *,
    again: bool = False,
    say: Say = lambda line: None,
) -> SetupReport:
    """Build the side environment, or what is missing of it.

    Args:
        folder: where it is to lie; `usual_folder` when None.
        python: the interpreter to make it with; the one that runs this when None.
        again: build it anew though a whole one is there.
        say: told of every step.

    Raises:
        WrongPython: the interpreter is missing, or none that MineDojo runs on.
        BrokenSideEnvironment: something else lies in the folder.
        SetupFailed: a step failed; the next set-up goes on from there.
        OSError: the folder cannot be written.
    """
    place = (folder or usual_folder()).absolute()
    version, base = _examined(python or sys.executable)
    disk.make_folder(place.parent, Written.SIDE)
    with FileLock(place.with_name(f".{place.name}.lock")):
        require_ours(place)
        if not again and (there := _whole(place, version[:2])) is not None:
            say(f"the side environment in {str(place)!r} is whole already; --again builds it anew")
            return _report(there, {})
        say(f"building the side environment in {str(place)!r} with Python {'.'.join(map(str, version))}")
        seconds = _Building(place, version, base, say).finish()
        return _report(find_side(place), seconds)


def _whole(place: Path, version: tuple[int, int]) -> SideEnvironment | None:
    """The side environment, if it is whole and of this recipe."""
    try:
        found = find_side(place)
    except SideEnvironmentError:
        return None
    return found if found.record.get("recipe") == digest(version) else None


def _examined(python: str) -> tuple[tuple[int, int, int], str]:
    """The version and the path of an interpreter. Raises `WrongPython`."""
    wanted = f"expected one of Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]} with its module venv"
    try:
        done = subprocess.run(
            [python, "-I", "-c", _VERSION], capture_output=True, text=True, timeout=60, check=True
        )
        major, minor, micro, base = done.stdout.strip().split(" ", 3)
        version = int(major), int(minor), int(micro)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it does not run as one"
        raise WrongPython(
            f"{python!r} is no Python that can be used ({why}); {wanted}: --python PATH"
        ) from None
    if not OLDEST <= version[:2] <= NEWEST:
        said = ".".join(map(str, version))
        raise WrongPython(
            f"{python!r} is Python {said}, which MineDojo does not run on; {wanted}: --python PATH"
        )
    return version, base


def steps_of(part: Path, base: str, version: tuple[int, int]) -> list[tuple[str, list[str], float]]:
    """Name, command and most seconds of every step, in order.

    Args:
        part: the folder that is being built.
        base: the interpreter that the environment is made with.
        version: of that interpreter.
    """
    python = str(interpreter(part))
    pip = [python, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    return [
        ("virtual environment", [base, "-I", "-m", "venv", str(part)], STEP_LIMIT_S),
        ("what MineDojo needs", [*pip, *requirements(version)], STEP_LIMIT_S),
        ("MineDojo itself", [*pip, "--no-deps", PACKAGE], STEP_LIMIT_S),
        ("first import", look_into(python, thorough=True), LOOK_LIMIT_S),
    ]


class _Building:
    """One set-up, in a folder beside the place."""

    def __init__(self, place: Path, version: tuple[int, int, int], base: str, say: Say) -> None:
        self._place, self._version, self._base, self._say = place, version, base, say
        self._recipe = digest(version[:2])
        self._part = place.with_name(f".{place.name}.part")
        self._seconds: dict[str, float] = {}

    def finish(self) -> dict[str, float]:
        """Do the steps that are left and give the folder its name; the seconds of what was done now."""
        done = self._begun()
        steps = steps_of(self._part, self._base, self._version[:2])
        for number, (name, command, limit) in enumerate(steps, 1):
            head = f"{number} of {len(steps)} {name}"
            if name in done:
                self._say(f"{head}: done before, in {done[name]:.1f} s")
                continue
            started = time.monotonic()
            self._run(name, command, limit)
            done[name] = self._seconds[name] = round(time.monotonic() - started, 1)
            self._say(f"{head}: {done[name]:.1f} s")
            self._note(STEPS_FILE, {"recipe": self._recipe, "seconds": done})
        self._note(DONE, {"recipe": self._recipe, "python_version": self._version[:2], "seconds": done})
        self._into_place()
        return self._seconds

    def _begun(self) -> dict[str, float]:
        """Steps that were done before with this recipe; what is of another one is removed."""
        record = read_record(self._part / STEPS_FILE)
        seconds = record.get("seconds")
        if record.get("recipe") == self._recipe and isinstance(seconds, dict):
            return {str(name): float(taken) for name, taken in seconds.items()}
        disk.remove_folder(self._part, Written.SIDE)
        return {}

    def _run(self, name: str, command: list[str], limit: float) -> None:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=limit, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SetupFailed(self._failed(name, plain(error))) from error
        if done.returncode:
            lines = [line for line in f"{done.stdout}\n{done.stderr}".splitlines() if not _NOISE.match(line)]
            said = plain("\n".join(lines[-LAST_LINES:]), 3_000, lines=True)
            raise SetupFailed(self._failed(name, f"it ended with exit code {done.returncode}:\n{said}"))

    def _failed(self, name: str, why: str) -> str:
        return (
            f"setting Minecraft up failed at the step {name!r}: {why}\nWhat was done before is kept; run it "
            "again to go on. pip needs a network, or a package index that it is told of"
        )

    def _note(self, name: str, record: Mapping[str, Any]) -> None:
        target = self._part / name
        temporary = disk.temporary_name(target)
        disk.create(temporary, json.dumps(record).encode(), Written.SIDE, target=target)
        disk.rename(temporary, target, Written.SIDE)

    def _into_place(self) -> None:
        """Rename the folder; one that was there before is renamed first, and removed last."""
        before = disk.temporary_name(self._place)
        if self._place.exists():
            disk.rename(self._place, before, Written.SIDE)
        disk.rename(self._part, self._place, Written.SIDE)
        disk.flush_folder(self._place.parent, Written.SIDE)
        for old in self._place.parent.glob(
            f".{self._place.name}.*.tmp"
        ):  # of a set-up that was killed here, too
            disk.remove_folder(old, Written.SIDE)


def _report(side: SideEnvironment, seconds: Mapping[str, float]) -> SetupReport:
    found = look(side.python)
    return SetupReport(
        folder=side.folder,
        python=found.python,
        seconds=seconds,
        megabytes=round(sum(_sizes(side.folder)) / 1e6),
        versions=found.versions,
    )


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path.stat().st_size
