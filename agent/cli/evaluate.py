"""``journeyman eval``: play an evaluation suite and show the result beside published figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import completion, options
from agent.cli.episode_lines import EpisodeLines
from agent.cli.output import print_json, results, say
from agent.cli.played_in import say_played_in
from agent.cli.reports import Html, write_report
from agent.evaluation.suites.names import suite_names

if TYPE_CHECKING:
    from rich.table import Table

    from agent.config import EvalConfig
    from agent.evaluation.evaluate import EvalReport
    from agent.evaluation.open_evaluation import Evaluation

_SHOWN_COLUMNS = 4


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "eval",
        epilog=options.examples(
            "journeyman eval crafter-score --episodes 100 --html report.html",
            "journeyman eval crafter-progress --baseline random --json",
            "journeyman eval maestromotif --task gnomish --episodes 100",
            "journeyman eval balrog-minihack --seeds practice --episodes 10",
            "journeyman eval crafter-composites --mode plan --episodes 6",
            "journeyman eval my-suite.toml --mode look --library one --library two",
        ),
    )(evaluate_command)


def evaluate_command(
    ctx: typer.Context,
    suite: Annotated[
        str,
        typer.Argument(
            help=f"{', '.join(suite_names())}; judge, which measures the embedded judge in two minutes; or "
            "a suite's file, ending in .toml.",
            autocompletion=completion.suites,
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
    library: Annotated[
        list[Path] | None,
        typer.Option(
            "--library",
            parser=options.path,
            help="Folder of skill libraries; may be repeated where tasks are given in words. Default: "
            "./library if it has skills, else the starter library.",
            show_default=False,
        ),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            help="How tasks in words are carried out: 'name': by the nearest skill, once; 'plan': by plans; "
            "'look': by plans, or by skills until a judge says done. Default: the suite's own.",
            show_default=False,
        ),
    ] = None,
    wordings: Annotated[
        str, typer.Option("--wordings", help="'held-out': give tasks in other words than their own.")
    ] = "own",
    judge: options.Judge = "auto",
    llm: Annotated[
        str, typer.Option("--llm", help="Asked which skills do a task that no fact states, in mode 'look'.")
    ] = "recorded",
    max_output_tokens: options.MaxOutputTokens = None,
    context_tokens: options.ContextTokens = None,
    reply_timeout: options.ReplyTimeout = None,
    max_reply_bytes: options.MaxReplyBytes = None,
    max_judge_calls: options.MaxJudgeCalls = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="'random': play random actions by the same protocol.")
    ] = None,
    resume: options.RunToResume = None,
    html: Html = None,
    runs_dir: options.RunsDir = Path("runs"),
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    json: options.Json = False,
) -> None:
    """Play an evaluation suite on fresh seeds, with intervals, beside published figures."""
    if suite == "judge":
        from agent.cli.judge import evaluate

        _refuse_options(ctx)
        evaluate(json=json)
        return
    from agent.evaluation.open_evaluation import open_evaluation

    settings: dict[str, object] = {"resume": resume, "runs_dir": runs_dir}
    if resume is None:
        settings |= {"seed": seed, "baseline": baseline, "task": task, "seeds": seeds}
        settings |= {"mode": mode or "", "wordings": wordings, "judge": judge, "llm": llm}
        settings |= options.asking(
            max_output_tokens, context_tokens, reply_timeout, max_reply_bytes, max_judge_calls
        )
    given = (("episodes", episodes), ("workers", workers), ("cluster", cluster))
    settings |= {name: value for name, value in given if value is not None}
    evaluation = open_evaluation(suite, None if resume else library, settings)
    report = _play(evaluation)
    if html is not None:
        from agent.records.runs import read_run
        from agent.web.views import report as views

        write_report(views.report(read_run(evaluation.run.path)), html)
    if json:
        print_json(report.to_record())
    else:
        _show(report, evaluation.config)


def _refuse_options(ctx: typer.Context) -> None:
    """Raise `BadConfig` where options of suites were given for the measurement of the judge."""
    from agent.errors import BadConfig

    given = [
        parameter.opts[0]
        for parameter in ctx.command.params
        if parameter.name not in ("suite", "json")
        and getattr(ctx.get_parameter_source(str(parameter.name)), "name", "") == "COMMANDLINE"
    ]
    if given:
        raise BadConfig(
            f"eval judge takes no {', '.join(given)}: its questions are fixed; leave that out. Other "
            "weights: journeyman judge eval --weights FOLDER"
        )


def _play(evaluation: Evaluation) -> EvalReport:
    suite, run = evaluation.suite, evaluation.run
    from envs.first_use import compile_once

    say(f"run {run.name}", style="dim")
    say_played_in(suite.game)
    compile_once(suite.game, say)
    lines = EpisodeLines(evaluation.config.suite, evaluation.config.episodes)
    begun: list[int] = []

    def progress(done: int, total: int) -> None:
        if not begun:  # episodes after the first call tell of themselves
            begun.append(done)
            lines.go_on(done, total)

    try:
        if evaluation.config.judge != "ask":  # lines that move would write over the question
            lines.start()
        return evaluation.play(progress)
    except KeyboardInterrupt:
        from agent.records.runs import resume_command

        say(f"interrupted; go on with: {resume_command(run.path, 'eval', evaluation.config.suite)}")
        raise
    finally:
        lines.stop()


def _show(report: EvalReport, config: EvalConfig) -> None:
    from agent.evaluation.again import again

    console = results()
    if report.suite.tasks:
        from agent.cli.task_tables import show_tasks

        show_tasks(console, report, config)
    else:
        console.print(_figure_table(report, config))
        console.print(_rate_table(report))
    console.print(" ".join(report.suite.protocol.split()), style="dim")
    console.print(f"n = {report.n}\n{again(config)}", style="dim", soft_wrap=True)


def _figure_table(report: EvalReport, config: EvalConfig) -> Table:
    """The suite's metric and the reward, ours first, the published figures of the metric below."""
    from rich.table import Table

    measures = dict.fromkeys((report.suite.metric, "reward"))
    table = Table("agent", title=report.suite.title)
    cells = []
    for name in measures:
        table.add_column("reward per episode" if name == "reward" else name, justify="right")
        table.add_column("95 % interval", justify="right")
        low, high = report.metrics[name].interval.rounded(1)
        cells += [f"{report.metrics[name].mean:.1f}", f"{low:.1f} to {high:.1f}"]
    table.add_column("note")
    who = "random actions, measured now" if config.baseline else "Journeyman, measured now"
    table.add_row(who, *cells, "", style="bold")
    table.add_section()
    for row in report.suite.figures:
        spread = "" if row.spread is None else f"± {row.spread:g}"
        table.add_row(row.label, f"{row.value:.1f}", spread, *[""] * (2 * len(measures) - 2), row.note)
    return table


def _rate_table(report: EvalReport) -> Table:
    """Success rate per achievement in percent, ours beside the published ones."""
    from rich.table import Table

    columns = list(report.suite.rates)[:_SHOWN_COLUMNS]
    table = Table("achievement", "ours %", "95 %", *columns, title="Episodes that unlock it, percent")
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
