"""``journeyman runs pause|resume|stop|queue``: steer a practice that runs, from another terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from agent.cli import completion, options
from agent.cli.output import print_json, result

if TYPE_CHECKING:
    from agent.records.commands import CommandKind

RunName = Annotated[
    str,
    typer.Argument(
        help="Name of the run, its beginning, or its last six letters.", autocompletion=completion.runs
    ),
]

RUNS: Final = Path("runs")

WHAT_FOLLOWS = {
    "pause": "pauses after the rollout under way; its time is not counted while it waits",
    "resume": "goes on",
    "stop": "ends after the rollout under way, and keeps what it has",
    "queue": "practises {skill} next, if it can; otherwise it says why not",
}
"""What a practice does with each command, in words."""


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``journeyman runs``."""
    for name, command in (
        ("pause", pause_command), ("resume", resume_command), ("stop", stop_command), ("queue", queue_command)
    ):  # fmt: skip
        skill = " drink" if name == "queue" else ""
        group.command(name, epilog=options.examples(f"journeyman runs {name} 3f9a2c{skill}"))(command)


def pause_command(name: RunName, runs_dir: options.RunsDir = RUNS, json: options.Json = False) -> None:
    """Have a practice wait, without work, until it is told to go on."""
    _send(runs_dir, name, "pause", json=json)


def resume_command(name: RunName, runs_dir: options.RunsDir = RUNS, json: options.Json = False) -> None:
    """Have a practice go on that waits. One that has ended goes on with practice --resume."""
    _send(runs_dir, name, "resume", json=json)


def stop_command(name: RunName, runs_dir: options.RunsDir = RUNS, json: options.Json = False) -> None:
    """End a practice in order, as Ctrl-C does; it can be gone on with."""
    _send(runs_dir, name, "stop", json=json)


def queue_command(
    name: RunName,
    skill: Annotated[
        str, typer.Argument(help="Name of a skill of the practice.", autocompletion=completion.practised)
    ],
    runs_dir: options.RunsDir = RUNS,
    json: options.Json = False,
) -> None:
    """Have a practice take this skill next."""
    _send(runs_dir, name, "queue", skill, json=json)


def _send(runs_dir: Path, name: str, kind: CommandKind, skill: str = "", *, json: bool) -> None:
    from agent.records.commands import Command, send
    from agent.records.runs import find_run

    run = find_run(runs_dir, name)
    path = send(run, Command(kind=kind, skill=skill))
    if json:
        print_json({"run": run.name, "command": kind, "skill": skill, "file": str(path)})
        return
    result(f"{run.name} {WHAT_FOLLOWS[kind].format(skill=skill)}")
