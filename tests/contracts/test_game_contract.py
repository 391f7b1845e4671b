"""Every registered game keeps the contract of `envs.game.Game`."""

import numpy as np
import pytest

from envs.contract.check import Walk, check_game
from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.registry import game_names, game_spec, make_game


@pytest.fixture(params=game_names())
def name(request: pytest.FixtureRequest) -> str:
    return request.param


class TestGameContract:
    @pytest.mark.slow
    def test_check_game_finds_nothing(self, name):
        assert check_game(lambda: make_game(name), Walk(steps=40)) == []

    def test_it_is_a_game_and_its_spec_is_the_registered_one(self, name):
        game = make_game(name)
        assert isinstance(game, Game)
        assert game.spec is game_spec(name)
        assert game.spec.name == name
        game.close()

    def test_the_manual_is_there(self, name):
        manual = game_spec(name).manual
        assert manual is not None
        assert len(manual.read_text(encoding="utf-8")) > 500

    def test_a_policy_can_play_it_through_arrays_alone(self, name):
        game = make_game(name)
        spec = game.spec
        focus = Focus(seek=tuple(spec.seekable), explore=next(iter(spec.explorable)))
        values, encoding = np.zeros(len(spec.facts), np.int32), np.zeros(spec.encoding_size, np.float32)
        game.reset(9, max_steps=20)
        rng = np.random.default_rng(0)
        while game.status == EndStatus.RUNNING:
            game.encode(focus, encoding)
            game.fact_values(values)
            assert dict(zip(spec.fact_index, values.tolist(), strict=True)) == game.facts()
            game.step(int(rng.integers(len(spec.actions))))
        assert game.status in (EndStatus.TIME_LIMIT, EndStatus.DEATH, EndStatus.SUCCESS)
        assert game.steps <= 20
        game.close()
