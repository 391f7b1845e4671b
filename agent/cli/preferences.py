"""``journeyman preferences``: what a model prefers, skill by skill, and the rewards that follow from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, options
from agent.cli.output import print_json, results, say
from envs.text import counted

if TYPE_CHECKING:
    from agent.preferences.event_list import EventList
    from envs.game import GameSpec


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "preferences",
        epilog=options.examples(
            "journeyman preferences --game nethack --skill discoverer",
            "journeyman preferences --game toy --json",
            "journeyman preferences --game nethack --collect --events events.json",
        ),
    )(preferences_command)


def preferences_command(
    game: options.Game = "crafter",
    skill: Annotated[
        list[str] | None,
        typer.Option(
            "--skill", help="Which skill; may be repeated. Default: all.", autocompletion=completion.skills
        ),
    ] = None,
    sample: Annotated[
        int,
        typer.Option(
            "--sample", min=0, max=1_000_000, help="Pairs that are also compared one by one, in both orders."
        ),
    ] = 40,
    llm: Annotated[
        str, typer.Option("--llm", help="'recorded', provider:model, a URL, or a GGUF file.")
    ] = "recorded",
    max_output_tokens: options.MaxOutputTokens = None,
    context_tokens: options.ContextTokens = None,
    reply_timeout: options.ReplyTimeout = None,
    max_reply_bytes: options.MaxReplyBytes = None,
    record_to: Annotated[
        Path | None,
        typer.Option(
            "--record-to", parser=options.path, help="Pack that a live model's answers are added to."
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            "--events", parser=options.path, help="List of distinct events to ask about, or to write."
        ),
    ] = None,
    collect: Annotated[
        bool, typer.Option("--collect", help="Collect the distinct events anew, by exploring.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of that exploring.")] = 0,
    json: options.Json = False,
) -> None:
    """Ask what is preferred among a game's events, and learn a reward from it for each skill."""
    from agent.config import AskingConfig
    from agent.llm.open_model import ModelOptions, model_settings, open_model
    from agent.preferences.report import ask_preferences
    from envs.registry import game_spec

    asking = options.asking(max_output_tokens, context_tokens, reply_timeout, max_reply_bytes)
    spec = game_spec(game)
    found = _events(spec, events, collect=collect, seed=seed)
    if collect and events is not None:
        found.save(events)
        text = (
            f"{counted(len(found.events), 'distinct event')} in {counted(found.steps, 'step')}, written to "
            f"{str(events)!r}"
        )
        say(text)
    settings = model_settings(AskingConfig(**asking))
    with open_model(llm, game, ModelOptions(record_to=record_to, settings=settings)) as model:
        report = ask_preferences(model, spec, found, skill or (), sample)
    record = report.to_record()
    if json:
        print_json(record)
    else:
        _show(record)


def _events(spec: GameSpec, path: Path | None, *, collect: bool, seed: int) -> EventList:
    """Collect the events now, or take those of a file, or those that come with the game, if any do."""
    from agent.preferences.event_list import collect_events, load_events, shipped_events

    if path is not None and not collect:
        return load_events(path, spec)
    known = None if collect else shipped_events(spec)
    if known is None:
        say(f"exploring {spec.title} ...", style="dim")
        known = collect_events(spec, seed)
    return known


def _show(record: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(
        "skill", "calls", "one by one", "fewer", "agreement", "95 %", "kappa",
        title=f"{record['game']}: preferences over {counted(record['events'], 'distinct event')}",
    )  # fmt: skip
    for column in table.columns[1:]:
        column.justify = "right"
    for skill in record["skills"]:
        agreed = skill["agreement"]
        told = ("", "", "")
        if agreed:
            low, high = agreed["ci95"]
            told = (f"{agreed['share']:.0%}", f"{low:.0%} to {high:.0%}", f"{agreed['kappa']:.2f}")
        calls = (f"{skill['calls_listwise']:,}", f"{skill['calls_pairwise']:,}", f"{skill['saving']:,.0f} x")
        table.add_row(skill["name"], *calls, *told)
    console = results()
    if record["skills"]:
        console.print(table)
    for skill in record["skills"]:
        console.print(f"\n{skill['name']}, from best to worst:")
        for entry in (*skill["highest"], *reversed(skill["lowest"])):
            console.print(f"  {entry['reward']:+6.2f}  {entry['event']}", soft_wrap=True)
        if skill["contradicted"]:
            console.print(f"  {counted(skill['contradicted'], 'pair')} contradicted, and counted less")
    if record["missing"]:
        console.print(
            f"nothing is recorded about: {', '.join(record['missing'])}; a live model can be asked with --llm"
        )
