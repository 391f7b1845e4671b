# mypy: disable-error-code="no-any-return"
"""Where cells of the view lie to each other, and how likely patterns of them are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.sight import CENTRE, COLUMNS, ROWS, WALKABLE, Floats, Sights

NEXT: Final = (CENTRE - 1, CENTRE + 1, CENTRE - COLUMNS, CENTRE + COLUMNS)
"""The cells left, right, above and below the player."""
AROUND: Final = tuple(
    CENTRE + dx + COLUMNS * dy for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0)
)
"""The eight cells around the player."""
SHELTER_CELLS: Final = 6
"""Largest shelter, as in `envs.crafter.survey`."""


def at_least(shown: Floats, n: int) -> Floats:
    """That at least n of m cells show something; float32[N, m] -> float32[N]."""
    if n <= 0:
        return np.ones(len(shown), np.float32)
    fewer = np.zeros((len(shown), n), np.float32)
    fewer[:, 0] = 1
    for cell in shown.T[:, :, None]:
        fewer[:, 1:] = fewer[:, 1:] * (1 - cell) + fewer[:, :-1] * cell
        fewer[:, :1] *= 1 - cell
    return 1 - fewer.sum(1)


def any_pair(one: Floats, other: Floats, *, both_ways: bool) -> Floats:
    """That two cells with a common side show one thing and the other."""
    a, b = _grid(one), _grid(other)
    missing = _none(a[:, :, :-1] * b[:, :, 1:]) * _none(a[:, :-1] * b[:, 1:])
    if both_ways:
        missing = missing * _none(b[:, :, :-1] * a[:, :, 1:]) * _none(b[:, :-1] * a[:, 1:])
    return 1 - missing


def any_line(shown: Sequence[Floats]) -> Floats:
    """That neighbouring cells of a row or a column show these things one after the other."""
    grids = [_grid(cells) for cells in shown]
    n = len(grids)
    missing = np.ones(len(grids[0]), np.float32)
    across: Floats = np.ones(1, np.float32)
    down: Floats = np.ones(1, np.float32)
    if n <= COLUMNS:
        for k, grid in enumerate(grids):
            across = np.asarray(across * grid[:, :, k : COLUMNS - n + 1 + k], np.float32)
        missing = missing * _none(across)
    if n <= ROWS:
        for k, grid in enumerate(grids):
            down = np.asarray(down * grid[:, k : ROWS - n + 1 + k], np.float32)
        missing = missing * _none(down)
    return 1 - missing


def _grid(cells: Floats) -> Floats:
    return cells.reshape(len(cells), ROWS, COLUMNS)


def _none(cells: Floats) -> Floats:
    missing: Floats = np.prod(1 - cells.reshape(len(cells), -1), axis=1)
    return missing


def enclosed(sights: Sights) -> Floats:
    """That nobody can come to the player, by the likeliest reading of every cell.

    The player's room must be small, nobody else may be in it, and it must lie inside the view.
    """
    walkable = sights.material[:, :, list(WALKABLE)].sum(2) * (1 - sights.creature[:, :, 5:].sum(2))
    being = sights.creature[:, :, 1:5].sum(2)
    walkable[:, CENTRE], being[:, CENTRE] = 1, 0
    room = _room(_grid(walkable) > 0.5)
    held = (
        (room.sum((1, 2)) <= SHELTER_CELLS) & ~_at_border(room) & ~(room & (_grid(being) > 0.5)).any((1, 2))
    )
    concerned = _grown(room)
    sure = np.maximum(walkable, 1 - walkable) * np.maximum(being, 1 - being)
    certainty = np.prod(np.where(concerned.reshape(len(room), -1), sure, 1), axis=1)
    escape = _escape(_grid(walkable))
    return np.where(held, certainty, 1 - np.maximum(certainty, escape)).astype(np.float32)


def _escape(walkable: Floats) -> Floats:
    """How likely the likeliest way of more than a shelter's length is free."""
    reach = np.zeros_like(walkable)
    reach[:, ROWS // 2, COLUMNS // 2] = 1
    best = reach.copy()
    for _ in range(SHELTER_CELLS):
        spread = np.zeros_like(reach)
        for source, target in _SHIFTS:
            spread[target] = np.maximum(spread[target], reach[source])
        reach = np.where(best > 0, 0, spread * walkable)
        best = np.maximum(best, reach)
    outcome: Floats = np.maximum(reach.max((1, 2)), 0)
    return outcome


_ALL: Final = slice(None)
_SHIFTS: Final = (
    ((_ALL, _ALL, slice(1, None)), (_ALL, _ALL, slice(None, -1))),
    ((_ALL, _ALL, slice(None, -1)), (_ALL, _ALL, slice(1, None))),
    ((_ALL, slice(1, None)), (_ALL, slice(None, -1))),
    ((_ALL, slice(None, -1)), (_ALL, slice(1, None))),
)
"""From which cells to which, for each of the four directions."""


def _grown(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """These cells and those beside them."""
    grown = cells.copy()
    for source, target in _SHIFTS:
        grown[target] |= cells[source]
    return grown


def _room(walkable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the player can walk to in few steps; bool[N, ROWS, COLUMNS]."""
    room = np.zeros_like(walkable)
    room[:, ROWS // 2, COLUMNS // 2] = True
    for _ in range(SHELTER_CELLS + 1):
        room = np.asarray(_grown(room) & walkable, np.bool_)
    return room


def _at_border(room: NDArray[np.bool_]) -> NDArray[np.bool_]:
    border = np.ones((ROWS, COLUMNS), np.bool_)
    border[1:-1, 1:-1] = False
    return np.asarray((room & border).any((1, 2)), np.bool_)
