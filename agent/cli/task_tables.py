"""The result of a suite with tasks as tables: each task beside its published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from agent.config import EvalConfig
    from agent.evaluation.evaluate import EvalReport
    from agent.evaluation.suites.figure import PublishedFigure
    from agent.evaluation.suites.task import SuiteTask


def show_tasks(console: Console, report: EvalReport, config: EvalConfig) -> None:
    """Print a table per suite: our figures of every task, and below them those published."""
    console.print(_task_table(report, config))
    for task in report.suite.tasks:
        if task.name in report.not_run:
            console.print(
                f"{task.name}: not run: {report.not_run[task.name]}",
                style="yellow",
                markup=False,
                soft_wrap=True,
            )
    if report.suite.overall and not config.task:
        console.print(_overall_table(report, config))


def _who(config: EvalConfig) -> str:
    return "random actions, measured now" if config.baseline else "Journeyman, measured now"


def _task_table(report: EvalReport, config: EvalConfig) -> Table:
    from rich.table import Table

    table = Table("task", "agent", "counted", "mean", "95 % interval", "note", title=report.suite.title)
    table.columns[3].justify = "right"
    for task in report.suite.tasks:
        if f"{task.name}/steps" in report.metrics:
            _add_ours(table, report, task, _who(config))
            for row in task.figures:
                _add_published(table, next(iter(task.criteria)), row)
            table.add_section()
    return table


def _add_ours(table: Table, report: EvalReport, task: SuiteTask, who: str) -> None:
    first = True
    for name in (*task.criteria, "died", "steps"):
        figure = report.metrics[f"{task.name}/{name}"]
        low, high = figure.interval.rounded(2)
        note = {"died": "percent of the episodes", "steps": "the protocol's, per episode"}.get(name, "")
        table.add_row(
            task.name if first else "", who if first else "", name, f"{figure.mean:.2f}",
            f"{low:.2f} to {high:.2f}", note, style="" if note else "bold",
        )  # fmt: skip
        first = False


def _add_published(table: Table, counted: str, row: PublishedFigure) -> None:
    spread = "" if row.spread is None else f"± {row.spread:g}"
    table.add_row("", row.label, counted, f"{row.value:.2f}", spread, f"{row.note}; {row.source}".strip("; "))


def _overall_table(report: EvalReport, config: EvalConfig) -> Table:
    from rich.table import Table

    played = sum(f"{task.name}/steps" in report.metrics for task in report.suite.tasks)
    table = Table(
        "agent", "counted", "mean", "95 % interval", "note",
        title=f"Mean over the tasks played: {played} of {len(report.suite.tasks)}",
    )  # fmt: skip
    table.columns[2].justify = "right"
    for name in report.suite.overall:
        figure = report.metrics[f"overall/{name}"]
        low, high = figure.interval.rounded(1)
        note = f"without {', '.join(report.not_run)}" if report.not_run else ""
        table.add_row(
            _who(config), name, f"{figure.mean:.1f}", f"{low:.1f} to {high:.1f}", note, style="bold"
        )
    for row in report.suite.figures:
        spread = "" if row.spread is None else f"± {row.spread:g}"
        table.add_row(
            row.label, report.suite.overall[0], f"{row.value:.1f}", spread, f"{row.note}; {row.source}"
        )
    return table
