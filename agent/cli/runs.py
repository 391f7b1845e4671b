"""``journeyman runs``: list, show and replay what was done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, options
from agent.cli.output import print_json, results

if TYPE_CHECKING:
    from agent.records.runs import RunInfo

group = typer.Typer(no_args_is_help=True, help="List, show and replay runs.")

RunName = Annotated[
    str,
    typer.Argument(
        help="Name of the run, its beginning, or its last six letters.", autocompletion=completion.runs
    ),
]


def _record(run: RunInfo) -> dict[str, Any]:
    return {
        "name": run.name,
        "command": run.command,
        "game": run.game,
        "seed": run.seed,
        "created": run.created,
        "status": run.status.value,
    }


@group.command("list", epilog=options.examples("journeyman runs list --json"))
def list_command(runs_dir: options.RunsDir = Path("runs"), json: options.Json = False) -> None:
    """All runs, oldest first."""
    from agent.records.runs import list_runs

    records = [_record(run) for run in list_runs(runs_dir)]
    if json:
        print_json({"runs": records})
        return
    from rich.table import Table

    table = Table("run", "status")
    for record in records:
        table.add_row(record["name"], record["status"])
    results().print(table if records else f"no runs in {str(runs_dir)!r} yet")


@group.command("show", epilog=options.examples("journeyman runs show 3f9a2c"))
def show_command(name: RunName, runs_dir: options.RunsDir = Path("runs"), json: options.Json = False) -> None:
    """One run: its configuration, what happened how often, its result."""
    from agent.records.runs import find_run

    run = find_run(runs_dir, name)
    events = Counter(str(event.get("kind")) for event in run.events())
    record = {
        **_record(run),
        "versions": run.record.get("versions", {}),
        "machine": run.record.get("machine", {}),
        "config_hash": run.record.get("config_hash", ""),
        "config": run.config(),
        "events": dict(events),
        "result": run.result(),
    }
    if json:
        print_json(record)
        return
    from rich.pretty import Pretty

    console = results()
    for key, value in record.items():
        console.print(f"{key}:", style="bold", end=" ")
        console.print(value if isinstance(value, str) else Pretty(value, expand_all=True))


@group.command("replay", epilog=options.examples("journeyman runs replay 3f9a2c"))
def replay_command(
    name: RunName, runs_dir: options.RunsDir = Path("runs"), json: options.Json = False
) -> None:
    """Tell a run again: what happened, in order, with the answers it rests on."""
    from agent.records.replay import replay
    from agent.records.runs import find_run

    run = find_run(runs_dir, name)
    if json:
        print_json({"name": run.name, "events": list(run.events())})
        return
    for line in replay(run):
        print(line)
