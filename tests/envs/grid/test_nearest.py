"""Picking the nearest of several kinds of things, and saying where they lie."""

import numpy as np

from envs.grid.navigation import UNREACHED
from envs.grid.nearest import NOTHING, nearest_of, offsets

NEAREST = np.array([[4, 0, 7, 2], [2, 1, 3, 9], [2, 3, 5, 5], [UNREACHED, -1, 0, 0]], np.int32)


def test_the_nearest_of_several_kinds_the_first_of_equals() -> None:
    assert nearest_of(NEAREST, np.array([0, 2, 1])).tolist() == [2, 3, 5, 5]
    assert nearest_of(NEAREST, np.array([0])).tolist() == [4, 0, 7, 2]
    assert nearest_of(NEAREST, np.array([], np.int64)) is NOTHING


def test_offsets_leave_out_what_no_way_leads_to() -> None:
    kinds = {"tree": 0, "rock": 1, "gem": 3}
    assert offsets(NEAREST, kinds, 3, 4) == {"tree": (4, -2), "rock": (0, 5)}
