"""The player's bars: how full each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envs.game import GameSpec

_MOST = "max_"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        fact: its name in the game's vocabulary.
        value: how full it is.
        most: its value when full, at least 1.
    """

    fact: str
    value: int
    most: int

    @property
    def words(self) -> str:
        """Its name for people."""
        return self.fact.replace("_", " ")


def bar_facts(spec: GameSpec) -> dict[str, str | int]:
    """Facts that are bars -> the fact that says how much is full, or that number.

    >>> from envs.crafter.spec import SPEC
    >>> bar_facts(SPEC)["health"]
    9
    """
    levels = {fact.name: fact for fact in spec.facts if fact.kind == "level"}
    return {
        name: f"{_MOST}{name}" if f"{_MOST}{name}" in levels else fact.high
        for name, fact in levels.items()
        if not name.startswith(_MOST)
    }


def bars(spec: GameSpec, facts: Mapping[str, int]) -> list[Bar]:
    """The bars now, in the game's order."""
    found = []
    for name, most in bar_facts(spec).items():
        full = facts[most] if isinstance(most, str) else most
        found.append(Bar(name, facts[name], max(1, full)))
    return found
