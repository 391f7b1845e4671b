"""Libraries of three sizes: what each costs, and what grows faster than they do."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from agent.bench.figure import Figure
from agent.bench.memory import peak_mib
from agent.bench.settings import Settings
from envs.disk import Written
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.search import cheapest
from skills.skill import Effects, PolicyRecord, Skill, SkillKind, SkillStats
from skills.store.store import SkillLibrary

FACTOR = 10
"""Between one size and the next; there are three."""
ADMISSIONS = 5
"""Skills that are admitted to a full library, one after the other."""
LINEAR = 1.15
"""Exponent above which a cost grows faster than the library."""
STATS = SkillStats(successes=38, failures=2, steps=400)
"""What each skill has behind it."""


def large_library(settings: Settings) -> list[Figure]:
    """Seconds to load, plan with, admit to and verify a library, and the exponents of their growth."""
    largest = settings.skills_in_library * FACTOR
    sizes = (largest // FACTOR**2, largest // FACTOR, largest)
    costs: dict[str, list[float]] = {}
    figures: list[Figure] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for what, seconds in _costs(Path(folder), size).items():
                costs.setdefault(what, []).append(seconds)
                name = f"library of {size:,} skills: {what}"
                figures.append(Figure(name=name, samples=(seconds,), unit="s", how=HOW[what]))
        memory = Figure(
            name=f"library of {size:,} skills: peak memory", samples=(peak_mib() or 0.0,), unit="MiB",
            how="of the process, after this size",
        )  # fmt: skip
        figures.append(memory)
    for what, taken in costs.items():
        growth = Figure(
            name=f"{what}: growth", samples=(exponent(taken[-2], taken[-1], FACTOR),), unit="exponent",
            target=LINEAR, how=f"from {sizes[-2]:,} to {sizes[-1]:,} skills; 1 is in proportion",
        )  # fmt: skip
        figures.append(growth)
    return figures


HOW = {
    "write": "all records in one change",
    "load": "every record read and its hash checked",
    "plan": "the cheapest plan to all of the toy game's gem, producers in the thousands",
    "first admission": "one more skill with the graph, as a turn of practice does, after looking through all",
    "admit": f"another one in the same session; mean of {ADMISSIONS}",
    "verify": "every file of every version looked at",
}


def exponent(smaller: float, larger: float, factor: float) -> float:
    """How a cost grows with the size: the power of it.

    >>> round(exponent(2.0, 20.0, 10), 2), round(exponent(1.0, 100.0, 10), 2)
    (1.0, 2.0)
    """
    return math.log(max(larger, 1e-9) / max(smaller, 1e-9), factor)


def _costs(folder: Path, size: int) -> dict[str, float]:
    library = SkillLibrary(folder, "toy")
    graph = _graph()
    with library.lock():
        costs = {"write": _timed(lambda: _fill(library, graph, size))}
        costs["load"] = _timed(library.load_all)
        costs["plan"] = _timed(lambda: cheapest(graph, Goal(facts={"gem": 1}), {}))
        costs["first admission"] = _timed(lambda: _admit(library, graph, size))
        costs["admit"] = _timed(lambda: _admit(library, graph, size + 1, ADMISSIONS)) / ADMISSIONS
        costs["verify"] = _timed(library.verify)
    return costs


def _graph() -> SkillGraph:
    from envs.registry import game_spec

    spec = game_spec("toy")
    return SkillGraph("toy", spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})


def _fill(library: SkillLibrary, graph: SkillGraph, size: int) -> None:
    with library.change() as change:
        for number in range(size):
            skill = _skill(number)
            library.add(skill, change=change)
            _enter(graph, skill)
        change.write(library.graph_path, graph.to_bytes(), Written.GRAPH)


def _admit(library: SkillLibrary, graph: SkillGraph, size: int, count: int = 1) -> None:
    for number in range(size, size + count):
        skill = _skill(number)
        with library.change() as change:
            library.add(skill, change=change)
            _enter(graph, skill)
            library.newest()  # what a session notes of its library
            change.write(library.graph_path, graph.to_bytes(), Written.GRAPH)


def _enter(graph: SkillGraph, skill: Skill) -> None:
    graph.add_skill(skill.name, skill.kind, skill.effects)
    graph.set_stats(skill.name, STATS)
    graph.set_available(skill.name, True)


def _skill(number: int) -> Skill:
    """One of four kinds: wood, stone, a pick of both, the gem with the pick."""
    kinds = (
        Effects(obtains={"wood": 1}),
        Effects(obtains={"stone": 1}),
        Effects(consumes={"wood": 1, "stone": 1}, obtains={"pick": 1}),
        Effects(holds={"pick": 1}, obtains={"gem": 1}),
    )
    return Skill(
        name=f"skill_{number}", game="toy", kind=SkillKind.CRAFT, description="made for a measurement",
        effects=kinds[number % 4], policy=PolicyRecord(kind="scripted", action="take"), stats=STATS,
    )  # fmt: skip


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
