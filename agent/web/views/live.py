"""A run as it stands, from its folder alone: running, ended, interrupted or killed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from agent.errors import RunDamaged, UnknownRun
from agent.practice.bar import LEAST_LOWER_BOUND
from agent.records.commands import CommandBox, why_not_steerable
from agent.records.redaction import shown
from agent.records.runs import RunInfo, RunStatus, find_run, read_run
from agent.records.summary import summary_of
from agent.records.tail import Tail
from agent.web.views.folders import Folders
from agent.web.views.live_state import live_state
from agent.web.views.practice_log import PracticeLog
from envs.errors import GameError
from envs.reading import read_file
from envs.registry import game_spec

LARGEST_STATE: Final = 256 * 1024
"""Bytes of ``live/state.json``."""
LARGEST_PICTURE: Final = 8 * 2**20
MOST_READ: Final = 200
"""Looks at a journal that one call takes, each of a few megabytes; a longer one is told up to there."""


@dataclass(slots=True)
class RunWatch:
    """Reads a run's folder look by look, and says what is new.

    Attributes:
        path: the run's folder.
        log: what its journals come to.
    """

    path: Path
    log: PracticeLog = field(default_factory=PracticeLog)
    _events: Tail = field(init=False)
    _metrics: Tail = field(init=False)
    _state: bytes = b""
    _status: str = ""
    _asked: tuple[str, ...] = ()
    _restarts: int = 0

    def __post_init__(self) -> None:
        self._events = Tail(self.path / "events.jsonl")
        self._metrics = Tail(self.path / "metrics.jsonl")

    def catch_up(self) -> None:
        """Read all that there is."""
        for _ in range(MOST_READ):
            self.look()
            if not (self._events.behind or self._metrics.behind):
                return

    def look(self) -> dict[str, Any]:
        """What has changed since the last look; empty when nothing has.

        Returns:
            ``entries``, ``points``, ``growth``, ``skills``, ``verdicts``, ``chosen``, ``now``, ``run`` and
            ``asked``, as far as there is anything new of them; ``snapshot`` alone when the journals began
            anew.
        """
        before = len(self.log.growth), self.log.chosen, self.log.verdicts[-1:]
        events, metrics = self._events.more(), self._metrics.more()
        if self._events.restarts + self._metrics.restarts != self._restarts:
            return self._begin_anew()
        entries = [entry for record in events if (entry := self.log.event(record)) is not None]
        points = [point for record in metrics for point in self.log.metrics(record)]
        new: dict[str, Any] = {
            "entries": entries, "points": points, "skills": self.log.take_changed(),
            "chosen": self.log.chosen if self.log.chosen != before[1] else {},
            "verdicts": self.log.verdicts if self.log.verdicts[-1:] != before[2] else [],
            "growth": self.log.growth if len(self.log.growth) != before[0] else [],
            "now": self._new_state(), "run": self._new_status(), "asked": self._newly_asked(),
        }  # fmt: skip
        return {name: value for name, value in new.items() if value}

    def snapshot(self) -> dict[str, Any]:
        """The run as it stands, as read so far. Raises `RunDamaged`."""
        run = read_run(self.path)
        return {
            "run": run_record(run),
            "limits": _limits(run),
            "threshold": LEAST_LOWER_BOUND,
            "now": live_state(self._state or _state_bytes(self.path)),
            "asked": {"commands": list(self._asked)},
            "damaged_lines": self._events.damaged + self._metrics.damaged,
            **self.log.to_record(),
        }

    @property
    def over(self) -> bool:
        """Whether no process works on the run any more."""
        try:
            return read_run(self.path).status is not RunStatus.RUNNING
        except RunDamaged:
            return True

    def _begin_anew(self) -> dict[str, Any]:
        self.log = PracticeLog()
        self._events, self._metrics, self._restarts = Tail(self._events.path), Tail(self._metrics.path), 0
        self.catch_up()
        return {"snapshot": self.snapshot()}

    def _new_state(self) -> dict[str, Any]:
        content = _state_bytes(self.path)
        if content == self._state:
            return {}
        self._state = content
        return live_state(content)

    def _newly_asked(self) -> dict[str, list[str]]:
        """The kinds of the commands that the practice has not come to yet, where that has changed."""
        asked = tuple(command.kind for command in CommandBox(self.path).waiting())
        if asked == self._asked:
            return {}
        self._asked = asked
        return {"commands": list(asked)}

    def _new_status(self) -> dict[str, Any]:
        try:
            run = read_run(self.path)
        except RunDamaged:
            return {}
        if run.status.value == self._status:
            return {}
        self._status = run.status.value
        return run_record(run)


def live(folders: Folders, name: str) -> dict[str, Any]:
    """A run as it stands.

    Raises:
        UnknownRun: there is none of that name.
        RunDamaged: its folder cannot be read.
    """
    watch = RunWatch(find_run(folders.runs, name).path)
    watch.catch_up()
    return watch.snapshot()


def run_record(run: RunInfo) -> dict[str, Any]:
    """What a page says of a run at its head."""
    try:
        title = game_spec(run.game).title
    except GameError:
        title = shown(run.game, 80)
    return {
        **summary_of(run).to_record(),
        "title": title,
        "not_steerable": why_not_steerable(run),
        **_spent(run),
    }


def live_picture(folders: Folders, name: str) -> bytes:
    """The latest picture of a run's games, a PNG file. Raises `UnknownRun`."""
    return _picture(find_run(folders.runs, name).path / "live" / "picture.png")


def verdict_picture(folders: Folders, name: str, picture: str) -> bytes:
    """The pictures that a verdict rests on, a PNG file. Raises `UnknownRun`."""
    stem, _, ending = picture.partition(".")
    if not (stem.isascii() and stem.isdigit() and ending == "png"):
        raise UnknownRun(f"no picture {shown(picture, 80)!r}; they are named by number, such as '0001.png'")
    return _picture(find_run(folders.runs, name).path / "media" / "verdicts" / picture)


def _picture(path: Path) -> bytes:
    try:
        content = read_file(path, LARGEST_PICTURE)
    except OSError as error:
        raise UnknownRun(f"the run has no {path.name}: {error.strerror or error}") from error
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise RunDamaged(f"{path.name} is no PNG file")
    return content


def _state_bytes(path: Path) -> bytes:
    try:
        return read_file(path / "live" / "state.json", LARGEST_STATE)
    except OSError:
        return b""


def _limits(run: RunInfo) -> dict[str, Any]:
    """Budgets and caps; those of the settings where the practice has not told others."""
    try:
        config: Mapping[str, Any] = run.config()
    except RunDamaged:
        return {}
    known = {
        "steps": "budget_steps", "minutes": "minutes", "calls": "max_calls", "tokens": "max_tokens",
        "usd": "max_usd",
    }  # fmt: skip
    limits = {name: config.get(key) for name, key in known.items()}
    return {name: limit for name, limit in limits.items() if isinstance(limit, int | float)}


def _spent(run: RunInfo) -> dict[str, Any]:
    """What a run that is done says it has spent."""
    try:
        result = run.result()
    except RunDamaged:
        return {}
    keys = ("steps", "minutes", "calls", "tokens", "usd")
    return {"spent": {key: result[key] for key in keys if isinstance(result.get(key), int | float)}}
