"""``journeyman eval``: play an evaluation suite and show the result beside published figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options
from agent.cli.output import episode_bar, messages, print_json, results

if TYPE_CHECKING:
    from rich.table import Table

    from agent.config import EvalConfig
    from agent.evaluation.evaluate import EvalReport
    from agent.evaluation.open_evaluation import Evaluation
    from agent.records.runs import Run

_SHOWN_COLUMNS = 4


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "eval",
        epilog=options.examples(
            "journeyman eval crafter-score --episodes 100",
            "journeyman eval crafter-progress --baseline random --json",
            "journeyman eval maestromotif --task gnomish --episodes 100",
            "journeyman eval balrog-minihack --seeds practice --episodes 10",
        ),
    )(evaluate_command)


def evaluate_command(
    suite: Annotated[
        str,
        typer.Argument(
            help="crafter-score, crafter-progress, maestromotif, balrog-minihack, balrog-nethack or "
            "minihack-skills."
        ),
    ],
    episodes: Annotated[
        int | None,
        typer.Option(
            "--episodes", "-n", help="Episodes to play, of each task. Default: 50.", show_default=False
        ),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", help="Play only this task of the suite.", show_default=False)
    ] = None,
    seeds: Annotated[
        str,
        typer.Option("--seeds", help="'practice': try things out on seeds that are not kept for evaluation."),
    ] = "evaluation",
    seed: options.Seed = 0,
    library: options.Library = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="'random': play random actions by the same protocol.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option("--resume", help="Go on with a run; its episodes are not played again.")
    ] = None,
    runs_dir: options.RunsDir = Path("runs"),
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Play an evaluation suite on fresh seeds, with intervals, beside published figures."""
    from agent.evaluation.open_evaluation import open_evaluation

    settings: dict[str, object] = {"resume": resume, "runs_dir": runs_dir}
    if resume is None:
        settings |= {"seed": seed, "baseline": baseline, "task": task, "seeds": seeds}
    settings |= {name: n for name, n in (("episodes", episodes), ("workers", workers)) if n is not None}
    evaluation = open_evaluation(suite, None if resume else library, settings)
    report = _play(evaluation)
    if json:
        print_json(report.to_record())
    else:
        _show(report, evaluation.config, evaluation.run)


def _play(evaluation: Evaluation) -> EvalReport:
    suite, run = evaluation.suite, evaluation.run
    messages().print(f"{suite.title}\nrun {run.name}", style="dim", markup=False)
    try:
        with episode_bar() as bar:
            task = bar.add_task("episodes", total=evaluation.config.episodes)
            return evaluation.play(lambda done, total: bar.update(task, completed=done, total=total))
    except KeyboardInterrupt:
        messages().print(
            f"interrupted; go on with: journeyman eval {suite.name} --resume {run.name}",
            markup=False,
            soft_wrap=True,
        )
        raise


def _show(report: EvalReport, config: EvalConfig, run: Run) -> None:
    console = results()
    if report.suite.tasks:
        from agent.cli.task_tables import show_tasks

        show_tasks(console, report, config)
    else:
        console.print(_figure_table(report, config))
        console.print(_rate_table(report))
    console.print(" ".join(report.suite.protocol.split()), style="dim", markup=False)
    again = f"journeyman eval {report.suite.name} --episodes {config.episodes} --seed {config.seed}"
    for name, value in (("baseline", config.baseline), ("task", config.task)):
        again += f" --{name} {value}" if value else ""
    again += " --seeds practice" if config.seeds == "practice" else ""
    console.print(f"n = {report.n}   run {run.name}\n{again}", style="dim", markup=False, soft_wrap=True)


def _figure_table(report: EvalReport, config: EvalConfig) -> Table:
    """The suite's metric, ours first, the published figures below."""
    from rich.table import Table

    table = Table("agent", report.suite.metric, "95 % interval", "note", title=report.suite.title)
    table.columns[1].justify = "right"
    who = "random actions, measured now" if config.baseline else "Journeyman, measured now"
    for name in (report.suite.metric, "reward"):
        figure = report.metrics[name]
        low, high = figure.interval.rounded(1)
        note = "" if name == report.suite.metric else "reward per episode, not the metric"
        table.add_row(
            who, f"{figure.mean:.1f}", f"{low:.1f} to {high:.1f}", note, style="bold" if not note else ""
        )
    table.add_section()
    for row in report.suite.figures:
        spread = "" if row.spread is None else f"± {row.spread:g}"
        table.add_row(row.label, f"{row.value:.1f}", spread, row.note)
    return table


def _rate_table(report: EvalReport) -> Table:
    """Success rate per achievement in percent, ours beside the published ones."""
    from rich.table import Table

    columns = list(report.suite.rates)[:_SHOWN_COLUMNS]
    table = Table("achievement", "ours %", "95 %", *columns, title="Episodes that unlock it, percent")
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for name, figure in report.metrics.items():
        if not name.startswith("unlocked/"):
            continue
        achievement = name.removeprefix("unlocked/")
        low, high = figure.interval.rounded(0)
        published = [report.suite.rates[c].get(achievement) for c in columns]
        table.add_row(
            achievement,
            f"{figure.mean:.0f}",
            f"{low:.0f} to {high:.0f}",
            *("" if rate is None else f"{rate:g}" for rate in published),
        )
    return table
