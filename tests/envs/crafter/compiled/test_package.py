"""The compiled simulation beside the unmodified package, without anything of ours between them."""

from __future__ import annotations

import numpy as np
import pytest

from envs.crafter.compiled.games import CompiledGames
from tests.envs.crafter.test_engine import original


@pytest.mark.slow
@pytest.mark.parametrize("seed", [10, 11, 12])
def test_cells_numbers_and_rewards_are_the_package_s(seed: int) -> None:
    theirs, games = original(seed), CompiledGames(1)
    games.reset(0, seed)
    record = games.records[0]
    for action in np.random.default_rng(seed).integers(17, size=300).tolist():
        _, reward, done, _ = theirs.step(action)
        games.step(np.array([action]))
        assert record["reward"] == reward
        assert (theirs._world._mat_map == record["materials"]).all()
        assert ((theirs._world._obj_map > 0) == (record["rows_at"] > 0)).all()
        assert list(theirs._player.inventory.values()) == record["inventory"].tolist()
        assert list(theirs._player.achievements.values()) == record["achievements"].tolist()
        _, key, position, _, _ = theirs._world.random.get_state()
        assert (key == record["key"]).all() and position == record["position"]
        if done:
            break
