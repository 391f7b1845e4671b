"""How long plans take: over the games' graphs, and over a graph far larger than any."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from agent.bench.figure import Figure, pairwise_ratios, scaled, seconds_of
from agent.bench.graphs import crafter_graph, minecraft_graph, synthetic_graph
from agent.bench.memory import peak_mib
from agent.bench.settings import Settings
from agent.testing.crowds import crowded
from planners.graph.graph import SkillGraph
from planners.plan import Goal, Plan
from planners.search.search import cheapest, decompose

PLAN_TARGET_MS = 50.0
LARGE_TARGET_MS = 1000.0
CROWDED_TARGET, CHANGED_TARGET = 3.0, 10.0
"""How many times longer plans may take, at most, with a thousand more skills that are of no use; and the
first plan after a change, for which all are looked through."""

_SEARCHES: tuple[Callable[..., Plan], ...] = (cheapest, decompose)


def planning_games(settings: Settings) -> list[Figure]:
    """Time for the slowest of all plans from nothing, on the graph of each game."""
    crafter, origin = crafter_graph()
    graphs: Mapping[str, SkillGraph] = {f"Crafter, {origin}": crafter, "Minecraft-like": minecraft_graph()}
    return [
        slowest_plan(name, graph, search, settings.repeats)
        for name, graph in graphs.items()
        for search in _SEARCHES
    ]


def slowest_plan(name: str, graph: SkillGraph, search: Callable[..., Plan], repeats: int) -> Figure:
    """Time, ms, of the slowest plan among those for what each skill brings, on a graph not planned on yet."""
    slowest: Figure | None = None
    goals = [Goal(facts=dict(graph.belief(skill).obtains), text=skill) for skill in graph.skills()]
    for goal in goals:
        times, steps = [], 0
        for _ in range(repeats):
            fresh = graph.copy()
            start = time.perf_counter()
            steps = len(search(fresh, goal, {}, only_available=False).steps)
            times.append(time.perf_counter() - start)
        figure = Figure(
            name=f"slowest plan, {name}, {search.__name__}",
            samples=scaled(times, 1000),
            unit="ms",
            target=PLAN_TARGET_MS,
            how=f"{goal.text}, {steps} executions; of {len(goals)} goals, each from nothing on a fresh graph",
        )
        if slowest is None or figure.value > slowest.value:
            slowest = figure
    if slowest is None:
        raise ValueError(f"the graph {name!r} has no skills; there is nothing to plan")
    return slowest


def planning_large(settings: Settings) -> list[Figure]:
    """Time for plans over a synthetic technology tree, first call and later ones, and memory."""
    size = settings.skills_in_graph
    goal = Goal(facts={f"item{size - 1}": 1})
    before = peak_mib() or 0.0
    graph = synthetic_graph(size)
    figures: list[Figure] = []
    for search in _SEARCHES:
        firsts: list[float] = []
        for _ in range(min(settings.repeats, 3)):
            fresh = graph.copy()
            firsts += seconds_of(partial(search, fresh, goal, {}, only_available=False), 1)
        find = partial(search, fresh, goal, {}, only_available=False)
        steps, later = len(find().steps), seconds_of(find, settings.repeats)
        for which, samples in (("first", tuple(firsts)), ("next", later)):
            figures.append(
                Figure(
                    name=f"{which} plan over {size:,} skills, {search.__name__}",
                    samples=scaled(samples, 1000),
                    unit="ms",
                    target=LARGE_TARGET_MS,
                    how=f"{steps:,} executions"
                    + ("; the graph is new to the search" if which == "first" else ""),
                )
            )
    figures.append(
        Figure(
            name=f"planner on {size:,} skills: peak memory",
            samples=(peak_mib() or 0.0,),
            unit="MiB",
            how=f"of the process; {before:.0f} before the graphs (two are held) were built",
        )
    )
    return figures


def planning_crowded(settings: Settings) -> list[Figure]:
    """Time for plans on Crafter's graph with many useless skills in it, beside that without them."""
    small, origin = crafter_graph()
    large = crowded(small, settings.skills_in_crowd)
    goals = [Goal(facts=dict(small.belief(skill).obtains), text=skill) for skill in small.skills()]

    def plan_all(graph: SkillGraph, *, changing: bool) -> None:
        for goal in goals:
            if changing:
                graph.set_stats(goal.text, graph.stats(goal.text))
            cheapest(graph, goal, {})

    figures: list[Figure] = []
    for changing in (False, True):
        ours: list[float] = []
        theirs: list[float] = []
        plan_all(small, changing=changing)
        plan_all(large, changing=changing)
        for _ in range(settings.repeats):
            theirs += seconds_of(partial(plan_all, small, changing=changing), 1)
            ours += seconds_of(partial(plan_all, large, changing=changing), 1)
        state = "after each change of a skill" if changing else "of an unchanged graph"
        each = scaled((min(theirs), min(ours)), 1000 / len(goals))
        figures.append(
            Figure(
                name=f"plans {state}: {settings.skills_in_crowd:,} more skills against none",
                samples=pairwise_ratios(ours, theirs),
                unit="x",
                target=CHANGED_TARGET if changing else CROWDED_TARGET,
                how=f"{len(goals)} goals of Crafter ({origin}), {each[0]:.2f} and {each[1]:.2f} ms a plan",
            )
        )
    return figures
