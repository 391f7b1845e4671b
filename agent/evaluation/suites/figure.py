"""A published figure, with its source and how its protocol differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.evaluation.scoring.settings import check_table, settings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """One published row.

    Attributes:
        label: who.
        value: the suite's metric, in percent or as a score of 0..100.
        spread: what stands behind the plus-minus sign in the source; None when none is given.
        comparable: whether it was measured under this suite's protocol.
        note: how the protocol differs, or what the figure is.
        source: where it is published.
    """

    label: str
    value: float
    spread: float | None = None
    comparable: bool = False
    note: str = ""
    source: str = ""


def read_figures(rows: Sequence[Mapping[str, Any]]) -> tuple[PublishedFigure, ...]:
    """Published rows from their tables in a suite's file. Raises `BadConfig` where one does not fit."""
    known = settings_of(PublishedFigure)
    for row in rows:
        check_table(row, known, "a published figure")
    return tuple(PublishedFigure(**row) for row in rows)
