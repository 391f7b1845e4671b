"""The compiled random generator beside numpy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from envs.crafter.compiled.generator import randint, seed_generator, uniform
from envs.crafter.compiled.state import new_games


@njit
def draw(games: NDArray[Any], seed: int, sizes: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Seed the first game's generator; a uniform number for every size 0, else an integer below the size."""
    seed_generator(games[0], seed)
    for i in range(len(sizes)):
        out[i] = uniform(games[0]) if sizes[i] == 0 else randint(games[0], sizes[i])


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**31 - 2, 2**32 - 1])
def test_draws_and_state_are_those_of_numpy(seed: int) -> None:
    theirs, games = np.random.RandomState(seed), new_games(1)
    pool = np.array([0, 0, 0, 1, 2, 3, 4, 5, 144, 1000, 2**31 - 1, 2**32 - 1])
    sizes = pool[np.random.default_rng(seed).integers(len(pool), size=5000)]
    out = np.zeros(len(sizes))
    draw(games, seed, sizes, out)
    expected = [theirs.uniform() if n == 0 else theirs.randint(0, n, dtype=np.int64) for n in sizes.tolist()]
    assert out.tolist() == expected
    _, key, position, has_gauss, gauss = theirs.get_state()
    record = games[0]
    assert np.array_equal(record["key"], key)
    assert (record["position"], record["has_gauss"], record["gauss"]) == (position, has_gauss, gauss)
