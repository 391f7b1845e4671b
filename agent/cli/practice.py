"""``journeyman practice``: learn skills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, options
from agent.cli.failures import INTERRUPTED
from agent.cli.output import messages, print_json, result, results, say
from agent.cli.played_in import say_played_in
from envs.text import counted

if TYPE_CHECKING:
    from agent.practice.progress import PracticeProgress
    from agent.practice.report import PracticeReport


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "practice",
        epilog=options.examples(
            "journeyman practice",
            "journeyman practice --preset quick --library mine",
            "journeyman practice --resume 20260101T",
            "journeyman practice --slots 4 --workers 2",
            "journeyman practice --cluster auto --workers 2",
        ),
    )(practice_command)


def practice_command(
    game: Annotated[
        str | None,
        typer.Option("--game", "-g", help="Which game. Default: crafter.", autocompletion=completion.games),
    ] = None,
    game_option: options.GameOptions = None,
    budget_steps: Annotated[
        int | None, typer.Option("--budget-steps", help="Game steps to spend. Default: 600000.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", "-m", help="Minutes to spend. Default: 18.")
    ] = None,
    llm: Annotated[
        str | None,
        typer.Option("--llm", help="'recorded' (default), provider:model, a URL, or a GGUF file."),
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option("--library", parser=options.path, help="Where skills are kept. Default: ./library."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Everything random follows from it.")] = None,
    resume: options.RunToResume = None,
    runs_dir: options.RunsDir = Path("runs"),
    max_calls: Annotated[
        int | None, typer.Option("--max-calls", help="Cap on calls of a live model.")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", help="Cap on tokens of a live model.")
    ] = None,
    max_usd: Annotated[float | None, typer.Option("--max-usd", help="Cap on US dollars.")] = None,
    max_output_tokens: options.MaxOutputTokens = None,
    context_tokens: options.ContextTokens = None,
    reply_timeout: options.ReplyTimeout = None,
    max_reply_bytes: options.MaxReplyBytes = None,
    max_judge_calls: options.MaxJudgeCalls = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    slots: Annotated[
        int | None,
        typer.Option(
            "--slots",
            help="Skills practised at once, each with --workers. Default: 1, or all of a cluster.",
        ),
    ] = None,
    training: Annotated[
        str | None,
        typer.Option("--training", help="'separate' (default), or first 'joint', inside episodes."),
    ] = None,
    networks: Annotated[
        str | None,
        typer.Option("--networks", help="Joint: one 'shared' network (default), or one 'per_skill'."),
    ] = None,
    proposer: Annotated[
        str | None,
        typer.Option(
            "--proposer",
            help="Who proposes more tasks: 'pool', a pool's .json file, 'model', 'ask' (you), or 'none'. "
            "Default: 'auto'.",
        ),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            help="Who says when a task is done that no fact states: 'auto' (default), 'embedded', 'chat' "
            "(the model, at what that one is unsure of), 'ask' (you), or 'facts' (nobody).",
        ),
    ] = None,
    curriculum: Annotated[
        str | None,
        typer.Option(
            "--curriculum",
            help="What is practised next: 'progress', 'uniform', 'needs', or 'auto' (default): the game's.",
        ),
    ] = None,
    reward: Annotated[
        str | None,
        typer.Option("--reward", help="Train on 'code' (default), a model's 'preference', or 'both'."),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            help="'quick', 'long', 'nethack', 'minecraft', or a .toml file of settings.",
            autocompletion=completion.presets,
        ),
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, for any setting; may be repeated.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Learn skills from nothing: propose, design, train, judge, admit."""
    given = {
        "game": game,
        "budget_steps": budget_steps,
        "minutes": minutes,
        "llm": llm,
        "library": library,
        "seed": seed,
        "max_calls": max_calls,
        "max_tokens": max_tokens,
        "max_usd": max_usd,
        "workers": workers,
        "cluster": cluster,
        "slots": slots,
        "training": training,
        "networks": networks,
        "proposer": proposer,
        "judge": judge,
        "curriculum": curriculum,
        "reward": reward,
    }
    from agent.api import practice_config
    from agent.config import read_assignments, replace
    from envs import game_options
    from envs.registry import game_spec

    settings = {
        **read_assignments(assignments or []),
        **{name: value for name, value in given.items() if value is not None},
        **options.asking(max_output_tokens, context_tokens, reply_timeout, max_reply_bytes, max_judge_calls),
        "resume": resume,
        "runs_dir": runs_dir,
    }
    config = practice_config(settings, preset=preset)
    if game_option:
        chosen = game_options.read_assignments(game_spec(config.game), game_option)
        config = replace(config, {"game_options": {**config.game_options, **chosen}})
    from agent.practice.loop import run_practice
    from envs.first_use import compile_once
    from skills.training.config import UPDATE_WARM_UP

    say_played_in(config.game, config.game_options)
    compile_once(config.game, say, UPDATE_WARM_UP, config.game_options)
    from agent.cli.conversation import TerminalConversation

    asks = "ask" in (config.proposer, config.judge)
    with _progress(plain=asks) as progress:
        report = run_practice(
            config, progress=progress, conversation=TerminalConversation() if asks else None
        )
    if json:
        print_json(report.to_record())
    else:
        _show(report)
    if report.interrupted:
        from agent.records.runs import resume_command

        say(f"{report.stopped}; go on with: {resume_command(config.runs_dir / report.run, 'practice')}")
        raise typer.Exit(INTERRUPTED)


@contextmanager
def _progress(*, plain: bool) -> Iterator[PracticeProgress]:
    """A live panel on a terminal, lines elsewhere; the panel is taken down whatever happens.

    Args:
        plain: lines in any case, since a panel and a question get in each other's way.
    """
    import sys

    from agent.practice.panel import RichProgress
    from agent.practice.progress import PlainProgress

    console = messages()
    if plain or not console.is_terminal:
        yield PlainProgress(sys.stderr)
        return
    live = RichProgress(console)
    try:
        yield live
    finally:
        live.close()


def _grown(proposals: Mapping[str, Any], monitors: Mapping[str, Any]) -> Iterator[str]:
    """What became of tasks that were proposed, and what the monitors warn of."""
    refused = proposals.get("refused", {})
    if proposals.get("asked", 0) > 1 or refused:
        times, taken = counted(proposals["asked"], "time"), counted(len(proposals["taken"]), "task")
        yield f"asked for tasks {times}: {taken} taken, {len(refused):,} refused"
    for name, why in refused.items():
        yield f"refused: {name}: {why}"
    for warning in monitors.get("warnings", ()):
        yield f"warning: {warning}"


def _show(report: PracticeReport) -> None:
    from rich.table import Table

    record = report.to_record()
    table = Table(
        "skill", "fresh seeds", "95 % at least", "steps", title=f"Admitted: {len(record['admitted'])}"
    )
    for skill in record["admitted"]:
        table.add_row(
            skill["name"],
            f"{skill['successes']} of {skill['attempts']}",
            f"{skill['lower_bound']:.0%}",
            f"{skill['train_steps']:,}",
        )
    console = results()
    console.print(table)
    for skill in record["abandoned"]:
        console.print(f"given up: {skill['name']}: {skill['reason']}")
    for skill in record["retired"]:
        console.print(f"retired: {skill['name']}: {skill['reason']}")
    for line in _grown(record["proposals"], record["monitors"]):
        console.print(line)
    spent = f"{counted(record['steps'], 'step')} in {record['minutes']:.1f} minutes"
    result(f"{spent}; library {record['library']}; run {record['run']}")
