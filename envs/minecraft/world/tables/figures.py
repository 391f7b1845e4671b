"""What a table of parameters is made of: one row a figure, with the figure of Minecraft 1.11.2 beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the block world.

    Attributes:
        name: dotted, group first.
        here: what the block world uses.
        there: what Minecraft 1.11.2 uses.
        unit: of both.
        source: where the second comes from, in words.
        mark: empty where both are the same, ``eased`` where the block world is kinder, ``other`` where it is
            simply different.
        why: the reason for a difference.
    """

    name: str
    here: float
    there: float
    unit: str
    source: str
    mark: str = ""
    why: str = ""


def parsed_rows(text: str, columns: int) -> Iterator[list[str]]:
    """The rows of a table in text, cells parted by bars; missing cells at the end are empty.

    Raises:
        ValueError: a row has more cells than that.
    """
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > columns:
            raise ValueError(f"{line!r} has {len(cells)} cells; expected at most {columns}")
        yield cells + [""] * (columns - len(cells))


def parsed_figures(text: str) -> tuple[Figure, ...]:
    """Figures out of rows ``name | here | there | unit | source | mark | why``; ``=`` there means the same.

    >>> parsed_figures("time.day | 24000 | = | ticks | World")[0].there
    24000.0

    Raises:
        ValueError: a row is no figure, or says that it differs where it does not, or the other way round.
    """
    found = []
    for name, here, there, unit, source, mark, why in parsed_rows(text, 7):
        figure = Figure(name, float(here), float(here if there == "=" else there), unit, source, mark, why)
        if (figure.here != figure.there) != bool(mark) or bool(mark) != bool(why):
            raise ValueError(f"{name}: {here} here and {there} there, marked {mark!r} because of {why!r}")
        found.append(figure)
    return tuple(found)
