"""A published figure, with its source and how its protocol differs."""

from __future__ import annotations

from dataclasses import dataclass


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
