"""Progress of a practice session, and three ways to show it.

Everything goes to stderr; stdout is for results.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from agent.records.redaction import shown
from envs.text import counted

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.live import Live

LONGEST_NOTE: Final = 1_000
"""Characters of one line of progress."""


MOST_NAMED: Final = 40
"""Skills that the panel names, the latest."""


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
        self._start = time.monotonic()
        self._last = float("-inf")

    def _line(self, text: str) -> None:
        elapsed = time.monotonic() - self._start
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
            f"estimate: {_minutes(round(estimate_minutes))}"
        )

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        """See `PracticeProgress`."""
        self._last = float("-inf")
        self._line(f"{name}: {description}" + (f" (up to {counted(budget, 'step')})" if budget else ""))

    def training(self, name: str, *, steps: int, budget: int, success_rate: float, fps: float) -> None:
        """See `PracticeProgress`."""
        now = time.monotonic()
        if now - self._last >= self._every_s:
            self._last = now
            done = f"{steps:,} of {counted(budget, 'step')}"
            self._line(f"{name}: {done}, success {success_rate:.0%}, {fps:,.0f} steps/s")

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """See `PracticeProgress`."""
        verdict = "admitted" if admitted else f"not admitted{': ' + reason if reason else ''}"
        spent = f"{counted(steps, 'step')} in all"
        self._line(f"{name}: {successes} of {attempts} on fresh seeds, {verdict} ({spent})")

    def note(self, text: str) -> None:
        """See `PracticeProgress`."""
        self._line(text)

    def finished(self, *, admitted: int, abandoned: int, steps: int, reason: str) -> None:
        """See `PracticeProgress`."""
        self._line(_summary(admitted, abandoned, steps, reason))


class RichProgress:
    """A live panel: time and steps against the budget, the skill in training, what was admitted."""

    def __init__(self, console: Console) -> None:
        """Draw on `console`, which should write to stderr."""
        self._console = console
        self._live: Live | None = None
        self._game = ""
        self._budget_steps = 1
        self._minutes = 1.0
        self._estimate = 0.0
        self._done_steps = 0
        self._skill = ""
        self._skill_steps = 0
        self._skill_budget = 0
        self._success = 0.0
        self._fps = 0.0
        self._start = time.monotonic()
        self._admitted: dict[str, None] = {}
        self._notes: deque[str] = deque(maxlen=4)

    def started(
        self, *, game: str, budget_steps: int, minutes: float, estimate_minutes: float, resumed_steps: int = 0
    ) -> None:
        """See `PracticeProgress`."""
        from rich.live import Live

        self._game, self._budget_steps, self._minutes = shown(game), budget_steps, minutes
        self._estimate, self._done_steps = estimate_minutes, resumed_steps
        self._start = time.monotonic()
        self._live = Live(
            get_renderable=self._panel, console=self._console, refresh_per_second=4, transient=True
        )
        self._live.start()

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        """See `PracticeProgress`."""
        self._skill, self._skill_budget = shown(name), budget
        self._skill_steps, self._success = 0, 0.0
        self.note(f"{name}: {description}")

    def training(self, name: str, *, steps: int, budget: int, success_rate: float, fps: float) -> None:
        """See `PracticeProgress`."""
        self._skill, self._skill_steps, self._skill_budget = shown(name), steps, budget
        self._success, self._fps = success_rate, fps

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """See `PracticeProgress`."""
        self._done_steps, self._skill, self._skill_steps = steps, "", 0
        if admitted:
            self._admitted.pop(shown(name), None)
            self._admitted[shown(name)] = None  # the latest is the last
        style, verdict = ("green", "admitted") if admitted else ("yellow", f"not admitted {reason}")
        self._print(f"{name}  {successes}/{attempts} on fresh seeds  {verdict}", style)

    def note(self, text: str) -> None:
        """See `PracticeProgress`."""
        self._notes.append(shown(text, LONGEST_NOTE))

    def finished(self, *, admitted: int, abandoned: int, steps: int, reason: str) -> None:
        """See `PracticeProgress`."""
        self.close()
        self._print(_summary(admitted, abandoned, steps, reason))

    def close(self) -> None:
        """Take the panel down; may be called more than once."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _print(self, text: str, style: str = "") -> None:
        elapsed = int(time.monotonic() - self._start)
        line = f"{elapsed // 60:02d}:{elapsed % 60:02d} {shown(text, LONGEST_NOTE)}"
        self._console.print(line, style=style, markup=False, highlight=False)

    def _panel(self) -> Group:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        elapsed = (time.monotonic() - self._start) / 60
        steps = self._done_steps + self._skill_steps
        grid = Table.grid(padding=(0, 1))
        for _ in range(3):
            grid.add_column(overflow="fold")
        width = max(5, min(30, self._console.width // 4))
        grid.add_row(
            "time", ProgressBar(self._minutes, elapsed, width=width), self._time_text(elapsed, steps)
        )
        grid.add_row(
            "steps",
            ProgressBar(self._budget_steps, steps, width=width),
            f"{steps:,} of {self._budget_steps:,}  {self._fps:,.0f} steps/s",
        )
        if self._skill:
            grid.add_row(
                self._skill,
                ProgressBar(max(self._skill_budget, 1), self._skill_steps, width=width),
                f"{self._skill_steps:,} of {self._skill_budget:,}  success {self._success:.0%}",
            )
        learned = Text(self._learned(), style="green")
        notes = Text("\n".join(self._notes), style="dim")
        return Group(Text(f"Practice: {self._game}", style="bold"), grid, learned, notes)

    def _learned(self) -> str:
        if not self._admitted:
            return "no skill admitted yet"
        latest = list(self._admitted)[-MOST_NAMED:]
        before = "..., " if len(latest) < len(self._admitted) else ""
        return f"{counted(len(self._admitted), 'skill')}: {before}{', '.join(latest)}"

    def _time_text(self, elapsed: float, steps: int) -> str:
        """Minutes spent, and minutes left at the present speed or by the first estimate."""
        left = max(self._estimate - elapsed, 0.0)
        if self._fps > 0:
            left = (self._budget_steps - steps) / self._fps / 60
        left = max(min(left, self._minutes - elapsed), 0.0)
        return f"{elapsed:.1f} of {self._minutes:g} min  at most {left:.0f} left"


def _minutes(minutes: float) -> str:
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"


def _summary(admitted: int, abandoned: int, steps: int, reason: str) -> str:
    """A session in one line."""
    done = f"{counted(admitted, 'skill')} admitted, {abandoned:,} given up, {counted(steps, 'step')}"
    return f"{done}; {reason}"
