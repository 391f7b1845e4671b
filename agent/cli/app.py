"""The command tree."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import typer

from agent.cli import (
    answers,
    compare,
    doctor,
    evaluate,
    graph,
    judge,
    options,
    plan,
    practice,
    preferences,
    runs,
    serve,
    setup_command,
    skills,
    solve,
)

app = typer.Typer(
    name="journeyman",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=options.HELP_STYLE,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from agent import __version__
        from agent.cli.output import result

        result(f"journeyman {__version__}")
        raise typer.Exit


@app.callback(
    epilog=options.examples(
        "journeyman practice", "journeyman solve 'collect a diamond'", "journeyman graph --html graph.html"
    )
)
def journeyman(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, on stderr.")] = False,
) -> None:
    """An agent that teaches itself open-world games.

    A language model designs skills, reinforcement learning trains them, experience decides which are kept.
    """
    import logging

    from agent.cli.output import log_to_stderr
    from agent.surroundings import check_surroundings

    log_to_stderr(logging.INFO if verbose else logging.WARNING)
    check_surroundings()


practice.add_to(app)
solve.add_to(app)
plan.add_to(app)
app.add_typer(graph.group, name="graph")
app.add_typer(skills.group, name="skills")
evaluate.add_to(app)
app.add_typer(judge.group, name="judge")
app.add_typer(runs.group, name="runs")
serve.add_to(app)
compare.add_to(app)
preferences.add_to(app)
app.add_typer(answers.group, name="answers")
doctor.add_to(app)
app.add_typer(setup_command.group, name="setup")


@cache
def command() -> Any:
    """The whole tree, put together once: it takes longer than many a command."""
    return typer.main.get_command(app)
