"""Evaluation suites: a protocol and the published figures it is compared with, as TOML data.

One file per suite in this folder; every published figure names its source and says how its protocol differs.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from agent.errors import BadConfig, UnknownSuite

FOLDER = Path(__file__).parent
"""Where the shipped suites lie."""

Metric: TypeAlias = Literal["score", "progress"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """An evaluation protocol.

    Attributes:
        name: registry name.
        title: one line for people.
        game: registry name of the game.
        metric: ``score`` is Crafter's geometric score; ``progress`` the mean share of achievements.
        max_steps: game steps after which an episode ends.
        protocol: what is counted, in one or two sentences.
        figures: published values of the metric.
        rates: published success rates: column label -> achievement -> percent.
    """

    name: str
    title: str
    game: str
    metric: Metric
    max_steps: int
    protocol: str
    figures: tuple[PublishedFigure, ...] = ()
    rates: Mapping[str, Mapping[str, float]]


def suite_names() -> list[str]:
    """Names of the shipped suites, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_suite(name: str) -> Suite:
    """The suite of that name.

    Raises:
        UnknownSuite: none has that name; suggests close ones.
    """
    names = suite_names()
    if name not in names:
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ";"
        raise UnknownSuite(f"no suite {name!r}{hint} suites: {', '.join(names)}")
    return read_suite(FOLDER / f"{name}.toml")


def read_suite(path: Path) -> Suite:
    """The suite that a TOML file describes. Raises `BadConfig` when the file does not fit."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _suite(data)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadConfig(f"suite file {str(path)!r} is malformed: {error}") from error


def _suite(data: dict[str, Any]) -> Suite:
    if data.pop("schema") != 1:
        raise ValueError("expected schema = 1")
    figures = tuple(PublishedFigure(**row) for row in data.pop("figures", []))
    rates = data.pop("rates", {})
    suite = Suite(figures=figures, rates=rates, **data)
    if suite.metric not in ("score", "progress"):
        raise ValueError(f"metric is {suite.metric!r}; expected 'score' or 'progress'")
    if suite.max_steps < 1:
        raise ValueError(f"max_steps is {suite.max_steps}; expected a positive number")
    return suite
