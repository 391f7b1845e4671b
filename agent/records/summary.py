"""A run in a few words: what it was for, how long it took, what came of it; from its folder alone.

A run that goes on, was broken off or lost its last line has one too: what is not known stays empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from agent.errors import RunDamaged
from agent.records.redaction import shown
from agent.records.runs import RunInfo, RunStatus
from envs.json_text import MALFORMED
from envs.text import counted

LONGEST_GOAL: Final = 120
"""Characters of a goal."""
LONGEST_RESULT: Final = 200
"""Characters of a result, or of the reason why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in a few words.

    Attributes:
        name: the folder's name.
        command: ``practice``, ``solve`` or ``eval``.
        game: registry name.
        stand_in: what was played in its place, such as a world that is not the game; empty for itself.
        goal: what it was for: the task, the suite, or what practice may spend.
        created: when it began, ISO 8601 in UTC.
        duration_s: seconds from its beginning to the last that is known of it; None where nothing is.
        status: ``done``, ``running``, ``interrupted`` or ``crashed``.
        result: what came of it; of a run that is not done, what was there so far, or why it ended.
    """

    name: str
    command: str
    game: str
    goal: str
    created: str
    duration_s: float | None
    status: str
    result: str
    stand_in: str = ""

    @property
    def played(self) -> str:
        """The game, and what was played in its place."""
        return f"{self.game} ({self.stand_in})" if self.stand_in else self.game

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "name": self.name,
            "command": self.command,
            "game": self.game,
            "stand_in": self.stand_in,
            "goal": self.goal,
            "created": self.created,
            "duration_s": self.duration_s,
            "status": self.status,
            "result": self.result,
        }


def summary_of(run: RunInfo, now: datetime | None = None) -> RunSummary:
    """The summary of a run.

    Args:
        run: the run.
        now: the time that a run which goes on has lasted until; by default the present.
    """
    counts, last, paused = _counted_events(run)
    return RunSummary(
        name=run.name,
        command=shown(run.command),
        game=shown(run.game),
        stand_in=shown(str(run.record.get("stand_in", "")), LONGEST_GOAL),
        goal=shown(_goal(run), LONGEST_GOAL),
        created=shown(run.created),
        duration_s=_duration(run, last, now),
        status=run.status.value,
        result=shown(_result(run, counts, paused=paused), LONGEST_RESULT),
    )


def _counted_events(run: RunInfo) -> tuple[dict[str, int], str, bool]:
    """How often each kind of event happened, when the last one did, and whether a pause is not over."""
    counts: dict[str, int] = {}
    last, paused = "", False
    try:
        for event in run.events():
            kind = str(event.get("kind", ""))
            counts[kind] = counts.get(kind, 0) + 1
            last = str(event.get("at", "")) or last
            if kind == "command" and event.get("command") == "pause":
                paused = True
            elif kind in ("pause_ended", "resumed"):
                paused = False
    except (RunDamaged, OSError):
        pass
    return counts, last, paused


def _goal(run: RunInfo) -> str:
    try:
        config = run.config()
    except RunDamaged:
        return ""
    words: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
        "solve": lambda it: str(it["task"]),
        "eval": _suite,
        "practice": lambda it: (
            f"learn skills: at most {counted(int(it['budget_steps']), 'step')}, {float(it['minutes']):g} min"
        ),
    }
    try:
        return words[run.command](config)
    except MALFORMED:
        return ""


def _suite(config: Mapping[str, Any]) -> str:
    suite = str(config["suite"]).rpartition("/")[2]
    parts = [
        config.get("task"),
        config.get("mode"),
        config.get("baseline") and f"{config['baseline']} actions",
    ]
    return ", ".join([suite, *(str(part) for part in parts if part)])


def _result(run: RunInfo, counts: Mapping[str, int], *, paused: bool) -> str:
    try:
        if run.status is RunStatus.DONE:
            return _RESULTS[run.command](run.result())
        episodes = counts.get("episode", 0)
        so_far = f"{counted(episodes, 'episode')} so far" if episodes else ""
        if run.command == "practice" and counts.get("admitted"):
            so_far = f"{counted(counts['admitted'], 'admission')} so far"
        waits = "paused" if paused and run.status is RunStatus.RUNNING else ""
        return "; ".join(filter(None, (waits, so_far, run.reason())))
    except (*MALFORMED, RunDamaged):
        return ""


def _solved(result: Mapping[str, Any]) -> str:
    low, high = (float(bound) for bound in result["ci95"])
    said = f"{result['successes']} of {result['n']} reached"
    if int(result["n"]) > 1:
        said += f" ({float(result['success_rate']):.0%}, {low:.0%} to {high:.0%})"
    return said + (f", {result['unclear']} unclear" if result.get("unclear") else "")


def _evaluated(result: Mapping[str, Any]) -> str:
    """The suite's own metric, or the mean over its tasks."""
    metrics: Mapping[str, Any] = result["metrics"]
    names = [name for name in ("score", "progress") if name in metrics]
    names += [name for name in metrics if name.startswith("overall/")]
    said = [
        f"{name.removeprefix('overall/')} {metrics[name]['mean']:.1f} "
        f"({metrics[name]['ci95'][0]:.1f} to {metrics[name]['ci95'][1]:.1f})"
        for name in names[:1]
    ]
    tasks = len(result.get("tasks", ()))
    said += [counted(tasks, "task")] if tasks else []
    return f"{', '.join(said)}, n = {result['n']}"


def _practised(result: Mapping[str, Any]) -> str:
    parts = [f"{counted(len(result['admitted']), 'skill')} admitted"]
    for name, words in (("abandoned", "given up"), ("retired", "retired")):
        parts += [f"{len(result[name])} {words}"] if result.get(name) else []
    return f"{', '.join(parts)}, {counted(int(result['steps']), 'step')}"


_RESULTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "solve": _solved,
    "eval": _evaluated,
    "practice": _practised,
}


def _duration(run: RunInfo, last: str, now: datetime | None) -> float | None:
    """Seconds; a run that was resumed later has lasted since its beginning."""
    try:
        begun = datetime.fromisoformat(run.created)
        running = run.status is RunStatus.RUNNING
        ended = (now or datetime.now(UTC)) if running else datetime.fromisoformat(last)
        return round(max(0.0, (ended - begun).total_seconds()), 1)
    except (TypeError, ValueError):
        return None


def duration_in_words(seconds: float | None) -> str:
    """A duration for people; empty for None.

    >>> [duration_in_words(s) for s in (None, 0.4, 59.6, 754, 8100, 200000)]
    ['', '< 1 s', '1:00 min', '12:34 min', '2 h 15 min', '2 d 7 h']
    """
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 1:
        return "< 1 s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"
