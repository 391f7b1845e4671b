"""Our stepping of Crafter against the package's own, cell by cell."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import crafter
import numpy as np
import pytest

from envs.crafter.engine import ACTIONS, CrafterEngine, OrderedSet
from envs.crafter.reference import ReferenceGame
from envs.facts import EndStatus


def original(seed: int) -> Any:
    """`crafter.Env` with ordered chunks (its one source of irreproducibility), drawing nothing."""
    env = crafter.Env(seed=seed)
    env._obs = env._sem_view = lambda: None
    reset = env._world.reset

    def ordered_reset(seed: int | None = None) -> None:
        reset(seed)
        env._world._chunks = defaultdict(OrderedSet)

    env._world.reset = ordered_reset
    env.reset()
    return env


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_every_cell_and_number_equals_the_package(seed: int) -> None:
    theirs, ours = original(seed), CrafterEngine()
    ours.begin(seed)
    rng = np.random.default_rng(seed)
    for step in range(400):
        action = int(rng.integers(1, 6)) if step % 3 else int(rng.integers(len(ACTIONS)))
        _, reward, done, _ = theirs.step(action)
        assert ours.advance(action) == pytest.approx(reward)
        assert (theirs._world._mat_map == ours.world._mat_map).all(), step
        assert ((theirs._world._obj_map > 0) == (ours.world._obj_map > 0)).all(), step
        assert theirs._player.inventory == ours.player.inventory, step
        assert theirs._player.achievements == ours.player.achievements, step
        if done:
            break


@pytest.mark.slow
def test_drawing_leaves_the_random_stream_alone_and_shows_the_player() -> None:
    drawn, blind = CrafterEngine(), CrafterEngine()
    for engine in (drawn, blind):
        engine.begin(5)
    for step in range(200):
        assert drawn.advance(1 + step % 4) == blind.advance(1 + step % 4)
        picture = drawn.draw((90, 90))
    assert picture.shape == (90, 90, 3)
    assert picture.std() > 10
    assert (drawn.world._mat_map == blind.world._mat_map).all()
    assert drawn.player.pos.tolist() == blind.player.pos.tolist()


def test_memory_shows_only_what_was_seen() -> None:
    game = ReferenceGame()
    game.reset(3)
    facts = game.facts()
    assert facts["explored"] == 63
    seen = game._memory.material > 0
    assert seen.sum() == 63
    game.step(game.spec.action_index["move_right"])
    assert game.facts()["explored"] in (63, 70)


def test_facts_follow_the_original_inventory_and_achievements() -> None:
    game = ReferenceGame()
    game.reset(11)
    rng = np.random.default_rng(0)
    for _ in range(300):
        if game.step(int(rng.integers(17))) is not EndStatus.RUNNING:
            break
        facts = game.facts()
        for name, count in game._engine.player.inventory.items():
            assert facts[name] == count
        for name, count in game._engine.player.achievements.items():
            assert facts[f"did.{name}"] == count
        near, _ = game._engine.world.nearby(game._engine.player.pos, 1)
        if min(game._engine.player.pos) > 0:
            assert facts["near.table"] == int("table" in near)
