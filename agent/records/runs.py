"""Run folders: one folder per practice, solve or evaluation, written so that a kill loses nothing.

```
runs/<utc>-<command>-<game>-s<seed>-<id>/
    run.json       what, when, where: schema, versions, cores, configuration hash, process
    config.json    the resolved configuration, written before the first step
    events.jsonl   facts in the order in which they happened
    play.jsonl     what executors decided while they played: plans, skills, guards, ends
    episodes.jsonl what each episode follows from, to be played again: game, seed, actions
    metrics.jsonl  numbers over time
    answers.jsonl  what a model was asked and said
    media/         films and pictures
    DONE           the outcome; a folder without it was interrupted or crashed
```
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from agent.config import config_hash
from agent.errors import RunBusy, RunDamaged, RunNotWritable, UnknownRun
from agent.records.clock import Clock, timestamp
from agent.records.journal import Journal, not_writable, read_journal
from agent.records.redaction import redact_record, shown
from agent.surroundings import real_path
from envs import disk
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file
from envs.text import brief
from envs.workers.cores import core_count
from skills.files import json_bytes, remove_unfinished, write_atomically

SCHEMA = 1
"""Schema number of ``run.json`` and ``DONE``."""

_PACKAGES = (
    "torch",
    "stable-baselines3",
    "numpy",
    "gymnasium",
    "networkx",
    "pydantic-monty",
    "langchain",
    "crafter",
)


MOST_PLAY_BYTES = 2**29
"""Size of ``play.jsonl`` from which on no more play is kept in it: a session may go on for days."""
EPISODES = "episodes.jsonl"
"""The file of recorded episodes, see `agent.records.episodes`."""
MOST_EPISODE_BYTES = 2**27
"""Its size from which on no more episodes are kept: some ten thousand of them."""
LONGEST_REASON = 4_000
"""Characters of the message with which a run ended."""

_open_here: set[Path] = set()
"""Runs that this process is writing to; others of its own have ended, however they did."""


class RunStatus(StrEnum):
    """How a run stands."""

    DONE = "done"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"


_KINDS: Final[Mapping[str, type]] = {"command": str, "game": str, "seed": int, "created": str, "pid": int}
"""What every ``run.json`` says, and as what."""


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
        return _read_json(self.path / "config.json")

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
        return _read_json(done) if done.exists() else {}


class Run:
    """A run folder that this process writes to; a context manager.

    Leaving the block by `KeyboardInterrupt` notes an interruption, by any other error a crash; both leave
    the folder without ``DONE``, so that it can be resumed.

    Attributes:
        path: the folder.
        begun_at: when this process opened it, as a time on record.
    """

    def __init__(self, path: Path) -> None:
        """Open the files of an existing folder; use `create` or `resume`."""
        self.path = path
        self._clock = Clock(_last_time(path))
        self.begun_at = self._clock.timestamp
        self._discarded = False
        self._play_is_full = self._episodes_are_full = False
        with ExitStack() as files:
            self._events = files.enter_context(Journal(path / "events.jsonl", Written.EVENTS))
            self._metrics = files.enter_context(
                Journal(path / "metrics.jsonl", Written.METRICS, durable=False)
            )
            self._play = files.enter_context(Journal(path / "play.jsonl", Written.PLAY, durable=False))
            self._episodes = files.enter_context(Journal(path / EPISODES, Written.EPISODES, durable=False))
            self._files = files.pop_all()
        _open_here.add(real_path(path))

    @classmethod
    def create(cls, runs_dir: Path, *, command: str, game: str, seed: int, config: Mapping[str, Any]) -> Run:
        """Make a new run folder with its configuration in it.

        Raises:
            RunNotWritable: the folder of runs is read-only, or the disk is full.
        """
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%SZ}-{command}-{game}-s{seed}-{secrets.token_hex(3)}"
        hidden, path = runs_dir / f".new-{name}", runs_dir / name
        record = {
            "schema": SCHEMA,
            "name": name,
            "command": command,
            "game": game,
            "seed": seed,
            "created": timestamp(now),
            "arguments": sys.argv[1:],
            "config_hash": config_hash(config),
            "versions": package_versions(),
            "machine": {"cores": core_count(), "system": platform.system(), "processor": platform.machine()},
            **_process_record(),
        }
        try:
            disk.make_folder(hidden / "media", Written.RUN)
            _write_json(hidden / "config.json", dict(config), Written.CONFIG)
            _write_json(hidden / "run.json", record, Written.RUN)
            disk.rename(hidden, path, Written.RUN)
        except OSError as error:
            with suppress(OSError):
                disk.remove_folder(hidden, Written.RUN)
            raise RunNotWritable(
                f"cannot make a run folder in {str(runs_dir)!r}: {error.strerror or error}; "
                "name a writable folder with --runs-dir"
            ) from error
        return cls(path)._begun("started", command=command)

    @classmethod
    def resume(
        cls, runs_dir: Path, name: str, *, command: str, config: Mapping[str, Any] | None = None, **data: Any
    ) -> Run:
        """Resume a run of `command`; `name` may be a unique beginning.

        Args:
            runs_dir: folder of runs.
            name: of the run.
            command: that it must be a run of.
            config: its configuration from now on, where that has changed.
            data: noted with the event, beside the lines that the journals had.

        Raises:
            UnknownRun: no such run, more than one, or a run of another command.
            RunBusy: another process is writing to it.
        """
        info = find_run(runs_dir, name)
        if info.command != command:
            raise UnknownRun(f"run {info.name!r} is a {info.command} run; expected a {command} run")
        if info.status is RunStatus.RUNNING:
            raise RunBusy(
                f"run {info.name!r} is being written by process {info.record['pid']}; wait for its end"
            )
        try:
            remove_unfinished(info.path, Written.RUN)
            disk.remove(info.path / "DONE", Written.DONE)
            record = {**info.record, **_process_record()}
            if config is not None:
                record["config_hash"] = config_hash(config)
                _write_json(info.path / "config.json", config, Written.CONFIG)
            _write_json(info.path / "run.json", record, Written.RUN)
        except OSError as error:
            raise RunNotWritable(f"cannot write to run {info.name!r}: {error.strerror or error}") from error
        run = cls(info.path)
        return run._begun("resumed", lines=run.lines, **data)

    def _begun(self, kind: str, **data: Any) -> Run:
        try:
            self.event(kind, **data)
        except BaseException:
            self.close()
            raise
        return self

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def media(self) -> Path:
        """Folder for films and pictures."""
        return self.path / "media"

    @property
    def answers_path(self) -> Path:
        """Where what a model said is written."""
        return self.path / "answers.jsonl"

    @property
    def lines(self) -> dict[str, int]:
        """Lines in the journals so far, by journal."""
        return {"events": self._events.lines, "play": self._play.lines, "metrics": self._metrics.lines}

    def event(self, kind: str, **data: Any) -> None:
        """Write down that something happened; it is on the disk when this returns."""
        self._events.append({"at": self._clock.timestamp, "kind": kind, **data})

    def metrics(self, **values: Any) -> None:
        """Write down numbers, keyed ``train/...``, ``judge/...`` and so on."""
        self._metrics.append({"t": round(self._clock.seconds, 3), **values})

    def play(self, seed: int, events: Sequence[Mapping[str, Any]], **more: Any) -> tuple[int, int] | None:
        """Write down what executors decided in one piece of play.

        Args:
            seed: of the job or episode.
            events: see `planners.execution.events`, as records.
            more: what else tells the piece of play from others, such as its task.

        Returns:
            The bytes of ``play.jsonl`` that it takes: the first, and the one after the last; None where it is
            not kept any more.
        """
        if self._play_is_full:
            return None
        if self._play.bytes > MOST_PLAY_BYTES:
            self._play_is_full = True
            self.event("play_not_kept", reason=f"play.jsonl has reached {MOST_PLAY_BYTES // 2**20} MiB")
            return None
        at, begin = self._clock.timestamp, self._play.bytes
        self._play.append(*({"at": at, "seed": seed, **more, **event} for event in events))
        return begin, self._play.bytes

    def episode(self, trace: Mapping[str, Any], play: tuple[int, int] | None = None, **about: Any) -> None:
        """Keep what an episode follows from, so that it can be played again.

        Args:
            trace: see `envs.recording.trace.Trace.to_record`.
            play: where its events are, as `play` said.
            about: what was asked and how it ended, see `agent.records.episodes.Episode`.
        """
        if self._episodes_are_full:
            return
        if self._episodes.bytes > MOST_EPISODE_BYTES:
            self._episodes_are_full = True
            self.event(
                "episodes_not_kept", reason=f"{EPISODES} has reached {MOST_EPISODE_BYTES // 2**20} MiB"
            )
            return
        self._episodes.append(
            {"at": self._clock.timestamp, "about": about, "play": play, "trace": dict(trace)}
        )

    def events(self) -> Iterator[dict[str, Any]]:
        """What happened so far, in order."""
        return read_journal(self.path / "events.jsonl")

    def play_events(self) -> Iterator[dict[str, Any]]:
        """What executors decided so far, piece of play by piece of play."""
        return read_journal(self.path / "play.jsonl")

    def finish(self, **result: Any) -> None:
        """Mark the run as complete, with its result."""
        self.event("finished")
        done = {"schema": SCHEMA, "at": self._clock.timestamp, **result}
        try:
            _write_json(self.path / "DONE", done, Written.DONE)
        except OSError as error:
            raise not_writable(self.path / "DONE", error) from error

    def discard(self) -> None:
        """Remove the folder of a run that never began; what cannot be removed stays, as a crashed run."""
        self.close()
        with suppress(OSError):
            disk.remove_folder(self.path, Written.RUN)
            self._discarded = True

    def close(self) -> None:
        """Close the files."""
        self._files.close()
        _open_here.discard(real_path(self.path))

    def __enter__(self) -> Run:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note how the block ended, and close the files."""
        try:
            with suppress(RunNotWritable, MemoryError):  # what ended the block says more
                if self._discarded:
                    return
                if isinstance(error, KeyboardInterrupt):
                    self.event("interrupted", **signal_of(error))
                elif error is not None and not isinstance(error, RunNotWritable):
                    message = shown(error, LONGEST_REASON, lines=True)
                    self.event("crashed", error=type(error).__name__, message=message)
        finally:
            self.close()


