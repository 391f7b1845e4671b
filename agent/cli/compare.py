"""``journeyman compare``: which way of training learns the skills of a game best."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import completion, options
from agent.cli.output import messages, print_json, results

if TYPE_CHECKING:
    from agent.practice.comparison import CompareReport


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "compare",
        epilog=options.examples(
            "journeyman compare discoverer descender fight --game nethack",
            "journeyman compare discoverer descender --game nethack --budget-steps 40000 --folder mine",
        ),
    )(compare_command)


def compare_command(
    skills: Annotated[
        list[str],
        typer.Argument(help="Learned skills of the game, two or more.", autocompletion=completion.skills),
    ],
    game: options.Game = "crafter",
    budget_steps: Annotated[
        int, typer.Option("--budget-steps", help="Game steps of each way of training, all skills together.")
    ] = 280_000,
    scout_steps: Annotated[
        int, typer.Option("--scout-steps", help="Game steps to find states to start from.")
    ] = 120_000,
    episodes: Annotated[
        int, typer.Option("--episodes", help="Executions that each skill is judged by.")
    ] = 60,
    episode_steps: Annotated[
        int, typer.Option("--episode-steps", help="Length of episodes in which skills follow one another.")
    ] = 1_000,
    across: Annotated[
        bool, typer.Option("--across", help="Add: values bootstrapped over switches of skills.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            parser=options.path,
            help="Where it is kept and gone on with. Default: runs/compare-...",
        ),
    ] = None,
    llm: Annotated[
        str, typer.Option("--llm", help="'recorded', provider:model, a URL, or a GGUF file.")
    ] = "recorded",
    max_output_tokens: options.MaxOutputTokens = None,
    context_tokens: options.ContextTokens = None,
    reply_timeout: options.ReplyTimeout = None,
    max_reply_bytes: options.MaxReplyBytes = None,
    seed: options.Seed = 0,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    json: options.Json = False,
) -> None:
    """Train in four ways for equally many steps: one network per skill or one for all, alone or together.

    Together means inside an episode, one skill after the other, under a policy over skills that the model
    wrote. A comparison that was cut off goes on when it is started again.
    """
    from agent.practice.comparison import CompareConfig
    from agent.practice.training_modes import compare
    from envs.workers.cores import core_count

    config = CompareConfig(
        game=game,
        skills=tuple(skills),
        folder=folder or Path("runs") / f"compare-{game}-s{seed}",
        budget_steps=budget_steps,
        scout_steps=scout_steps,
        episodes=episodes,
        episode_steps=episode_steps,
        seed=seed,
        workers=core_count() if workers is None else workers,
        cluster=cluster or "",
        llm=llm,
        across_switches=across,
        **options.asking(max_output_tokens, context_tokens, reply_timeout, max_reply_bytes),
    )
    console = messages()
    report = compare(config, lambda text: console.print(text, soft_wrap=True))
    if json:
        print_json(report.to_record())
    else:
        _show(report)


def _show(report: CompareReport) -> None:
    from rich.table import Table

    from skills.interval import wilson

    def text(successes: int, attempts: int) -> str:
        interval = wilson(successes, attempts)
        share = successes / attempts if attempts else 0.0
        return f"{share:.0%} [{interval.low:.0%}, {interval.high:.0%}] of {attempts}"

    table = Table("skill", *(arm.name for arm in report.arms))
    for skill in report.config.skills:
        table.add_row(skill, *(text(arm.successes[skill], arm.attempts[skill]) for arm in report.arms))
    table.add_row(
        "all", *(text(sum(arm.successes.values()), sum(arm.attempts.values())) for arm in report.arms)
    )
    table.add_row("steps", *(f"{arm.steps:,}" for arm in report.arms))
    table.add_row("seconds", *(f"{arm.seconds:.0f}" for arm in report.arms))
    results().print(table)
