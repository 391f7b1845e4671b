import io

import pytest
from rich.console import Console

from agent.practice.panel import Pace, RichProgress
from agent.practice.progress import NullProgress, PlainProgress, PracticeProgress


def tell(progress: PracticeProgress) -> None:
    progress.started(game="Toy", budget_steps=10_000, minutes=2.0, estimate_minutes=1.4)
    progress.skill_started("gather", description="take wood", budget=4_000)
    progress.training("gather", steps=1_000, budget=4_000, success_rate=0.25, fps=1234.5)
    progress.training("gather", steps=2_000, budget=4_000, success_rate=0.5, fps=1234.5)
    progress.working("trying it out", steps=2_200)
    progress.working(steps=2_300, done=3, total=40)
    progress.note("asked the model for 3 [tasks]")
    progress.skill_finished("gather", admitted=True, successes=19, attempts=20, steps=2_500)
    progress.skill_started("bench", description="place a bench", budget=0)
    progress.skill_finished(
        "bench", admitted=False, successes=1, attempts=20, steps=3_000, reason="success below [0.5]"
    )
    progress.finished(admitted=1, abandoned=1, steps=3_000, reason="the budget is spent")


def test_an_estimate_of_no_whole_minute() -> None:
    stream = io.StringIO()
    PlainProgress(stream).started(game="Toy", budget_steps=50, minutes=18.0, estimate_minutes=0.01)
    assert stream.getvalue().endswith("18 minutes; estimate: under a minute\n")


def test_plain_progress_line_by_line() -> None:
    stream = io.StringIO()
    tell(PlainProgress(stream, every_s=60))
    lines = [line.removeprefix("[00:00] ") for line in stream.getvalue().splitlines()]
    assert lines == [
        "Toy: at most 10,000 steps and 2 minutes; estimate: 1 minute",
        "gather: take wood (up to 4,000 steps)",
        "gather: 1,000 of 4,000 steps, success 25%, 1,234 steps/s",  # the next report comes too early
        "asked the model for 3 [tasks]",
        "gather: 19 of 20 on fresh seeds, admitted (2,500 steps in all)",
        "bench: place a bench",
        "bench: 1 of 20 on fresh seeds, not admitted: success below [0.5] (3,000 steps in all)",
        "1 skill admitted, 1 given up, 3,000 steps; the budget is spent",
    ]


def test_plain_progress_of_a_resumed_session() -> None:
    stream = io.StringIO()
    PlainProgress(stream).started(
        game="Toy", budget_steps=10_000, minutes=2.0, estimate_minutes=1.0, resumed_steps=4_000
    )
    assert "10,000 steps, 4,000 of them spent before and 2 minutes" in stream.getvalue()


def test_rich_progress_shows_text_as_it_is() -> None:
    stream = io.StringIO()
    progress = RichProgress(Console(file=stream, force_terminal=True, width=120, color_system=None))
    tell(progress)
    progress.close()
    text = stream.getvalue()
    assert "gather  19/20 on fresh seeds  admitted" in text
    assert "not admitted success below [0.5]" in text
    assert "1 skill admitted, 1 given up, 3,000 steps; the budget is spent" in text


def test_rich_panel_shows_the_skill_in_training() -> None:
    progress = RichProgress(Console(file=io.StringIO(), width=120))
    progress.started(game="Toy", budget_steps=10_000, minutes=2.0, estimate_minutes=1.5)
    progress.skill_started("gather", description="take wood", budget=4_000)
    progress.training("gather", steps=1_000, budget=4_000, success_rate=0.25, fps=100.0)
    console = Console(file=io.StringIO(), width=120)
    console.print(progress._panel())
    progress.close()
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "1,000 of 4,000  success 25%" in shown
    assert "1,000 of 10,000  100 steps/s" in shown
    # 9,000 steps at 100 a second are 1.5 minutes.
    assert "at most 2 left" in shown or "at most 1 left" in shown


@pytest.mark.parametrize("times", [1, 2])
def test_closing_is_harmless(times: int) -> None:
    progress = RichProgress(Console(file=io.StringIO()))
    for _ in range(times):
        progress.close()


def test_null_progress_takes_everything() -> None:
    tell(NullProgress())


EVIL = "\x1b]0;title\x07 \x1b[2J [link=x]y[/link] [/nothing] \u202e"