def signal_of(interruption: KeyboardInterrupt) -> dict[str, str]:
    """What an event of an interruption says besides: the signal, where it was not Ctrl-C."""
    heard = str(interruption.args[0]) if interruption.args else "SIGINT"
    return {} if heard == "SIGINT" else {"signal": heard}


def _last_time(path: Path) -> str:
    """When the last thing on record happened; empty for a new run."""
    last = ""
    for event in read_journal(path / "events.jsonl"):
        last = str(event.get("at", last))
    return last


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


def read_run(path: Path) -> RunInfo:
    """Read one run folder. Raises `RunDamaged`."""
    record = _read_json(path / "run.json")
    if record.get("schema") != SCHEMA:
        raise RunDamaged(
            f"run {path.name!r} has schema {record.get('schema')!r}; this version reads {SCHEMA}"
        )
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


def package_versions() -> dict[str, str]:
    """Versions of Python, of this project and of the packages that a result depends on."""
    versions = {"python": platform.python_version()}
    for package in ("journeyman", *_PACKAGES):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "missing"
    return versions


def _status(path: Path, record: Mapping[str, Any]) -> RunStatus:
    if (path / "DONE").exists():
        return RunStatus.DONE
    process = record.get("process_start")
    ours = record["pid"] == os.getpid() and real_path(path) not in _open_here
    if process is not None and _process_start(record["pid"]) == process and not ours:
        return RunStatus.RUNNING
    last = ""
    for event in read_journal(path / "events.jsonl"):
        last = event.get("kind", "")
    return RunStatus.INTERRUPTED if last == "interrupted" else RunStatus.CRASHED


def _process_record() -> dict[str, Any]:
    return {"pid": os.getpid(), "process_start": _process_start(os.getpid())}


def _process_start(pid: int) -> str | None:
    """A mark that tells this process from a later one with the same number; None when it is not alive."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "alive" if not Path("/proc/self").exists() and _is_alive(pid) else None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write_json(path: Path, record: Mapping[str, Any], what: Written) -> None:
    text = json.dumps(redact_record(record), indent=1, ensure_ascii=False, default=str) + "\n"
    write_atomically(path, json_bytes(text), what)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = parsed(read_file(path))
    except (OSError, ValueError) as error:
        raise RunDamaged(f"{path.name} of run {path.parent.name!r} cannot be read: {error}") from error
    if not isinstance(record, dict):
        raise RunDamaged(f"{path.name} of run {path.parent.name!r} is not a JSON object")
    return record
