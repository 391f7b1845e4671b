"""The run that this process writes: its folder, its journals, its end."""

from __future__ import annotations

import os
import platform
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.config import config_hash
from agent.errors import RunBusy, RunNotWritable, UnknownRun
from agent.records.clock import Clock, timestamp
from agent.records.journal import Journal, not_writable, read_journal
from agent.records.redaction import shown
from agent.records.runs.folder import EPISODES, LONGEST_REASON, SCHEMA, open_here, write_json
from agent.records.runs.found_run import RunStatus, find_run
from agent.records.runs.process_mark import process_mark
from agent.records.runs.versions import package_versions
from agent.surroundings import real_path
from envs import disk
from envs.disk import Written
from envs.errors import GameError
from envs.registry import game_spec
from envs.workers.cores import core_count
from skills.files import remove_unfinished

MOST_PLAY_BYTES = 2**29
"""Size of ``play.jsonl`` from which on no more play is kept in it: a session may go on for days."""
MOST_EPISODE_BYTES = 2**27
"""Its size from which on no more episodes are kept: some ten thousand of them."""


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
        open_here.add(real_path(path))

    @classmethod
    def create(cls, runs_dir: Path, *, command: str, game: str, seed: int, config: Mapping[str, Any]) -> Run:
        """Make a new run folder with its configuration in it.

        Raises:
            RunNotWritable: the folder of runs is read-only, or the disk is full.

        Where something else is played in the place of the game, the record says so, see `GameSpec.stand_ins`.
        """
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%SZ}-{command}-{game}-s{seed}-{secrets.token_hex(3)}"
        hidden, path = runs_dir / f".new-{name}", runs_dir / name
        record = {
            "schema": SCHEMA,
            "name": name,
            "command": command,
            "game": game,
            **_stand_in_record(game, config),
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
            write_json(hidden / "config.json", dict(config), Written.CONFIG)
            write_json(hidden / "run.json", record, Written.RUN)
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
                write_json(info.path / "config.json", config, Written.CONFIG)
            write_json(info.path / "run.json", record, Written.RUN)
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
            write_json(self.path / "DONE", done, Written.DONE)
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
        open_here.discard(real_path(self.path))

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


def _process_record() -> dict[str, Any]:
    return {"pid": os.getpid(), "process_start": process_mark(os.getpid())}


def _stand_in_record(game: str, config: Mapping[str, Any]) -> dict[str, str]:
    """What is played in place of the game itself, if anything is."""
    options = config.get("game_options")
    with suppress(GameError):  # a game that was known once
        if label := game_spec(game).stand_in(options if isinstance(options, Mapping) else None):
            return {"stand_in": label}
    return {}
