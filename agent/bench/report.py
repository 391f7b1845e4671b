"""The bench's results as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.bench.figure import Figure
from agent.bench.isolate import Measured
from agent.bench.settings import Settings
from envs.workers.cores import core_count

if TYPE_CHECKING:
    from rich.table import Table

WIDTH = 120
"""Columns where the output is no terminal."""

SCHEMA = 1
"""Schema number of the JSON document."""


def to_json(results: Sequence[Measured], settings: Settings, failed: Sequence[str] = ()) -> dict[str, Any]:
    """One document: the machine, the settings, every measurement with its figures, and what failed."""
    return {
        "schema_version": SCHEMA,
        "machine": {
            "cores": core_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
        },
        "settings": asdict(settings),
        "measurements": [
            {
                "name": result.name,
                "load_average": _finite(result.load_average),
                "seconds": round(result.seconds, 3),
                "figures": [figure.to_record() for figure in result.figures],
            }
            for result in results
        ],
        "failed": list(failed),
    }


def _finite(value: float) -> float | None:
    return value if value == value else None


def number(value: float) -> str:
    """A figure in at most four characters that say something.

    >>> [number(value) for value in (12345.6, 123.4, 12.34, 1.234, 0.01234)]
    ['12,346', '123', '12.3', '1.23', '0.0123']
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def target(figure: Figure) -> str:
    """What was aimed at and whether it was met; empty without a target."""
    if figure.target is None:
        return ""
    return f"{'>=' if figure.at_least else '<='} {number(figure.target)} {'yes' if figure.met else 'NO'}"


def table(results: Sequence[Measured]) -> Table:
    """Median, range and target of every figure, one section per measurement; numbers refer to `notes`."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    numbers = {how: i for i, how in enumerate(notes(results), start=1)}
    cores = f"{core_count()} of {os.cpu_count()} cores"
    out = Table(
        "what",
        title=f"medians, on {cores}, Python {platform.python_version()}",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    out.add_column("median", justify="right", no_wrap=True)
    out.add_column("unit", no_wrap=True)
    out.add_column("lowest .. highest", justify="right", no_wrap=True)
    out.add_column("target", no_wrap=True)
    out.add_column("note", justify="right", no_wrap=True)
    for result in results:
        for figure in result.figures:
            note = str(numbers[figure.how]) if figure.how else ""
            out.add_row(figure.name, number(figure.value), figure.unit, spread(figure), target(figure), note)
        out.add_section()
    return out


def spread(figure: Figure) -> str:
    """Lowest and highest sample; empty for a single one."""
    if len(figure.samples) == 1:
        return ""
    return f"{number(min(figure.samples))} .. {number(max(figure.samples))}"


def notes(results: Sequence[Measured]) -> list[str]:
    """How things were measured: every different note once, in the order of the table."""
    hows = (figure.how for result in results for figure in result.figures)
    return list(dict.fromkeys(how for how in hows if how))


def loads(results: Sequence[Measured]) -> str:
    """What else the machine was doing before each measurement, in one line."""
    before = ", ".join(f"{result.name} {result.load_average:.2f}" for result in results)
    return f"load average over the minute before: {before}"


def show(results: Sequence[Measured]) -> None:
    """Print table, notes and load averages on stdout."""
    from agent.cli.output import results as stdout

    console = stdout()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table(results))
    for i, how in enumerate(notes(results), start=1):
        console.print(f"{i:3}  {how}")
    console.print(f"\n{loads(results)}")
