"""A run that is there: what its folder says, how it stands, and how it is found by its name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from agent.errors import RunDamaged, UnknownRun
from agent.records.journal import read_journal
from agent.records.redaction import shown
from agent.records.runs.folder import LONGEST_REASON, SCHEMA, open_here, read_json
from agent.records.runs.process_mark import process_mark
from agent.surroundings import real_path
from envs.schema import why_not
from envs.text import brief, command_line


class RunStatus(StrEnum):
    """How a run stands."""

    DONE = "done"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"


DEFAULT_RUNS: Final = Path("runs")
"""Folder of runs where no other is named."""

_KINDS: Final[Mapping[str, type]] = {"command": str, "game": str, "seed": int, "created": str, "pid": int}
"""What every ``run.json`` says, and as what."""

_PARTS: Final = ("live", "media", "media/verdicts")
"""Folders in a run's folder of which files are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What ``run.json`` says, and how the run stands."""

    path: Path
    command: str
    game: str
    seed: int
    created: str
    status: RunStatus
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    def events(self) -> Iterator[dict[str, Any]]:
        """What happened, in order."""
        return read_journal(self.path / "events.jsonl")

    def config(self) -> dict[str, Any]:
        """The resolved configuration. Raises `RunDamaged`."""
        return read_json(self.path / "config.json")

    def reason(self) -> str:
        """Why the run is not done, in words; empty for one that is, or that goes on. Raises `RunDamaged`."""
        if self.status in (RunStatus.DONE, RunStatus.RUNNING):
            return ""
        last: dict[str, Any] = {}
        for event in self.events():
            last = event
        if last.get("kind") == "crashed":
            return str(last.get("message") or last.get("error") or "an error without a message")
        if last.get("kind") != "interrupted":
            return "its process ended without a word"
        return f"ended by {shown(last['signal'], LONGEST_REASON)}" if "signal" in last else "interrupted"

    def result(self) -> dict[str, Any]:
        """The outcome from ``DONE``; empty before the end. Raises `RunDamaged`."""
        done = self.path / "DONE"
        return read_json(done) if done.exists() else {}


def list_runs(runs_dir: Path) -> list[RunInfo]:
    """All readable runs in a folder, oldest first; none when there is no such folder."""
    return list_runs_and_damage(runs_dir)[0]


def list_runs_and_damage(runs_dir: Path) -> tuple[list[RunInfo], dict[str, str]]:
    """The readable runs in a folder, oldest first, and of the others what is wrong, by name."""
    runs: list[RunInfo] = []
    damaged: dict[str, str] = {}
    for folder in _folders(runs_dir):
        try:
            runs.append(read_run(folder))
        except RunDamaged as error:
            damaged[folder.name] = str(error)
    return runs, damaged


def find_run(runs_dir: Path, name: str) -> RunInfo:
    """The run with this name, this unique beginning, or this unique last part (its short id).

    Raises:
        UnknownRun: none or several fit; the message lists them.
        RunDamaged: it cannot be read.
    """
    names = [folder.name for folder in _folders(runs_dir)]  # a damaged one keeps nobody from the others
    fitting = [n for n in names if n == name] or [
        n for n in names if n.startswith(name) or n.endswith(f"-{name}")
    ]
    if not name or len(fitting) != 1:
        shown = ", ".join((fitting or names)[-8:]) or "none yet"
        reason = f"{len(fitting)} runs fit {name!r}" if fitting else f"no run {name!r}"
        raise UnknownRun(f"{reason} in {str(runs_dir)!r}; runs: {shown}")
    return read_run(runs_dir / fitting[0])


def _folders(runs_dir: Path) -> list[Path]:
    if not runs_dir.is_dir():
        return []
    return sorted(p for p in runs_dir.iterdir() if not p.name.startswith(".") and (p / "run.json").exists())


def resume_command(path: Path, *words: str) -> str:
    """The command that goes on with a run, wherever its folder is.

    Args:
        path: of the run's folder, from where the command is started.
        words: the command, and what it is given besides.

    >>> resume_command(Path("runs/x-1"), "practice"), resume_command(Path("my runs/x-1"), "eval", "suite")
    ('journeyman practice --resume x-1', "journeyman eval suite --resume x-1 --runs-dir 'my runs'")
    """
    place = None if path.parent == DEFAULT_RUNS else path.parent
    return command_line(*words, resume=path.name, runs_dir=place)


def read_run(path: Path) -> RunInfo:
    """Read one run folder. Raises `RunDamaged`, also where a file of it is a link that leads elsewhere."""
    _require_own_files(path)
    record = read_json(path / "run.json")
    if problem := why_not(record.get("schema"), SCHEMA):
        raise RunDamaged(f"run {path.name!r} {problem}")
    missing = [key for key in _KINDS if key not in record]
    if missing:
        raise RunDamaged(f"run.json of {path.name!r} lacks {', '.join(missing)}")
    for key, kind in _KINDS.items():
        if not isinstance(record[key], kind):
            raise RunDamaged(
                f"run.json of {path.name!r} has {brief(record[key])} as {key}; expected "
                + ("a text" if kind is str else "a whole number")
            )
    return RunInfo(
        path=path,
        command=record["command"],
        game=record["game"],
        seed=record["seed"],
        created=record["created"],
        status=_status(path, record),
        record=record,
    )


def _require_own_files(path: Path) -> None:
    """A run may come from anywhere, and what it shows is shown to others: nothing outside of it is read."""
    for folder in (path, *(path / part for part in _PARTS)):
        try:
            with os.scandir(folder) as entries:
                links = [entry.name for entry in entries if entry.is_symlink()]
        except OSError:  # said by whoever reads it
            continue
        for name in links:
            if real_path(path) not in real_path(folder / name).parents:
                raise RunDamaged(
                    f"{shown(name, 80)} of run {path.name!r} is a link that leads out of the run's folder; "
                    "put a copy in its place"
                )


def _status(path: Path, record: Mapping[str, Any]) -> RunStatus:
    if (path / "DONE").exists():
        return RunStatus.DONE
    process = record.get("process_start")
    ours = record["pid"] == os.getpid() and real_path(path) not in open_here
    if process is not None and process_mark(record["pid"]) == process and not ours:
        return RunStatus.RUNNING
    last = ""
    for event in read_journal(path / "events.jsonl"):
        last = event.get("kind", "")
    return RunStatus.INTERRUPTED if last == "interrupted" else RunStatus.CRASHED
