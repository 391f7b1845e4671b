"""A live panel of a practice session: what is done now, time and steps against the budget, what it led to."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from agent.practice.progress import LONGEST_NOTE, doing_line, summary_line
from agent.records.redaction import shown
from envs.text import counted

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.live import Live

PACE_OVER_S: Final = 20.0
"""Seconds over which the steps per second are told."""

BESIDE_S: Final = 60.0
"""Seconds for which a training is shown of which nothing was heard, beside another one."""

MOST_NAMED: Final = 40
"""Skills that the panel names, the latest."""


class Pace:
    """Steps per second over the last while, whatever they were taken for.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._points: deque[tuple[float, int]] = deque()

    def note(self, steps: int) -> None:
        """So many steps were taken so far; fewer than before begin anew."""
        now = self._clock()
        if self._points and steps < self._points[-1][1]:
            self._points.clear()
        self._points.append((now, steps))
        while len(self._points) > 2 and now - self._points[1][0] >= PACE_OVER_S:
            self._points.popleft()

    @property
    def per_second(self) -> float:
        """Steps per second; 0 before anything is known, in the first second too."""
        if len(self._points) < 2:
            return 0.0
        (begun, first), (_, last) = self._points[0], self._points[-1]
        seconds = self._clock() - begun
        return (last - first) / seconds if seconds >= 1 else 0.0


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
        self._pace, self._fps = Pace(), 0.0
        self._what, self._doing, self._since = "", "", time.monotonic()
        self._training = False
        self._beside: dict[str, tuple[float, int, int, float]] = {}
        self._start = time.monotonic()
        self._paused_at: float | None = None
        self._admitted: dict[str, None] = {}
        self._notes: deque[str] = deque(maxlen=4)

    def started(
        self, *, game: str, budget_steps: int, minutes: float, estimate_minutes: float, resumed_steps: int = 0
    ) -> None:
        """See `PracticeProgress`."""
        from rich.live import Live

        self._game, self._budget_steps, self._minutes = shown(game), budget_steps, minutes
        self._estimate, self._done_steps = estimate_minutes, resumed_steps
        self._start = self._since = time.monotonic()
        self._pace.note(resumed_steps)
        self._live = Live(
            get_renderable=self._panel, console=self._console, refresh_per_second=4, transient=True
        )
        self._live.start()

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        """See `PracticeProgress`."""
        self._set_aside(shown(name))
        self._skill, self._skill_budget = shown(name), budget
        self._skill_steps, self._success = 0, 0.0
        self._training = False
        self.note(f"{name}: {description}")

    def training(self, name: str, *, steps: int, budget: int, success_rate: float, fps: float) -> None:
        """See `PracticeProgress`."""
        self._set_aside(shown(name))
        self._skill, self._skill_steps, self._skill_budget = shown(name), steps, budget
        self._success, self._training, self._fps = success_rate, True, fps
        self._do("training")
        self._pace.note(self._steps)

    def working(self, what: str = "", *, steps: int, done: int = 0, total: int = 0) -> None:
        """See `PracticeProgress`."""
        self._done_steps, self._training = steps, False
        if what:
            self._what = what
        self._do(doing_line(self._what, done, total), same=not what)
        self._pace.note(self._steps)

    def _set_aside(self, name: str) -> None:
        """Keep the row of the training that was told of last, if another one goes on beside it."""
        if self._training and self._skill and self._skill != name:
            row = time.monotonic(), self._skill_steps, self._skill_budget, self._success
            self._beside[self._skill] = row
        self._beside.pop(name, None)
        since = time.monotonic() - BESIDE_S
        self._beside = {skill: row for skill, row in self._beside.items() if row[0] >= since}

    @property
    def _steps(self) -> int:
        """Game steps so far, those of trainings under way included."""
        beside = sum(row[1] for row in self._beside.values())
        return self._done_steps + beside + (self._skill_steps if self._training else 0)

    @property
    def _speed(self) -> float:
        """Steps per second, as training tells them, else over the last while."""
        return self._fps if self._training and self._fps > 0 else self._pace.per_second

    def _do(self, doing: str, *, same: bool = False) -> None:
        """What is done from now on; `same`: it is only further on."""
        if not same and doing != self._doing:
            self._since = time.monotonic()
        self._doing = doing

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """See `PracticeProgress`."""
        self._beside.pop(shown(name), None)
        self._done_steps = steps
        if self._skill in ("", shown(name)) or not self._training:
            self._skill, self._skill_steps, self._training = "", 0, False
        if admitted:
            self._admitted.pop(shown(name), None)
            self._admitted[shown(name)] = None  # the latest is the last
        style, verdict = ("green", "admitted") if admitted else ("yellow", f"not admitted {reason}")
        self._print(f"{name}  {successes}/{attempts} on fresh seeds  {verdict}", style)

    def paused(self, paused: bool) -> None:
        """See `PracticeProgress`; all times stand still meanwhile but that of the pause."""
        if paused:
            self._paused_at = self._now
            return
        waited = time.monotonic() - self._now
        self._start, self._since, self._paused_at = self._start + waited, self._since + waited, None
        self._pace = Pace()
        self._pace.note(self._steps)

    @property
    def _now(self) -> float:
        """The present, or when the pause that goes on began, in seconds."""
        return time.monotonic() if self._paused_at is None else self._paused_at

    def note(self, text: str) -> None:
        """See `PracticeProgress`."""
        self._notes.append(shown(text, LONGEST_NOTE))

    def finished(self, *, admitted: int, abandoned: int, steps: int, reason: str) -> None:
        """See `PracticeProgress`."""
        self.close()
        self._print(summary_line(admitted, abandoned, steps, reason))

    def close(self) -> None:
        """Take the panel down; may be called more than once."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _print(self, text: str, style: str = "") -> None:
        elapsed = int(self._now - self._start)
        line = f"{elapsed // 60:02d}:{elapsed % 60:02d} {shown(text, LONGEST_NOTE)}"
        self._console.print(line, style=style, markup=False, highlight=False)

    def _panel(self) -> Group:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        elapsed = (self._now - self._start) / 60
        steps, pace = self._steps, self._speed
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
            f"{steps:,} of {self._budget_steps:,}" + (f"  {pace:,.0f} steps/s" if pace >= 1 else ""),
        )
        rows = {name: row[1:] for name, row in self._beside.items()}
        if self._skill:
            rows[self._skill] = self._skill_steps, self._skill_budget, self._success
        for name, (trained, budget, success) in rows.items():
            grid.add_row(
                Text(name),
                ProgressBar(max(budget, 1), trained, width=width),
                f"{trained:,} of {budget:,}" + (f"  success {success:.0%}" if trained else ""),
            )
        what = (self._doing or "getting ready") if self._paused_at is None else "paused"
        doing = Text(f"now: {what}, {self._for()}", style="cyan")
        learned = Text(self._learned(), style="green")
        notes = Text("\n".join(self._notes), style="dim")
        return Group(Text(f"Practice: {self._game}", style="bold"), grid, doing, learned, notes)

    def _for(self) -> str:
        seconds = int(time.monotonic() - (self._since if self._paused_at is None else self._paused_at))
        return f"{seconds // 60}:{seconds % 60:02d} min" if seconds >= 60 else f"{seconds} s"

    def _learned(self) -> str:
        if not self._admitted:
            return "no skill admitted yet"
        latest = list(self._admitted)[-MOST_NAMED:]
        before = "..., " if len(latest) < len(self._admitted) else ""
        return f"{counted(len(self._admitted), 'skill')}: {before}{', '.join(latest)}"

    def _time_text(self, elapsed: float, steps: int) -> str:
        """Minutes spent, and minutes left at the present speed or by the first estimate."""
        left = max(self._estimate - elapsed, 0.0)
        if (pace := self._speed) >= 1:
            left = (self._budget_steps - steps) / pace / 60
        left = max(min(left, self._minutes - elapsed), 0.0)
        return f"{elapsed:.1f} of {self._minutes:g} min  at most {left:.0f} left"