@pytest.mark.parametrize("kind", ["plain", "rich"])
def test_nothing_that_a_model_says_steers_the_terminal(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", "sk-do-not-tell-0123456789")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=300, color_system=None)
    progress: PracticeProgress = PlainProgress(stream) if kind == "plain" else RichProgress(console)
    evil = f"{EVIL} sk-do-not-tell-0123456789"
    progress.started(game=evil, budget_steps=1, minutes=1, estimate_minutes=1)
    progress.skill_started(evil, description=evil, budget=1)
    progress.training(evil, steps=1, budget=1, success_rate=0.5, fps=1.0)
    progress.note(evil * 1_000)
    if isinstance(progress, RichProgress):
        console.print(progress._panel())  # as its thread does, a few times a second
    progress.skill_finished(evil, admitted=True, successes=1, attempts=1, steps=1, reason=evil)
    progress.finished(admitted=1, abandoned=0, steps=1, reason=evil)
    text = stream.getvalue()
    assert "\x1b]0" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "do-not-tell" not in text
    assert "[link=x]y[/link] [/nothing]" in text
    assert "1 skill admitted, 0 given up, 1 step; " in text
    assert len(text) < 40_000


def test_the_panel_keeps_names_whole_on_a_narrow_terminal() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=40, color_system=None)
    progress = RichProgress(console)
    progress.started(game="Toy", budget_steps=1_000, minutes=1, estimate_minutes=1)
    progress.skill_started("build_bench", description="x", budget=100)
    progress.close()
    assert "build_bench" in stream.getvalue()
    assert "…" not in stream.getvalue()


def test_progress_that_cannot_be_written_stops_nothing() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    PlainProgress(Full()).note("x")


def shown(progress: RichProgress) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(progress._panel())
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_the_panel_says_what_is_done_and_counts_every_step() -> None:
    progress = RichProgress(Console(file=io.StringIO(), width=80))
    progress.started(game="Toy", budget_steps=10_000, minutes=2.0, estimate_minutes=1.5, resumed_steps=500)
    assert "now: getting ready, 0 s" in shown(progress)
    assert "0 steps/s" not in shown(progress)
    progress.working("collecting start states", steps=500)
    progress.working(steps=740, done=3, total=12)
    assert "now: collecting start states: 3 of 12, " in shown(progress)
    assert "740 of 10,000" in shown(progress)
    progress.skill_started("gather", description="take wood", budget=4_000)
    progress.training("gather", steps=1_000, budget=4_000, success_rate=0.25, fps=100.0)
    assert "now: training, " in shown(progress)
    assert "1,740 of 10,000" in shown(progress)
    progress.working("trying it out", steps=1_740)  # the training's steps are among the session's now
    assert "1,740 of 10,000" in shown(progress)
    assert max(map(len, shown(progress).splitlines())) <= 80
    progress.close()


def test_lines_say_what_is_done_where_nothing_was_said_for_a_while() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, every_s=0.0)
    progress.working("collecting start states", steps=740, done=3, total=12)
    assert stream.getvalue() == "[00:00] collecting start states: 3 of 12 (740 steps in all)\n"


def test_the_pace_is_that_of_the_last_while() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    pace.note(0)
    assert pace.per_second == 0.0
    for second in range(1, 101):
        now = float(second)
        pace.note(100 * second if second <= 50 else 5_000 + 10 * (second - 50))
    # The last 20 seconds and the point before them were all at 10 steps a second.
    assert pace.per_second == pytest.approx(10.0)
    pace.note(3)  # another run
    assert pace.per_second == 0.0


def test_times_stand_still_while_it_is_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("agent.practice.panel.time.monotonic", lambda: now)
    console = Console(file=io.StringIO(), width=80)
    progress = RichProgress(console)
    progress.skill_started("gather", description="take wood", budget=4_000)
    progress.training("gather", steps=1_000, budget=4_000, success_rate=0.25, fps=0.0)

    def panel() -> str:
        with console.capture() as captured:
            console.print(progress._panel())
        return captured.get()

    now = 60.0
    assert "1.0 of 1 min" in panel()
    assert "now: training, 1:00 min" in panel()
    progress.paused(True)
    now = 90.0
    assert "1.0 of 1 min" in panel()
    assert "now: paused, 30 s" in panel()
    now = 120.0
    progress.paused(False)
    assert "1.0 of 1 min" in panel()
    assert "now: training, 1:00 min" in panel()
    now = 121.0
    assert "now: training, 1:01 min" in panel()
