"""The result of a suite with tasks as tables: a row per task, a column per measure with its 95 % interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from agent.config import EvalConfig
    from agent.evaluation.evaluate import EvalReport
    from agent.evaluation.suites.figure import PublishedFigure
    from agent.evaluation.suites.task import SuiteTask

ALSO = {"died": "died %", "steps": "steps"}
"""Measures besides the criteria, and what their columns are called."""

OF_WORDS = {"attempted": "attempted %", "unclear": "unclear %"}
"""The same where tasks are given in words."""


def show_tasks(console: Console, report: EvalReport, config: EvalConfig) -> None:
    """Print a table per suite: our figures of every task, and below them those published."""
    console.print(_task_table(report, config))
    for task in report.suite.tasks:
        if task.name in report.not_run:
            text = f"{task.name}: not run: {report.not_run[task.name]}"
            console.print(text, style="yellow", soft_wrap=True)
    if report.suite.overall and not config.task:
        console.print(_overall_table(report, config))


def _who(config: EvalConfig) -> str:
    return "random actions, measured now" if config.baseline else "Journeyman, measured now"


def _measured(*before: str, measures: Iterable[str], after: Sequence[str], title: str) -> Table:
    """A table with a column for every measure: its mean, and the 95 % interval of that."""
    from rich.table import Table

    table = Table(*before, title=title)
    for measure in measures:
        table.add_column(measure, justify="right")
    for column in after:
        table.add_column(column)
    return table


def _task_table(report: EvalReport, config: EvalConfig) -> Table:
    played = [task for task in report.suite.tasks if f"{task.name}/steps" in report.metrics]
    criteria = list(dict.fromkeys(name for task in played for name in task.criteria))
    also = ALSO if report.mode == "policy" else {**ALSO, **OF_WORDS}
    measures = [*criteria, *also]
    table = _measured(
        "task", "agent", measures=[also.get(name, name) for name in measures], after=("note",),
        title=report.suite.title,
    )  # fmt: skip
    for task in played:
        cells = [_cell(report, f"{task.name}/{name}", 2) for name in measures]
        table.add_row(task.name, _who(config), *cells, "", style="bold")
        for row in task.figures:
            table.add_row("", row.label, *_published(task, row, measures), _note(row))
        table.add_section()
    return table


def _cell(report: EvalReport, name: str, digits: int) -> str:
    """Mean and interval; empty where the task does not have the measure."""
    figure = report.metrics.get(name)
    if figure is None:
        return ""
    low, high = figure.interval.rounded(digits)
    return f"{figure.mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _published(task: SuiteTask, row: PublishedFigure, measures: Sequence[str]) -> list[str]:
    """The cells of a published figure, which is one of the task's first criterion."""
    first = next(iter(task.criteria))
    return [_value(row, 2) if name == first else "" for name in measures]


def _value(row: PublishedFigure, digits: int) -> str:
    spread = "" if row.spread is None else f" ± {row.spread:g}"
    return f"{row.value:.{digits}f}{spread}"


def _note(row: PublishedFigure) -> str:
    return f"{row.note}; {row.source}".strip("; ")


def _overall_table(report: EvalReport, config: EvalConfig) -> Table:
    played = sum(f"{task.name}/steps" in report.metrics for task in report.suite.tasks)
    table = _measured(
        "agent", measures=report.suite.overall, after=("note",),
        title=f"Mean over the tasks played: {played} of {len(report.suite.tasks)}",
    )  # fmt: skip
    cells = [_cell(report, f"overall/{name}", 1) for name in report.suite.overall]
    note = f"without {', '.join(report.not_run)}" if report.not_run else ""
    table.add_row(_who(config), *cells, note, style="bold")
    others = [""] * (len(report.suite.overall) - 1)
    for row in report.suite.figures:
        table.add_row(row.label, _value(row, 1), *others, _note(row))
    return table
