"""`CrafterGame` beside `ReferenceGame`: everything that the protocol shows is the same."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from envs.crafter.game import CrafterGame
from envs.crafter.reference import ReferenceGame
from envs.crafter.spec import SPEC
from envs.errors import BadFocus, BadSnapshot
from envs.facts import EndStatus
from envs.game import Focus

FOCI = (Focus(), Focus(seek=("tree",)), Focus(seek=("water", "cow"), explore="caves"), Focus(seek=("coal",)))


def encoded(game: CrafterGame | ReferenceGame, focus: Focus) -> bytes:
    vector = np.zeros(SPEC.encoding_size, np.float32)
    game.encode(focus, vector)
    return vector.tobytes()


def assert_same(game: CrafterGame, reference: ReferenceGame, focus: Focus, facts_first: bool) -> None:
    values = np.zeros((2, len(SPEC.facts)), np.int32)
    if facts_first:
        game.fact_values(values[0])
    assert encoded(game, focus) == encoded(reference, focus)
    game.fact_values(values[0])
    reference.fact_values(values[1])
    assert values[0].tolist() == values[1].tolist()
    assert (game.status, game.steps, game.reward) == (reference.status, reference.steps, reference.reward)


@pytest.mark.parametrize("seed", [0, 2**30 + 5])
def test_it_goes_as_the_reference_does(seed: int) -> None:
    game, reference, rng = CrafterGame(), ReferenceGame(), np.random.default_rng(seed)
    game.reset(seed, 260)
    reference.reset(seed, 260)
    for step in range(260):
        action = int(rng.integers(17))
        assert game.step(action) is reference.step(action)
        assert_same(game, reference, FOCI[int(rng.integers(len(FOCI)))], step % 2 == 0)
        if step % 20 == 0:
            assert game.caption() == reference.caption()
            assert game.facts() == reference.facts()
        if reference.status is not EndStatus.RUNNING:
            break
    assert game.snapshot() == reference.snapshot()
    assert np.array_equal(game.frame(), reference.frame())


def test_it_goes_on_from_the_reference_and_back() -> None:
    game, reference = CrafterGame(), ReferenceGame()
    reference.reset(3, 100)
    for action in (1, 2, 5, 3, 6, 0):
        reference.step(action)
    game.restore(reference.snapshot())
    assert_same(game, reference, FOCI[1], True)
    game.step(2)
    reference.restore(game.snapshot())
    assert_same(game, reference, FOCI[2], False)
    assert game.steps == 7


def test_an_encoding_is_not_kept_over_a_step_or_a_restore() -> None:
    game = CrafterGame()
    game.reset(8)
    saved, first = game.snapshot(), encoded(game, FOCI[1])
    game.step(SPEC.action_index["move_left"])
    assert encoded(game, FOCI[1]) != first
    game.restore(saved)
    assert encoded(game, FOCI[1]) == first
    game.reset(9)
    assert encoded(game, FOCI[1]) != first


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    game = CrafterGame()
    game.reset(4, 3)
    before = game.snapshot()
    with pytest.raises(ValueError, match="out of range"):
        game.step(17)
    with pytest.raises(BadSnapshot):
        game.restore(before[:-1])
    with pytest.raises(BadFocus, match="cannot look for"):
        encoded(game, Focus(seek=("gold",)))
    assert game.snapshot() == before
    for _ in range(3):
        game.step(0)
    assert game.status is EndStatus.TIME_LIMIT
    with pytest.raises(RuntimeError, match="TIME_LIMIT after 3 steps"):
        game.step(0)


def test_without_compiled_code_it_says_what_to_do() -> None:
    script = "from envs.registry import make_game; make_game('crafter')"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert "NUMBA_DISABLE_JIT says not to compile; unset it" in done.stderr


def test_a_snapshot_may_be_any_bytes() -> None:
    game = CrafterGame()
    game.reset(1)
    saved = game.snapshot()
    game.step(1)
    game.restore(bytearray(saved))
    assert game.snapshot() == saved
