"""``journeyman solve``: carry out a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, options
from agent.cli.episode_lines import EpisodeLines
from agent.cli.failures import NOT_REACHED, UNCLEAR
from agent.cli.goals import heading, understood_line
from agent.cli.output import print_json, result, results, say
from agent.cli.played_in import say_played_in

if TYPE_CHECKING:
    from agent.solving.solve import SolveReport
    from planners.errors import NoPlan
    from planners.plan import Goal


MOST_SHOWN = 8
"""Skills of an episode that a table shows, repeats counted as one."""

MOST_WITH_SKILLS = 5
"""Episodes up to which the table names their skills."""


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
    untried: Annotated[
        bool,
        typer.Option("--untried", help="Skills serve too that are claimed and were never tried."),
    ] = False,
    record: Annotated[bool, typer.Option("--record", help="Keep a film in the run's folder.")] = False,
    llm: Annotated[
        str, typer.Option("--llm", help="Asked only when the task's words match nothing known.")
    ] = "recorded",
    judge: options.Judge = "auto",
    max_output_tokens: options.MaxOutputTokens = None,
    context_tokens: options.ContextTokens = None,
    reply_timeout: options.ReplyTimeout = None,
    max_reply_bytes: options.MaxReplyBytes = None,
    max_judge_calls: options.MaxJudgeCalls = None,
    runs_dir: options.RunsDir = Path("runs"),
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    json: options.Json = False,
) -> None:
    """Plan a task over the skill graph and carry it out. What was understood is always said.

    A task may ask for several things: "3 coal and a stone sword". One that no fact states is carried out by
    the skills nearest to its words, and judged by looking. Exit code 1 when it is reached in no episode, or
    out of reach; 2 when it is not understood; 4 when nobody could say whether it was done.
    """
    from agent.api import solve
    from agent.cli.conversation import TerminalConversation
    from envs.first_use import compile_once
    from envs.game_options import read_assignments
    from envs.registry import game_spec
    from planners.errors import NoPlan

    chosen = read_assignments(game_spec(game), game_option or [])
    lines = EpisodeLines(heading(task), episodes)
    goals: list[Goal] = []

    def understood(goal: Goal) -> None:
        goals.append(goal)
        if not json:
            result(understood_line(goal))
            if max_steps is None and not chosen and not untried:
                _say_measured(goal, game, library)
        say_played_in(game, chosen)
        compile_once(game, say, options=chosen)
        if judge != "ask":  # lines that move would write over the question
            lines.start()

    asking: dict[str, Any] = options.asking(
        max_output_tokens, context_tokens, reply_timeout, max_reply_bytes, max_judge_calls
    )
    if workers is not None:
        asking["workers"] = workers
    if cluster is not None:
        asking["cluster"] = cluster
    try:
        report = solve(
            task,
            library=library,
            understood=understood,
            conversation=TerminalConversation(),
            game=game,
            episodes=episodes,
            seed=seed,
            max_steps=max_steps,
            untried=untried,
            record=record,
            llm=llm,
            judge=judge,
            runs_dir=runs_dir,
            game_options=chosen,
            **asking,
        )
    except NoPlan as error:
        if not (json and goals):
            raise
        print_json(out_of_reach(task, game, goals[-1], error))
        say(f"journeyman: {error}")
        raise typer.Exit(NOT_REACHED) from None
    except KeyboardInterrupt:
        say("interrupted; what was played is in the run's folder")
        raise
    finally:
        lines.stop()
    if json:
        print_json(report.to_record())
    else:
        _show(report)
    if not report.successes:
        raise typer.Exit(UNCLEAR if report.unclear else NOT_REACHED)


def _say_measured(goal: Goal, game: str, library: Path | None) -> None:
    """The rate that comes with the library for this goal, if there is one."""
    from agent.cli.estimates import measured_line
    from agent.play.libraries import open_any
    from agent.records.reached import reached

    if line := measured_line(reached(open_any(library, game).root / game, goal.facts)):
        result(line, style="dim")


def out_of_reach(task: str, game: str, goal: Goal, error: NoPlan) -> dict[str, Any]:
    """The schema of ``journeyman solve --json`` for a task that is understood and cannot be reached."""
    return {
        "task": task,
        "game": game,
        "understood": dict(goal.facts),
        "understood_as": goal.in_words(),
        "missing": dict(error.missing),
    }


def _show(report: SolveReport) -> None:
    from rich.table import Table

    record = report.to_record()
    with_skills = record["n"] <= MOST_WITH_SKILLS
    columns = ("seed", "reached", "how it ended", *(("skills, in order",) if with_skills else ()))
    table = Table(*columns, title=heading(record["task"]))
    for episode in record["episodes"]:
        ended = (episode.get("ending") or {}).get("words") or f"step {episode['env_steps']:,}"
        skills = (_in_order(episode["skills"]),) if with_skills else ()
        table.add_row(str(episode["seed"]), _said(episode), ended, *skills)
    low, high = record["ci95"]
    console = results()
    console.print(table)
    console.print(
        f"{record['successes']} of {record['n']} reached the goal "
        f"({record['success_rate']:.0%}, 95 % interval {low:.0%} to {high:.0%})"
    )
    if report.unclear:
        console.print(f"{report.unclear} unclear, counted as neither; the rate is that of the others")
    for verdict in (episode.verdict for episode in report.episodes):
        if verdict is not None:
            console.print(
                f"{verdict.judge}: {verdict.outcome.replace('_', ' ')}: {verdict.reason}", style="dim"
            )
    if name := record.get("run"):
        result(f"run {name}", style="dim")
    for film in record.get("films", ()):
        result(f"film {film}", style="dim")


def _said(episode: Mapping[str, Any]) -> str:
    unclear = episode.get("verdict", {}).get("outcome") == "unclear"
    return "unclear" if unclear else "yes" if episode["success"] else "no"


def _in_order(skills: Sequence[str]) -> str:
    """Skills in order, repeats counted; a long list is cut, and how many are left out is said.

    >>> _in_order(["wood", "wood", "table"])
    'wood x2 > table'
    """
    from agent.records.sentences import repeats

    runs = repeats(skills)
    shown = [name if n == 1 else f"{name} x{n}" for name, n in runs[:MOST_SHOWN]]
    more = sum(n for _, n in runs[MOST_SHOWN:])
    return " > ".join([*shown, *([f"{more:,} more"] if more else [])])
