"""The world as a referee sees it, for expressions about places."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Protocol, TypeAlias

Cell: TypeAlias = tuple[int, int]
"""Column and row."""


class WorldView(Protocol):
    """The whole world now, and what the player has changed in it; never shown to an agent or a judge."""

    @property
    def version(self) -> Hashable:
        """Differs whenever anything else here does."""
        ...

    @property
    def player(self) -> Cell:
        """Where the player is."""
        ...

    @property
    def front(self) -> Cell:
        """The cell that the player faces."""
        ...

    @property
    def stood(self) -> Sequence[Cell]:
        """The cells that the player has been on, each once, in the order of the first time."""
        ...

    def cells(self, material: str) -> Sequence[Cell]:
        """Where a material is."""
        ...

    def placed(self, material: str) -> Sequence[Cell]:
        """Where the player put a material that is still there."""
        ...

    def replaced(self, was: str, put: str) -> Sequence[Cell]:
        """Where the player put one material in place of another, whatever is there now."""
        ...

    def grid(self) -> Sequence[Sequence[int]]:
        """The number of the material on each cell, column by column."""
        ...

    def names(self) -> Sequence[str]:
        """The materials by their number; an empty name for none."""
        ...


def shown_world(view: WorldView, asked: Sequence[str]) -> dict[str, Any]:
    """What an expression asks of the world, as plain values.

    Args:
        view: the world.
        asked: ``player``, ``front``, ``stood``, ``grid``, or a function of materials with its arguments, such
            as ``placed stone``.
    """
    shown: dict[str, Any] = {}
    for name in asked:
        function, *materials = name.split(" ")
        if function == "grid":
            shown |= {"grid": [list(column) for column in view.grid()], "names": list(view.names())}
            continue
        value = getattr(view, function)
        shown[name] = list(value(*materials)) if materials else value
    return shown
