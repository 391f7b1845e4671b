"""Checks on a whole skill graph: names, counts, producers and cycles, every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import networkx as nx

from envs.errors import did_you_mean
from envs.game import GameSpec
from planners.graph.belief import ROLES, never_works
from planners.graph.graph import SkillGraph

Severity: TypeAlias = Literal["error", "warning", "note"]

PRODUCED_KINDS = ("count", "known", "place")
"""Kinds of facts that some skill must bring when another needs them; the rest move by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding.

    Attributes:
        severity: ``error`` makes a skill unusable, ``warning`` may, ``note`` does not.
        code: ``unknown_fact``, ``bad_count``, ``obtains_nothing``, ``no_producer``, ``cycle`` or
            ``never_works``.
        message: what is wrong, for people.
        skill: the skill concerned; for a cycle its first.
        fact: the fact concerned, if one is.
        cycle: skills in order, each needing what the one before brings; the first follows the last.
    """

    severity: Severity
    code: str
    message: str
    skill: str
    fact: str = ""
    cycle: tuple[str, ...] = ()


def find_problems(graph: SkillGraph, spec: GameSpec | None = None) -> list[Problem]:
    """Check what is believed of every skill.

    Args:
        graph: the graph.
        spec: the game's vocabulary; without it the graph's own kinds and highs are taken.

    Returns:
        Problems by skill in order of insertion, cycles last.
    """
    kinds = spec.fact_kinds if spec else graph.kinds
    highs = {fact.name: fact.high for fact in spec.facts} if spec else graph.highs
    problems = []
    for name in graph.skills():
        problems += _effect_problems(graph, name, kinds, highs)
        problems += _needs_without_producer(graph, name)
        if never_works(graph.kind(name), graph.evidence(name)):
            message = f"skill {name!r} never works: it failed with everything held that it could need"
            problems.append(Problem(severity="warning", code="never_works", message=message, skill=name))
    return problems + _cycles(graph)


def _effect_problems(
    graph: SkillGraph, name: str, kinds: Mapping[str, object], highs: Mapping[str, int]
) -> list[Problem]:
    belief = graph.belief(name)
    problems = []

    def error(code: str, message: str, fact: str = "") -> None:
        problems.append(Problem(severity="error", code=code, message=message, skill=name, fact=fact))

    for role in ROLES:
        for fact, count in getattr(belief, role).items():
            if fact not in kinds:
                hint = did_you_mean(fact, kinds)
                error("unknown_fact", f"skill {name!r} {role} the unknown fact {fact!r}{hint}", fact)
            elif not 1 <= count <= highs.get(fact, count):
                limit = f"1 to {highs[fact]}" if fact in highs else "at least 1"
                error("bad_count", f"skill {name!r} {role} {count} {fact}; expected {limit}", fact)
    if not belief.obtains and not graph.success_in_words(name):
        error("obtains_nothing", f"skill {name!r} obtains nothing, so no plan can use it")
    return problems


def _needs_without_producer(graph: SkillGraph, name: str) -> list[Problem]:
    return [
        Problem(
            severity="error",
            code="no_producer",
            message=f"skill {name!r} needs {count} {fact}, which no skill obtains",
            skill=name,
            fact=fact,
        )
        for fact, count in graph.belief(name).needs.items()
        if graph.fact_kind(fact) in PRODUCED_KINDS and not graph.producers(fact)
    ]


def _inputs(graph: SkillGraph) -> dict[str, list[tuple[str, ...]]]:
    """Skill -> for each need that skills bring, the skills that bring it."""
    inputs: dict[str, list[tuple[str, ...]]] = {}
    for name in graph.skills():
        needs = [
            fact for fact in graph.belief(name).needs if graph.fact_kind(fact) in (*PRODUCED_KINDS, "event")
        ]
        inputs[name] = [producers for fact in needs if (producers := graph.producers(fact))]
    return inputs


def _startable(inputs: Mapping[str, list[tuple[str, ...]]]) -> set[str]:
    """Skills that can be reached from nothing, each need through any one of its producers."""
    users: dict[str, list[tuple[str, int]]] = {}
    open_needs = {name: set(range(len(needs))) for name, needs in inputs.items()}
    for name, needs in inputs.items():
        for index, producers in enumerate(needs):
            for producer in producers:
                users.setdefault(producer, []).append((name, index))
    ready = [name for name, needs in open_needs.items() if not needs]
    startable = set(ready)
    while ready:
        for name, index in users.get(ready.pop(), ()):
            open_needs[name].discard(index)
            if not open_needs[name] and name not in startable:
                startable.add(name)
                ready.append(name)
    return startable


def _cycles(graph: SkillGraph) -> list[Problem]:
    """One concrete cycle per knot of skills; an error when no alternative producer breaks it."""
    inputs = _inputs(graph)
    startable = _startable(inputs)
    everything: nx.DiGraph[str] = nx.DiGraph()
    stuck: nx.DiGraph[str] = nx.DiGraph()
    for name, needs in inputs.items():
        for producers in needs:
            everything.add_edges_from((producer, name) for producer in producers)
            if name not in startable and not startable.intersection(producers):
                stuck.add_edges_from((producer, name) for producer in producers)
    rank = {name: i for i, name in enumerate(inputs)}
    problems = [_cycle_problem(cycle, "error") for cycle in _one_cycle_each(stuck, rank)]
    reported = {name for problem in problems for name in problem.cycle}
    for cycle in _one_cycle_each(everything, rank):
        if not reported.intersection(cycle):
            problems.append(_cycle_problem(cycle, "note"))
    return problems


def _one_cycle_each(graph: nx.DiGraph[str], rank: Mapping[str, int]) -> list[tuple[str, ...]]:
    """A shortest cycle through the earliest skill of every strongly connected component."""
    cycles: list[tuple[str, ...]] = []
    for component in nx.strongly_connected_components(graph):
        first = min(component, key=rank.__getitem__)
        if graph.has_edge(first, first):
            cycles.append((first,))
        elif len(component) > 1:
            cycles.append(_shortest_cycle(graph.subgraph(component), first))
    return sorted(cycles, key=lambda cycle: rank[cycle[0]])


def _shortest_cycle(graph: nx.DiGraph[str], start: str) -> tuple[str, ...]:
    paths = nx.single_source_shortest_path(graph, start)
    last = min(graph.predecessors(start), key=lambda node: len(paths[node]))
    return tuple(paths[last])


def _cycle_problem(cycle: tuple[str, ...], severity: Severity) -> Problem:
    names = " -> ".join((*cycle, cycle[0]))
    fate = "none can come first" if severity == "error" else "another producer breaks the cycle"
    return Problem(
        severity=severity,
        code="cycle",
        message=f"skills need each other: {names}; {fate}",
        skill=cycle[0],
        cycle=cycle,
    )
