"""``make bench``: how fast and how large the project is, measured now on this machine.

Each measurement is one function in `MEASUREMENTS` and runs in a process of its own, with its own peak memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import core_count

if TYPE_CHECKING:
    from planners.graph import SkillGraph

_MEASURED = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)

REPEATS = 5
SKILLS_IN_LIBRARY = 1_000
SKILLS_IN_GRAPH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure.

    Attributes:
        name: what was measured.
        value: the figure; the median where it was repeated.
        unit: its unit.
        detail: how it was measured.
        peak_mib: largest memory of the process that measured it, MiB.
    """

    name: str
    value: float
    unit: str
    detail: str = ""
    peak_mib: float = 0.0


def startup() -> list[Measurement]:
    """Time until ``journeyman --help`` has answered."""

    def help_text() -> None:
        command = [sys.executable, "-m", "agent.cli", "--help"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    seconds = median_seconds(help_text)
    return [Measurement(name="journeyman --help", value=seconds, unit="s", detail=f"median of {REPEATS}")]


def planning_crafter() -> list[Measurement]:
    """Time for the longest plan in the shipped library's graph."""
    from agent.libraries import shipped_library
    from planners.graph import SkillGraph
    from planners.plan import Goal
    from planners.search import cheapest, decompose

    path = shipped_library() / "crafter" / "graph.json"
    if not path.is_file():
        return []
    graph = SkillGraph.load(path)
    goals = [Goal(facts=dict(graph.belief(name).obtains), text=name) for name in graph.skills()]
    longest = max(goals, key=lambda goal: len(decompose(graph, goal, {}, only_available=False).steps))
    found: list[Measurement] = []
    for search in (cheapest, decompose):
        find = partial(search, graph, longest, {}, only_available=False)
        steps, seconds = len(find().steps), median_seconds(find)
        found.append(
            Measurement(
                name=f"longest Crafter plan, {search.__name__}",
                value=1000 * seconds,
                unit="ms",
                detail=f"{longest.text}: {steps} steps",
            )
        )
    return found


def planning_large() -> list[Measurement]:
    """Time for plans over a synthetic technology tree of 10,000 skills, first call and later ones."""
    from planners.plan import Goal
    from planners.search import cheapest, decompose

    goal = Goal(facts={f"item{SKILLS_IN_GRAPH - 1}": 1})
    found: list[Measurement] = []
    for search in (cheapest, decompose):
        graph = synthetic_graph(SKILLS_IN_GRAPH)
        find = partial(search, graph, goal, {}, only_available=False)
        start = time.perf_counter()
        plan = find()
        first, later = time.perf_counter() - start, median_seconds(find)
        for name, seconds in (("first plan", first), ("next plan", later)):
            found.append(
                Measurement(
                    name=f"{name} over {SKILLS_IN_GRAPH:,} skills, {search.__name__}",
                    value=1000 * seconds,
                    unit="ms",
                    detail=f"{len(plan.steps)} steps",
                )
            )
    return found


def library_load() -> list[Measurement]:
    """Time to read every record of a library of 1,000 scripted skills."""
    from skills.skill import Effects, PolicyRecord, Skill, SkillKind
    from skills.store import SkillLibrary

    with tempfile.TemporaryDirectory() as folder:
        library = SkillLibrary(Path(folder), "toy")
        policy = PolicyRecord(kind="scripted", action="take")
        with library.lock():
            for index in range(SKILLS_IN_LIBRARY):
                library.add(
                    Skill(
                        name=f"skill_{index}",
                        game="toy",
                        kind=SkillKind.CRAFT,
                        description="made for a measurement",
                        effects=Effects(obtains={"wood": 1}),
                        policy=policy,
                    )
                )
        seconds = median_seconds(library.load_all)
    return [Measurement(name=f"library of {SKILLS_IN_LIBRARY:,} skills, load", value=seconds, unit="s")]


MEASUREMENTS: list[Callable[[], list[Measurement]]] = [
    startup,
    planning_crafter,
    planning_large,
    library_load,
]
"""What `main` measures, in this order."""


def median_seconds(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time of `action`, seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def synthetic_graph(skills: int) -> SkillGraph:
    """A technology tree: skill i makes item i from two earlier items, the first ten from nothing."""
    from planners.graph import SkillGraph
    from skills.skill import Effects, SkillKind

    graph = SkillGraph("synthetic", {f"item{i}": "count" for i in range(skills)})
    for i in range(skills):
        consumes = {f"item{i // 2}": 1, f"item{i // 3}": 1} if i >= 10 else {}
        effects = Effects(consumes=consumes, obtains={f"item{i}": 1})
        graph.add_skill(f"make{i}", SkillKind.CRAFT, effects, available=True)
    return graph


def measure(measurement: Callable[[], list[Measurement]]) -> list[Measurement]:
    """Run one measurement in a process of its own, with its peak memory."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure_here, args=(measurement, theirs))
    process.start()
    theirs.close()
    try:
        outcome: list[Measurement] | str = ours.recv()
    except EOFError:
        outcome = "the process ended without an answer"
    process.join()
    if isinstance(outcome, str):
        raise RuntimeError(f"measurement {measurement.__name__} failed:\n{outcome}")
    return outcome


def _measure_here(measurement: Callable[[], list[Measurement]], pipe: Connection) -> None:
    try:
        found = measurement()
        peak = max(resource.getrusage(who).ru_maxrss for who in _MEASURED) / 1024
        pipe.send([Measurement(**{**asdict(m), "peak_mib": m.peak_mib or peak}) for m in found])
    except Exception:
        pipe.send(traceback.format_exc())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table (or JSON) on stdout."""
    names = [measurement.__name__ for measurement in MEASUREMENTS]
    parser = argparse.ArgumentParser(prog="python -m agent.bench", description=main.__doc__)
    parser.add_argument("only", nargs="*", help=f"which to run; all by default: {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(names):
        parser.error(f"no measurement {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    found: list[Measurement] = []
    for measurement in MEASUREMENTS:
        if not options.only or measurement.__name__ in options.only:
            print(f"measuring: {measurement.__name__}", file=sys.stderr)
            found += measure(measurement)
    if options.json:
        print(json.dumps({"cores": core_count(), "measurements": [asdict(m) for m in found]}, indent=2))
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "value", "unit", "peak MiB", "how", title=f"on {core_count()} cores")
    for m in found:
        table.add_row(m.name, f"{m.value:,.4g}", m.unit, f"{m.peak_mib:,.0f}", m.detail)
    Console(highlight=False).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
