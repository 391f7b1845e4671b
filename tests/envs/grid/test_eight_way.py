"""The search with eight moves, on maps drawn by hand and against Dijkstra from networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from envs.grid.navigation import EIGHT_DX as DX
from envs.grid.navigation import EIGHT_DY as DY
from envs.grid.navigation import UNREACHED, EightWayfinder
from envs.nethack.actions import DIRECTIONS

WEST, EAST, NORTH, SOUTH, NORTHWEST, NORTHEAST, SOUTHWEST, SOUTHEAST = range(8)


def grid(*rows: str) -> tuple[np.ndarray, np.ndarray]:
    """Digits are entering costs, ``+`` a door, ``#`` out of reach, ``o`` only faced; column, row order."""
    cells = [[{"#": -1, "o": 0, "+": 1}.get(c, int(c) if c.isdigit() else 0) for c in row] for row in rows]
    return np.array(cells, np.int8).T, np.array([[c == "+" for c in row] for row in rows]).T


def test_moves_are_in_the_order_of_the_actions() -> None:
    named = [
        ("west" in name) * -1 + ("east" in name) + 10 * (("north" in name) * -1 + ("south" in name))
        for name in DIRECTIONS
    ]
    assert named == [int(dx) + 10 * int(dy) for dx, dy in zip(DX, DY, strict=True)]


@pytest.mark.slow
def test_diagonal_steps_cost_as_much_as_straight_ones() -> None:
    enter, door = grid("111", "111", "111")
    finder = EightWayfinder(3, 3)
    finder.search(enter, door, 0, 0)
    assert finder.cost[2, 2] == 2
    assert finder.first[2, 2] == SOUTHEAST


def test_doors_are_neither_entered_nor_left_diagonally() -> None:
    enter, door = grid(
        "1##",
        "1#1",
        "1+1",
    )
    finder = EightWayfinder(3, 3)
    finder.search(enter, door, 0, 1)
    # to (2, 1): down, right through the door, right, up: 4; without the rule it would be 2
    assert finder.cost[2, 1] == 4
    assert finder.first[2, 1] == SOUTH
    finder.search(enter, np.zeros_like(door), 0, 1)
    assert finder.cost[2, 1] == 2
    finder.search(enter, door, 1, 2)
    assert finder.cost[0, 1] == 2  # the player stands in the door: not straight to the northwest


def test_things_that_end_a_way_are_reached_and_not_passed() -> None:
    enter, door = grid("1o1")
    finder = EightWayfinder(3, 1)
    finder.search(enter, door, 0, 0)
    assert finder.cost[:, 0].tolist() == [0, 1, UNREACHED]


@pytest.mark.parametrize("seed", range(4))
def test_equals_dijkstra_on_random_maps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = 12, 9
    enter = rng.choice(np.array([-1, 0, 1, 3, 10], np.int8), (width, height), p=[0.2, 0.1, 0.5, 0.1, 0.1])
    door = (rng.random((width, height)) < 0.2) & (enter > 0)
    enter[5, 4] = 1
    graph = nx.DiGraph()
    graph.add_node((5, 4))
    for x in range(width):
        for y in range(height):
            for move in range(8) if enter[x, y] > 0 else ():
                to = x + int(DX[move]), y + int(DY[move])
                if not (0 <= to[0] < width and 0 <= to[1] < height) or enter[to] < 0:
                    continue
                if move < 4 or not (door[x, y] or door[to]):
                    graph.add_edge((x, y), to, weight=max(1, int(enter[to])))
    expected = nx.single_source_dijkstra_path_length(graph, (5, 4))
    finder = EightWayfinder(width, height)
    finder.search(enter, door, 5, 4)
    found = {
        (x, y): int(finder.cost[x, y])
        for x in range(width)
        for y in range(height)
        if finder.cost[x, y] < UNREACHED
    }
    assert found == expected
