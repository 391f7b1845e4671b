"""``journeyman plan``: which skills lead to a goal."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, options
from agent.cli.failures import NOT_REACHED
from agent.cli.goals import understood_line
from agent.cli.output import print_json, result, results

if TYPE_CHECKING:
    from planners.plan import Plan


class Search(StrEnum):
    """How a plan is searched for."""

    CHEAPEST = "cheapest"
    DECOMPOSE = "decompose"


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "plan",
        epilog=options.examples(
            "journeyman plan 'collect a diamond'",
            "journeyman plan hopper --graph graph.json --have stone_pickaxe=1 --json",
        ),
    )(plan_command)


def plan_command(
    goal: Annotated[
        str,
        typer.Argument(
            help="What to reach, in words, as a fact or as a skill.", autocompletion=completion.goals
        ),
    ],
    have: Annotated[
        list[str] | None,
        typer.Option(
            "--have", help="What is there already, e.g. wood=3. May be repeated; several in one go too."
        ),
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(help="More of --have.", hidden=True)] = None,
    graph: Annotated[
        Path | None, typer.Option("--graph", help="Plan over this graph file (.json, .graphml, .yaml).")
    ] = None,
    search: Annotated[
        Search, typer.Option("--search", help="Least expected cost, or fewest executions (as in Plan4MC).")
    ] = Search.CHEAPEST,
    game: options.Game = "crafter",
    library: options.Library = None,
    json: options.Json = False,
) -> None:
    """Plan a goal over the skill graph. Exit code 1 when something is missing, 2 when it is not understood.

    A goal may ask for several things: "3 coal and a stone sword". What was understood is always said.
    Bars such as health and food are taken as full unless --have says otherwise.
    """
    from agent.api import plan as find_plan
    from planners.errors import NotUnderstood

    given = parse_have([*(have or []), *(more or [])])
    try:
        plan = find_plan(goal, game=game, library=library, graph=graph, have=given, search=search.value)
    except NotUnderstood as unclear:
        from agent.solving.understanding import with_hint

        how = "journeyman solve --llm PROVIDER:MODEL"
        raise (unclear if graph is not None else with_hint(unclear, how)) from None
    if json:
        print_json(to_record(goal, plan))
    else:
        _show(plan)
    if not plan.possible:
        raise typer.Exit(NOT_REACHED)


def parse_have(texts: Iterable[str]) -> dict[str, int]:
    """Facts from texts such as ``wood=3``; several may share one text, parted by commas or spaces.

    Raises:
        BadConfig: a text without a whole number.
    """
    from agent.errors import BadConfig

    facts = {}
    for text in " ".join(texts).replace(",", " ").split():
        name, equals, count = text.partition("=")
        if not equals or not count.isdigit():
            raise BadConfig(
                f"--have {text!r}; expected fact=count, e.g. wood=3; quote a goal of several words"
            )
        facts[name] = int(count)
    return facts


def to_record(goal: str, plan: Plan) -> dict[str, Any]:
    """The schema of ``journeyman plan --json``."""
    return {
        "goal": goal,
        "understood": dict(plan.goal.facts),
        "understood_as": plan.goal.in_words(),
        "steps": list(plan.steps),
        "missing": dict(plan.missing),
        "hoped": dict(plan.hoped),
        "expected_steps": round(plan.expected_steps, 2),
        "success_probability": round(plan.success_probability, 6),
    }


def _show(plan: Plan) -> None:
    from rich.table import Table

    console = results()
    result(understood_line(plan.goal))
    if plan.steps:
        table = Table("step", "skill")
        for number, skill in enumerate(plan.steps, start=1):
            table.add_row(str(number), skill)
        console.print(table)
        console.print(
            f"about {plan.expected_steps:,.0f} game steps; every step succeeds at the first attempt with "
            f"probability {plan.success_probability:.0%}"
        )
    elif plan.possible:
        console.print("nothing to do: it holds at the start")
    for fact, skill in plan.hoped.items():
        result(f"hoped for: {fact}, which {skill} may bring")
    for fact, count in plan.missing.items():
        result(f"missing: {count} of {fact}, which no skill at hand brings", style="red")
