"""``journeyman runs``: list, show and replay what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, films, options, steering
from agent.cli.output import print_json, result, results
from agent.records.redaction import shown

if TYPE_CHECKING:
    from agent.records.runs import RunInfo

LONGEST_REASON = 300
"""Characters of why a run ended, in a list of runs; ``runs show`` has all of it."""

group = typer.Typer(no_args_is_help=True, help="List, show, replay and steer runs.")
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
    """All runs, oldest first."""
    from agent.records.runs import list_runs

    records = [_record(run) for run in list_runs(runs_dir)]
    if json:
        print_json({"runs": records})
        return
    from rich.table import Table

    if not records:
        result(f"no runs in {str(runs_dir)!r} yet")
        return
    whys = [shown(record["reason"], LONGEST_REASON) for record in records]
    table = Table("run", "status", *(["why"] if any(whys) else []))
    for record, why in zip(records, whys, strict=True):
        table.add_row(record["name"], record["status"], *([why] if any(whys) else []))
    results().print(table)


@group.command("show", epilog=options.examples("journeyman runs show 3f9a2c"))
def show_command(name: RunName, runs_dir: options.RunsDir = Path("runs"), json: options.Json = False) -> None:
    """One run: its configuration, what happened how often, its result."""
    from agent.records.course import course_of
    from agent.records.growth_record import growth_record
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
        "course": course_of(run.events()),
        **growth_record(run.path),
        "result": run.result(),
    }
    if json:
        print_json(record)
        return
    told = record["course"]["told"]
    record["course"] = {**record["course"], "told": dict(map(_told, told))}
    console = results()
    for line in _lines(record):
        console.print(line, soft_wrap=True)


def _told(entry: Mapping[str, str]) -> tuple[str, str]:
    """When something happened to a run, and what."""
    return entry["at"], ": ".join(filter(None, (entry["what"], entry["reason"])))


def _lines(record: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A record as lines ``name: value``, what is inside it further in; what is empty is left out."""
    for name, value in record.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield f"{indent}{name}:"
            for number, item in enumerate(value, start=1):
                yield from _lines({str(number): item}, indent + "  ")
        elif value not in ("", None, [], {}):
            yield f"{indent}{name}: {_text(value)}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


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
