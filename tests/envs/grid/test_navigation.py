"""The search over remembered grids, on maps drawn by hand and against Dijkstra from networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from envs.grid.navigation import DX, DY, UNREACHED, search

LEFT, RIGHT, UP, DOWN = range(4)


def grid(*rows: str) -> np.ndarray:
    """Digits are entering costs, ``#`` cannot be reached, ``o`` can be faced only; column, row order."""
    values = {"#": -1, "o": 0}
    return np.array([[values.get(c, int(c) if c.isdigit() else 0) for c in row] for row in rows], np.int8).T


class Found:
    """What one search from (x, y) finds."""

    def __init__(self, enter: np.ndarray, x: int, y: int) -> None:
        self.cost = np.zeros(enter.shape, np.int16)
        self.first, self.parent = np.zeros(enter.shape, np.int8), np.zeros(enter.shape, np.int8)
        buckets, fill = np.zeros((16, 4 * enter.size), np.int32), np.zeros(16, np.int32)
        search(enter, x, y, self.cost, self.first, self.parent, buckets, fill)


@pytest.mark.slow
def test_costs_and_first_moves_on_a_small_map() -> None:
    enter = grid(
        "11111",
        "1###1",
        "11o51",
    )
    finder = Found(enter, 0, 2)
    assert finder.cost[0, 2] == 0
    assert finder.cost[1, 2] == 1
    assert finder.cost[2, 2] == 2  # one step right, then facing the thing
    assert finder.first[2, 2] == RIGHT
    # to (3, 2): 2 up + 4 right + 2 down to (4, 2) = 8, then 5 to enter it; not through the thing at (2, 2)
    assert finder.cost[3, 2] == 13
    assert finder.first[3, 2] == UP
    assert finder.parent[3, 2] == LEFT
    assert finder.cost[2, 1] == UNREACHED


def test_walled_in_player_reaches_nothing() -> None:
    finder = Found(grid("###", "#1#", "###"), 1, 1)
    assert (finder.cost == UNREACHED).sum() == 8
    assert (finder.first == -1).all()


@pytest.mark.parametrize("seed", range(5))
def test_equals_dijkstra_on_random_maps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = 12, 9
    enter = rng.choice(
        np.array([-1, 0, 1, 2, 3, 6], np.int8), (width, height), p=[0.1, 0.1, 0.4, 0.2, 0.1, 0.1]
    )
    x, y = 5, 4
    enter[x, y] = 1
    graph = nx.DiGraph()
    for cx in range(width):
        for cy in range(height):
            if enter[cx, cy] < 1:
                continue
            for move in range(4):
                nx_, ny_ = cx + int(DX[move]), cy + int(DY[move])
                if 0 <= nx_ < width and 0 <= ny_ < height and enter[nx_, ny_] >= 0:
                    graph.add_edge((cx, cy), (nx_, ny_), weight=max(1, int(enter[nx_, ny_])))
    expected = nx.single_source_dijkstra_path_length(graph, (x, y)) if (x, y) in graph else {(x, y): 0}
    finder = Found(enter, x, y)
    for cx in range(width):
        for cy in range(height):
            assert finder.cost[cx, cy] == expected.get((cx, cy), UNREACHED)
