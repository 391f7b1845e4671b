"""Commands to a practice that runs: small files in its run folder, read between its rollouts.

```
runs/<run>/commands/<time>-<six letters>.json    {"schema": 1, "command": "queue", "skill": "drink", ...}
```

Whoever may write there may steer. Files are read in the order of their names and removed once they have been
carried out; the run's ``events.jsonl`` says what became of each. A folder from elsewhere may hold anything,
so what is no command is said to be none, and nothing else is done with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

from agent.errors import NotSteerable, RunNotWritable, UnknownSkillName
from agent.records.clock import timestamp
from agent.records.runs import RunInfo, RunStatus, resume_command
from envs import disk
from envs.disk import Written
from envs.errors import did_you_mean
from envs.json_text import parsed
from envs.reading import read_file, why_unreadable
from envs.schema import why_not
from envs.text import brief, listed, plain
from skills.files import to_json, write_atomically

CommandKind: TypeAlias = Literal["pause", "resume", "stop", "queue"]
"""What a practice can be told: to wait, to go on, to end in order, to practise a skill next."""

KINDS: Final = get_args(CommandKind)
FOLDER: Final = "commands"
SCHEMA: Final = 1
LARGEST: Final = 4_096
"""Bytes of a command's file, at most."""
MOST_AT_ONCE: Final = 64
"""Files that are read at one look, the oldest first."""
LONGEST_NAME: Final = 120
"""Characters of a skill's name, and of where a command is from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command.

    Attributes:
        kind: what to do.
        skill: what to practise, with ``queue``; else empty.
        by: where it is from, such as ``terminal`` or ``page``.
        at: when it was given, see `agent.records.clock.timestamp`.
    """

    kind: CommandKind
    skill: str = ""
    by: str = "terminal"
    at: str = ""


@dataclass(frozen=True, slots=True)
class NoCommand:
    """A file that is no command.

    Attributes:
        file: its name, made plain.
        reason: why not.
    """

    file: str
    reason: str


@dataclass(slots=True)
class CommandBox:
    """The commands in a run's folder.

    Attributes:
        run: the run's folder.
    """

    run: Path
    _stuck: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """Where the files lie; made with the first command."""
        return self.run / FOLDER

    def put(self, command: Command) -> Path:
        """Leave a command; returns its file. Raises `RunNotWritable`."""
        now = datetime.now(UTC)
        path = self.folder / f"{now:%Y%m%dT%H%M%S}{now.microsecond:06d}Z-{secrets.token_hex(3)}.json"
        record = {
            "schema": SCHEMA, "command": command.kind, "skill": command.skill, "by": command.by,
            "at": command.at or timestamp(now),
        }  # fmt: skip
        try:
            disk.make_folder(self.folder, Written.COMMAND)
            write_atomically(path, to_json(record), Written.COMMAND)
        except OSError as error:
            raise RunNotWritable(
                f"cannot leave a command in run {self.run.name!r}: {error.strerror or error}"
            ) from error
        return path

    def take(self) -> Iterator[Command | NoCommand]:
        """The commands left since the last call, in their order; each is removed once it has been told.

        What is no command comes with the reason. What cannot be removed is told only once.
        """
        for path in self._waiting():
            try:
                told: Command | NoCommand = _read(path)
            except (OSError, ValueError) as error:
                told = NoCommand(plain(path.name, LONGEST_NAME), _reason(error))
            yield told
            self._stuck.add(path.name)
            with suppress(OSError):
                disk.remove(path, Written.COMMAND)
                self._stuck.discard(path.name)

    def waiting(self) -> Iterator[Command]:
        """The commands that nobody has taken yet, in their order; they stay."""
        for path in self._waiting():
            with suppress(OSError, ValueError):
                yield _read(path)

    def _waiting(self) -> list[Path]:
        try:
            if self.folder.is_symlink():  # a copy from elsewhere: nothing outside the run is read or removed
                return []
            found = [path for path in self.folder.iterdir() if path.name not in self._stuck]
        except OSError:
            return []
        found = [path for path in found if path.suffix == ".json" and not path.name.startswith(".")]
        return sorted(found)[:MOST_AT_ONCE]


def send(run: RunInfo, command: Command) -> Path:
    """Tell a practice that runs what to do; returns the file.

    Raises:
        NotSteerable: the run takes no commands: it is of another kind, or no process works on it.
        UnknownSkillName: the skill to practise is none of the run's.
        RunNotWritable: the folder takes no writes.
    """
    if reason := why_not_steerable(run):
        raise NotSteerable(reason)
    if command.kind == "queue":
        require_skill(command.skill, known_skills(run))
    return CommandBox(run.path).put(command)


def why_not_steerable(run: RunInfo) -> str:
    """Why a run takes no commands; empty for one that does."""
    if run.command != "practice":
        return f"run {run.name!r} is a {brief(run.command)} run; only a practice can be steered"
    if run.status is RunStatus.RUNNING:
        return ""
    if run.status is RunStatus.DONE:
        return f"run {run.name!r} is done; begin another with: journeyman practice"
    return f"run {run.name!r} does not run; go on with: {resume_command(run.path, 'practice')}"


def known_skills(run: RunInfo) -> list[str]:
    """The skills that a practice knows of, as its events tell. Raises `RunDamaged`."""
    kinds = ("claimed", "designed", "admitted")
    return list(dict.fromkeys(str(e.get("skill", "")) for e in run.events() if e.get("kind") in kinds))


def require_skill(name: str, known: list[str]) -> None:
    """Raise `UnknownSkillName` unless a skill is among those known."""
    if name in known:
        return
    if not known:
        raise UnknownSkillName(
            f"no skill {brief(name)}: the practice has no tasks yet; wait until it has some"
        )
    raise UnknownSkillName(
        f"no skill {brief(name)}{did_you_mean(name, known, f'there are: {listed(known)}')}"
    )


def _read(path: Path) -> Command:
    record = parsed(read_file(path, LARGEST))
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    if problem := why_not(record.get("schema"), SCHEMA):
        raise ValueError(f"it {problem}")
    kind, skill, by, at = (record.get(name, "") for name in ("command", "skill", "by", "at"))
    if kind not in KINDS:
        raise ValueError(f"it says {brief(kind)}; expected one of {', '.join(KINDS)}")
    if not all(isinstance(text, str) for text in (skill, by, at)):
        raise ValueError("skill, by and at must be texts")
    if kind == "queue" and not skill:
        raise ValueError("it names no skill to practise")
    return Command(
        kind=cast("CommandKind", kind), skill=plain(skill, LONGEST_NAME), by=plain(by, LONGEST_NAME),
        at=plain(at, LONGEST_NAME),
    )  # fmt: skip


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return plain(error.strerror or error, 200)
    return plain(why_unreadable(error), 200)
