"""Going on with a run: its settings are its own, and what has changed meanwhile is said and recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.config import PracticeConfig, from_record, to_record
from agent.errors import BadConfig, MissingPrerequisite, OutOfMemory, RunNotWritable, UnknownRun
from agent.practice.session_state import SessionState
from agent.records.journal import not_writable
from agent.records.runs import Run, RunInfo, find_run, resume_command
from agent.surroundings import real_path
from skills.errors import LibraryNotWritable
from skills.store.store import SkillLibrary

FIXED = ("seed", "game_options", "training", "networks", "reward", "overlap")
"""Settings that the results of a run rest on. All others may be changed when it is gone on with."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A run that is to be gone on with; nothing has been written yet.

    Attributes:
        info: the run.
        config: the settings to go on with.
        changed: setting -> what it was and what it is now.
    """

    info: RunInfo
    config: PracticeConfig
    changed: Mapping[str, tuple[Any, Any]]

    def require_library(self, library: SkillLibrary) -> None:
        """Raise `MissingPrerequisite` when the run's library has vanished and no other one was named."""
        state = SessionState.load(self.info.path)
        admitted = sorted(name for name, skill in state.skills.items() if skill.status == "admitted")
        there = library.names(retired=True) or not admitted
        if "library" in self.changed or (there and (library.graph_path.is_file() or not state.skills)):
            return
        what = library.graph_path.name if there else f"the skills that it learned ({', '.join(admitted)})"
        raise MissingPrerequisite(
            f"the library of run {self.info.name!r} lacks {what}: put {str(library.folder)!r} back, name "
            "the folder that it was moved to with --library, or name an empty one to learn everything again"
        )

    def open(self) -> Run:
        """The run, opened for writing; the changes are recorded in it. Raises as `Run.resume`."""
        state = SessionState.load(self.info.path)
        more = {"changed": dict(self.changed)} if self.changed else {}
        return Run.resume(
            self.config.runs_dir, self.info.name, command="practice",
            config=to_record(self.config) if self.changed else None,
            kept={"steps": state.steps, **state.lines}, **more,
        )  # fmt: skip

    @property
    def sentence(self) -> str:
        """The changes in words; empty without any."""
        return "; ".join(f"{name} is {now!r} instead of {own!r}" for name, (own, now) in self.changed.items())


def find_resumed(config: PracticeConfig) -> Resumed:
    """The run that ``config.resume`` names.

    Raises:
        UnknownRun: there is no such run, or it practises another game.
        BadConfig: a setting that the run's results rest on is another one.
        RunDamaged: its settings cannot be read.
    """
    info = find_run(config.runs_dir, config.resume or "")
    if info.command != "practice":
        raise UnknownRun(f"run {info.name!r} is a {info.command} run; expected a practice run")
    if info.game != config.game:
        raise UnknownRun(f"run {info.name!r} practises {info.game!r}, not {config.game!r}")
    own = _comparable(from_record(PracticeConfig, info.config()))
    now = _comparable(config)
    for name in FIXED:
        if own[name] != now[name]:
            raise BadConfig(
                f"run {info.name!r} has {name} {own[name]!r}, and what it has learned rests on that: it "
                f"cannot go on with {now[name]!r}; leave {name} out, or begin a new run without --resume"
            )
    return Resumed(info, config, {name: (own[name], now[name]) for name in own if own[name] != now[name]})


@contextmanager
def telling_how_to_go_on(run: Run) -> Iterator[None]:
    """Have errors of the machine say with which command the run goes on once they are mended.

    Raises:
        LibraryNotWritable, RunNotWritable: a disk is full, broken or read-only.
        OutOfMemory: there is too little memory.
    """
    command = resume_command(run.path, "practice")
    try:
        yield
    except (LibraryNotWritable, RunNotWritable) as error:
        raise type(error)(f"{error}; then go on with: {command}") from error
    except MemoryError as error:
        raise OutOfMemory(
            f"out of memory; close other programs or take fewer --workers, then go on with: {command}"
        ) from error
    except OSError as error:
        if error.filename is None:  # none of the disk's
            raise
        raise RunNotWritable(
            f"{not_writable(Path(error.filename), error)}; then go on with: {command}"
        ) from error


def _comparable(config: PracticeConfig) -> dict[str, Any]:
    """Settings as plain values; the same place is the same, however it is written."""
    record = to_record(config)
    del record["resume"], record["runs_dir"]
    return {**record, "library": str(real_path(config.library))}
