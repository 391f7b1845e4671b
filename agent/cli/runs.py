"""``journeyman runs``: list, show and replay what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, films, options, reports, steering
from agent.cli.output import print_json, result, results

if TYPE_CHECKING:
    from agent.records.runs import RunInfo

group = typer.Typer(no_args_is_help=True, help="List, show, report, compare, replay and steer runs.")
reports.add_to(group)
steering.add_to(group)
films.add_to(group)

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
        "reason": run.reason(),
    }


@group.command("list", epilog=options.examples("journeyman runs list --json"))
def list_command(runs_dir: options.RunsDir = Path("runs"), json: options.Json = False) -> None:
    """All runs, oldest first: what for, when, how long, what came of it."""
    from agent.records.runs import list_runs_and_damage
    from agent.records.summary import summary_of

    runs, damaged = list_runs_and_damage(runs_dir)
    summaries = [summary_of(run) for run in runs]
    if json:
        told = [{**_record(run), **summary.to_record()} for run, summary in zip(runs, summaries, strict=True)]
        print_json({"runs": told, "damaged": damaged})
        return
    if not runs and not damaged:
        result(f"no runs in {str(runs_dir)!r} yet; journeyman practice, solve and eval make some")
        return
    from agent.cli.run_tables import runs_table

    console = results()
    console.print(runs_table(summaries, damaged, console.width))


@group.command("show", epilog=options.examples("journeyman runs show 3f9a2c"))
def show_command(name: RunName, runs_dir: options.RunsDir = Path("runs"), json: options.Json = False) -> None:
    """One run: its configuration, what happened how often, its result."""
    from agent.records.course import course_of
    from agent.records.growth_record import growth_record
    from agent.records.runs import find_run
    from agent.records.summary import summary_of

    run = find_run(runs_dir, name)
    events = Counter(str(event.get("kind")) for event in run.events())
    record = {
        **_record(run),
        "versions": run.record.get("versions", {}),
        "machine": run.record.get("machine", {}),
        "config_hash": run.record.get("config_hash", ""),
        "config": run.config(),
        "events": dict(events),
        "course": course_of(run.events()),
        **growth_record(run.path),
        "result": run.result(),
    }
    if json:
        print_json(record)
        return
    from agent.cli.run_tables import film_lines, run_tables

    console = results()
    result(run.name, style="bold")
    for table in run_tables(record, summary_of(run)):
        console.print(table)
    for line in film_lines(record["result"]):
        console.print(line, soft_wrap=True)


@group.command("replay", epilog=options.examples("journeyman runs replay 3f9a2c"))
def replay_command(
    name: RunName,
    episode: Annotated[
        str | None,
        typer.Option("--episode", "-e", help="Tell this episode, step by step.", show_default=False),
    ] = None,
    runs_dir: options.RunsDir = Path("runs"),
    json: options.Json = False,
) -> None:
    """Tell a run again: what happened, in order, with the answers it rests on.

    With --episode, what happened in one of its episodes: plans, skills, guards, and why it ended.
    """
    from agent.records.replay import replay, replay_episode
    from agent.records.runs import find_run

    run = find_run(runs_dir, name)
    if episode is not None:
        _tell_episode(replay_episode(run, episode), json=json)
        return
    if json:
        print_json({"name": run.name, "events": list(run.events())})
        return
    console = results()
    for line in replay(run):
        console.print(line, soft_wrap=True)


def _tell_episode(told: Mapping[str, Any], *, json: bool) -> None:
    if json:
        print_json(told)
        return
    console = results()
    for entry in told["told"]:
        console.print(f"step {entry['step']:>6,}  {entry['what']}", soft_wrap=True)
