"""Boxes around what was seen of a map."""

from __future__ import annotations

import numpy as np
import pytest

from envs.grid.box import known_box, widened


@pytest.mark.parametrize(
    ("cells", "player", "box"),
    [
        ([], (3, 4), (3, 4, 4, 5)),
        ([(3, 4)], (3, 4), (3, 4, 4, 5)),
        ([(0, 0)], (2, 3), (0, 3, 0, 4)),
        ([(7, 5), (1, 2)], (4, 4), (1, 8, 2, 6)),
    ],
)
def test_the_known_box_holds_the_player_and_what_was_seen(
    cells: list[tuple[int, int]], player: tuple[int, int], box: tuple[int, ...]
) -> None:
    material = np.zeros((8, 6), np.uint8)
    for cell in cells:
        material[cell] = 128
    assert known_box(material, *player) == box


def test_a_box_grows_as_far_as_the_map_goes() -> None:
    material = np.zeros((8, 6), np.uint8)
    assert widened(material, (3, 4, 2, 3), 1, 2) == (2, 5, 0, 5)
    assert widened(material, (0, 8, 0, 6), 1, 1) == (0, 8, 0, 6)
