"""``journeyman plan``: which skills lead to a goal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import completion, options
from agent.cli.estimates import estimate_lines, percent
from agent.cli.failures import NOT_REACHED
from agent.cli.goals import LONGEST_HEADING, understood_line
from agent.cli.output import print_json, result, results
from envs.text import plain

if TYPE_CHECKING:
    from agent.records.outcomes import Outcomes
    from agent.records.reached import Reached
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
        Path | None,
        typer.Option(
            "--graph", parser=options.path, help="Plan over this graph file (.json, .graphml, .yaml)."
        ),
    ] = None,
    search: Annotated[
        Search, typer.Option("--search", help="Least expected cost, or fewest executions (as in Plan4MC).")
    ] = Search.CHEAPEST,
    game: options.Game = "crafter",
    library: options.Library = None,
    runs_dir: options.RunsDir = Path("runs"),
    json: options.Json = False,
) -> None:
    """Plan a goal over the skill graph. Exit code 1 when something is missing, 2 when it is not understood.

    A goal may ask for several things: "3 coal and a stone sword". What was understood is always said.
    Bars such as health and food are taken as full unless --have says otherwise. What is expected of the whole
    comes from practice, one skill at a time; how often it was reached in play is told where --runs-dir has
    runs of 'journeyman solve' for it, or where the library comes with a rate.
    """
    from agent.api import plan as find_plan
    from agent.api import planned_over
    from planners.errors import NotUnderstood

    given = parse_have([*(have or []), *(more or [])])
    try:
        plan = find_plan(goal, game=game, library=library, graph=graph, have=given, search=search.value)
    except NotUnderstood as unclear:
        from agent.solving.understanding import with_hint

        how = "journeyman solve --llm PROVIDER:MODEL"
        raise (unclear if graph is not None else with_hint(unclear, how)) from None
    # From something at hand it is another task than the one that was played from the start.
    over = planned_over(game, library, graph)
    alone = bool(given) or over != "library"
    played = None if alone else _played(plan, game, library, runs_dir)
    measured = None if alone else _measured(plan, game, library)
    if json:
        print_json(to_record(goal, plan, played, over, measured))
    else:
        _show(plan, played, measured, tried=over != "claims")
        if over == "claims":
            result(f"planned over claims alone: nothing of {game} was learned yet, so none of them was tried")
        else:
            for line in again_lines(plan, _places(game, library, graph)):
                result(line, style="dim")
    if not plan.possible:
        raise typer.Exit(NOT_REACHED)


def parse_have(texts: Iterable[str]) -> dict[str, int]:
    """Facts from texts such as ``wood=3``; several may share one text, parted by commas or spaces.

    Raises:
        BadConfig: a text without a whole number.
    """
    from agent.errors import BadConfig
    from planners.goals.counts import MOST_DIGITS

    facts: dict[str, int] = {}
    for text in " ".join(texts).replace(",", " ").split():
        name, equals, count = text.partition("=")
        shown = plain(text, LONGEST_HEADING)
        if not equals or not re.fullmatch("[0-9]+", count):
            raise BadConfig(
                f"--have '{shown}'; expected fact=count, e.g. wood=3; quote a goal of several words"
            )
        if len(count.lstrip("0")) > MOST_DIGITS:
            raise BadConfig(f"--have '{shown}'; expected a count below 1,000,000,000")
        if facts.setdefault(name, int(count)) != int(count):
            raise BadConfig(
                f"--have names {name} twice, as {facts[name]} and as {int(count)}; give one count"
            )
    return facts


def to_record(
    goal: str,
    plan: Plan,
    played: Outcomes | None = None,
    over: str = "library",
    measured: Reached | None = None,
) -> dict[str, Any]:
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
        "groups": [
            {
                "skill": group.skill,
                "times": group.times,
                "expected_steps": round(group.steps, 2),
                "success_rate": round(group.chance, 4),
            }
            for group in grouped(plan)
        ],
        "in_play": played.to_record() if played else None,
        "measured": measured.to_record() if measured else None,
        "over": over,
    }


@dataclass(frozen=True, slots=True)
class Group:
    """The same skill several times in a row.

    Attributes:
        skill: its name.
        times: how often.
        steps: expected game steps of all of them, repeats after failures included.
        chance: how often one execution succeeds, 0..1.
    """

    skill: str
    times: int
    steps: float
    chance: float


def grouped(plan: Plan) -> list[Group]:
    """The steps of a plan, repeats of a skill taken together; figures are 0 and 1 where it has none."""
    costs = plan.step_costs or (0.0,) * len(plan.steps)
    chances = plan.step_chances or (1.0,) * len(plan.steps)
    groups = []
    for skill, same in groupby(zip(plan.steps, costs, chances, strict=True), lambda step: step[0]):
        steps = list(same)
        groups.append(Group(skill, len(steps), sum(step[1] for step in steps), steps[0][2]))
    return groups


def _played(plan: Plan, game: str, library: Path | None, runs_dir: Path) -> Outcomes | None:
    from agent.play.libraries import choose_library
    from agent.records.outcomes import outcomes_of

    return outcomes_of(runs_dir, game, plan.goal.facts, choose_library(library, game))


def _measured(plan: Plan, game: str, library: Path | None) -> Reached:
    from agent.play.libraries import choose_library
    from agent.records.reached import reached

    return reached(choose_library(library, game) / game, plan.goal.facts)


def _show(plan: Plan, played: Outcomes | None, measured: Reached | None, *, tried: bool) -> None:
    from rich.table import Table

    console = results()
    result(understood_line(plan.goal))
    if plan.steps:
        table = Table("skill")
        table.add_column("game steps", justify="right")
        table.add_column("succeeds", justify="right")
        for group in grouped(plan):
            name = f"{group.skill} x{group.times}" if group.times > 1 else group.skill
            steps = f"{group.steps:,.0f}" if group.steps >= 1 else "< 1"
            table.add_row(name, steps, percent(group.chance))
        console.print(table)
        for line in estimate_lines(plan, played, measured, tried=tried):
            result(line)
    elif plan.possible:
        console.print("nothing to do: it holds at the start")
    for fact, skill in plan.hoped.items():
        result(f"hoped for: {fact}, which {skill} may bring")
    for fact, count in plan.missing.items():
        result(f"missing: {count} of {fact}, which no skill at hand brings", style="red")


def again_lines(plan: Plan, places: Callable[[str], bool]) -> Iterator[str]:
    """Why a skill comes again later in a plan, where it brings a place.

    Args:
        plan: the plan.
        places: whether what a skill brings is a place.
    """
    times = Counter(group.skill for group in grouped(plan))
    for skill, count in times.items():
        if count > 1 and places(skill):
            yield f"{skill} comes {count} times: a place is left behind as the player moves on"


def _places(game: str, library: Path | None, file: Path | None) -> Callable[[str], bool]:
    from agent.play.graphs import load_graph

    graph = load_graph(file=file, library=library, game=game)
    return lambda skill: any(graph.fact_kind(fact) == "place" for fact in graph.belief(skill).obtains)
