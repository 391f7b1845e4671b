"""``journeyman solve``: carry out a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import completion, options
from agent.cli.failures import NOT_REACHED
from agent.cli.output import episode_bar, messages, print_json, results

if TYPE_CHECKING:
    from agent.solving.solve import SolveReport


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "solve",
        epilog=options.examples(
            "journeyman solve 'collect a diamond'",
            "journeyman solve 'make an iron pickaxe' --episodes 20 --json",
            "journeyman solve 'eat' -g nethack -o level=MiniHack-Eat-v0",
        ),
    )(solve_command)


def solve_command(
    task: Annotated[
        str, typer.Argument(help="What to do, in words or as a fact's name.", autocompletion=completion.goals)
    ],
    game: options.Game = "crafter",
    game_option: options.GameOptions = None,
    library: options.Library = None,
    episodes: Annotated[int, typer.Option("--episodes", "-n", help="Episodes, each on a fresh seed.")] = 1,
    seed: options.Seed = 0,
    max_steps: Annotated[
        int | None, typer.Option("--max-steps", help="Game steps per episode. Default: the game's length.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep a film in the run's folder.")] = False,
    llm: Annotated[
        str, typer.Option("--llm", help="Asked only when the task's words match nothing known.")
    ] = "recorded",
    runs_dir: options.RunsDir = Path("runs"),
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Plan a task over the skill graph and carry it out. Exit code 1 when it is reached in no episode."""
    from agent.api import solve
    from envs.game_options import read_assignments
    from envs.registry import game_spec

    chosen = read_assignments(game_spec(game), game_option or [])
    try:
        with episode_bar() as bar:
            row = bar.add_task(task, total=episodes)
            report = solve(
                task,
                library=library,
                progress=lambda done, total: bar.update(row, completed=done, total=total),
                game=game,
                episodes=episodes,
                seed=seed,
                max_steps=max_steps,
                record=record,
                llm=llm,
                runs_dir=runs_dir,
                game_options=chosen,
                **({} if workers is None else {"workers": workers}),
            )
    except KeyboardInterrupt:
        messages().print("interrupted; what was played is in the run's folder")
        raise
    if json:
        print_json(report.to_record())
    else:
        _show(report)
    if not report.successes:
        raise typer.Exit(NOT_REACHED)


def _show(report: SolveReport) -> None:
    from rich.table import Table

    record = report.to_record()
    table = Table("seed", "reached", "steps", "skills, in order", title=record["task"])
    for episode in record["episodes"]:
        table.add_row(
            str(episode["seed"]),
            "yes" if episode["success"] else "no",
            f"{episode['env_steps']:,}",
            " > ".join(episode["skills"]),
        )
    low, high = record["ci95"]
    console = results()
    console.print(table)
    console.print(
        f"{record['successes']} of {record['n']} reached the goal "
        f"({record['success_rate']:.0%}, 95 % interval {low:.0%} to {high:.0%})"
    )
