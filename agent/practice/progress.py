"""Progress of a practice session: what is told, and as lines; as a panel it is in `agent.practice.panel`.

Everything goes to stderr; stdout is for results.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final, Protocol, TextIO

from agent.records.redaction import shown
from envs.text import counted

LONGEST_NOTE: Final = 1_000
"""Characters of one line of progress."""


class PracticeProgress(Protocol):
    """Called by the practice loop, in this order per skill: started, training (often), finished."""

    def started(
        self, *, game: str, budget_steps: int, minutes: float, estimate_minutes: float, resumed_steps: int = 0
    ) -> None:
        """The session begins.

        Args:
            game: the game's title.
            budget_steps: game steps that may be spent.
            minutes: wall-clock minutes that may be spent.
            estimate_minutes: how long the session will probably take, minutes.
            resumed_steps: game steps that the resumed run had spent already.
        """
        ...

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        """A skill is in training from now on; `budget` is in game steps, 0 for a scripted one."""
        ...

    def training(self, name: str, *, steps: int, budget: int, success_rate: float, fps: float) -> None:
        """Progress of training: steps of the skill so far, recent success rate (0..1), steps per second."""
        ...

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """The test on fresh seeds is over; `steps` are the session's game steps so far."""
        ...

    def working(self, what: str = "", *, steps: int, done: int = 0, total: int = 0) -> None:
        """What is done now, apart from training; called often.

        Args:
            what: in a few words, such as ``collecting start states``; empty: the same as before.
            steps: the session's game steps so far.
            done: pieces of it that are done.
            total: pieces of it; 0 where that is not known.
        """
        ...

    def paused(self, paused: bool) -> None:
        """The session waits from now on, and its time is not counted; or it goes on."""
        ...

    def note(self, text: str) -> None:
        """Show one sentence."""
        ...

    def finished(self, *, admitted: int, abandoned: int, steps: int, reason: str) -> None:
        """The session is over, and why."""
        ...


class NullProgress:
    """Shows nothing."""

    def started(
        self, *, game: str, budget_steps: int, minutes: float, estimate_minutes: float, resumed_steps: int = 0
    ) -> None:
        """See `PracticeProgress`."""

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        """See `PracticeProgress`."""

    def training(self, name: str, *, steps: int, budget: int, success_rate: float, fps: float) -> None:
        """See `PracticeProgress`."""

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """See `PracticeProgress`."""

    def working(self, what: str = "", *, steps: int, done: int = 0, total: int = 0) -> None:
        """See `PracticeProgress`."""

    def paused(self, paused: bool) -> None:
        """See `PracticeProgress`."""

    def note(self, text: str) -> None:
        """See `PracticeProgress`."""

    def finished(self, *, admitted: int, abandoned: int, steps: int, reason: str) -> None:
        """See `PracticeProgress`."""


class PlainProgress(NullProgress):
    """One line per event, for logs and pipes; progress of training at most every `every_s` seconds."""

    def __init__(self, stream: TextIO, every_s: float = 15.0) -> None:
        """Write to `stream`."""
        self._stream = stream
        self._every_s = every_s
        self._start = self._said = time.monotonic()
        self._last: dict[str, float] = {}
        self._what = ""

    def _line(self, text: str) -> None:
        self._said = time.monotonic()
        elapsed = self._said - self._start
        line = f"[{int(elapsed) // 60:02d}:{int(elapsed) % 60:02d}] {shown(text, LONGEST_NOTE)}"
        with suppress(OSError):  # that nobody can read it is no reason to stop
            print(line, file=self._stream, flush=True)

    def started(
        self, *, game: str, budget_steps: int, minutes: float, estimate_minutes: float, resumed_steps: int = 0
    ) -> None:
        """See `PracticeProgress`."""
        self._start = time.monotonic()
        resumed = f", {resumed_steps:,} of them spent before" if resumed_steps else ""
        self._line(
            f"{game}: at most {counted(budget_steps, 'step')}{resumed} and {_minutes(minutes)}; "
            f"estimate: {_minutes(round(estimate_minutes)) if estimate_minutes >= 0.5 else 'under a minute'}"
        )

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        """See `PracticeProgress`."""
        self._last.pop(name, None)
        self._line(f"{name}: {description}" + (f" (up to {counted(budget, 'step')})" if budget else ""))

    def training(self, name: str, *, steps: int, budget: int, success_rate: float, fps: float) -> None:
        """See `PracticeProgress`."""
        now = time.monotonic()
        if now - self._last.get(name, float("-inf")) >= self._every_s:
            self._last[name] = now
            done = f"{steps:,} of {counted(budget, 'step')}"
            self._line(f"{name}: {done}, success {success_rate:.0%}, {fps:,.0f} steps/s")

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """See `PracticeProgress`."""
        verdict = "admitted" if admitted else f"not admitted{': ' + reason if reason else ''}"
        spent = f"{counted(steps, 'step')} in all"
        self._line(f"{name}: {successes} of {attempts} on fresh seeds, {verdict} ({spent})")

    def working(self, what: str = "", *, steps: int, done: int = 0, total: int = 0) -> None:
        """See `PracticeProgress`; a line where none was written for a while."""
        self._what = what or self._what
        if self._what and time.monotonic() - self._said >= self._every_s:
            self._line(f"{doing_line(self._what, done, total)} ({counted(steps, 'step')} in all)")

    def note(self, text: str) -> None:
        """See `PracticeProgress`."""
        self._line(text)

    def finished(self, *, admitted: int, abandoned: int, steps: int, reason: str) -> None:
        """See `PracticeProgress`."""
        self._line(summary_line(admitted, abandoned, steps, reason))


def doing_line(what: str, done: int, total: int) -> str:
    """What is done, and how far it is.

    >>> doing_line("collecting start states", 3, 12), doing_line("choosing", 0, 0)
    ('collecting start states: 3 of 12', 'choosing')
    """
    return f"{shown(what)}: {done:,} of {total:,}" if total else shown(what)


def _minutes(minutes: float) -> str:
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"


def summary_line(admitted: int, abandoned: int, steps: int, reason: str) -> str:
    """A session in one line."""
    done = f"{counted(admitted, 'skill')} admitted, {abandoned:,} given up, {counted(steps, 'step')}"
    return f"{done}; {reason}"
