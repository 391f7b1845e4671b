"""Criteria on real play: stairs, overview, shops, altars, levels that are won."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import pytest

from agent.errors import BadConfig
from agent.evaluation.scoring.judged_game import JudgedGame
from agent.evaluation.scoring.nethack.kinds import CRITERIA
from agent.evaluation.scoring.nethack.referee import RefereedNetHack
from agent.evaluation.scoring.registry import make_criterion, units_of
from agent.evaluation.suites.suite import load_suite
from envs.facts import EndStatus
from envs.game import Focus
from envs.nethack.game import NetHackGame
from envs.seeding import training_seed
from tests.envs.nethack.nethack_level import level, shop

ALTAR = """
-----
|...|
-----
"""
Make = Callable[..., NetHackGame]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[NetHackGame] = []

    def build(seed: int = 0, **options: Any) -> NetHackGame:
        game = NetHackGame(**options)
        made.append(game)
        game.reset(seed)
        return game

    yield build
    for game in made:
        game.close()


def judged(
    game: NetHackGame, *kinds: str | dict[str, Any], cap: int = 10_000, unit: str = "keys", **rest: Any
) -> JudgedGame:
    settings = [{"kind": kind} if isinstance(kind, str) else kind for kind in kinds]
    criteria = {entry["kind"]: make_criterion("nethack", entry) for entry in settings}
    return JudgedGame(cast(RefereedNetHack, game), criteria, cap=cap, unit=units_of("nethack")[unit], **rest)


def act(game: JudgedGame, *actions: str) -> dict[str, float]:
    for action in actions:
        game.step(game.spec.action_index[action])
    return {name: criterion.value for name, criterion in game.criteria.items()}


def climb_down(game: JudgedGame, most: int = 1500) -> bool:
    """Go down one level, by the ways that the encoding shows; False when that fails."""
    out = np.zeros(game.spec.encoding_size, np.float32)
    rng = np.random.default_rng(0)
    depth = game.facts()["depth"]
    for _ in range(most):
        facts = game.facts()
        if game.status is not EndStatus.RUNNING or facts["depth"] > depth:
            break
        game.encode(Focus(seek=("stairs_down",)), out)
        ways = [out[2:10], out[19:27]]
        way = next((way for way in ways if way.any()), None)
        if facts["near.stairs_down"]:
            act(game, "down")
        elif way is None or rng.random() < 0.1:
            game.step(int(rng.integers(1, 9)))
        else:
            game.step(1 + int(way.argmax()))
    return game.status is EndStatus.RUNNING and game.facts()["depth"] > depth


class TestDungeon:
    def test_the_overview_is_read_when_the_stairs_were_descended_and_tells_where_the_player_was(
        self, make: Make
    ) -> None:
        two_levels = {"kind": "overview_shows", "texts": ["The Dungeons of Doom: levels 1 to 2", "Mines"]}
        for number in range(12):
            game = judged(
                make(training_seed(0, "criteria", number)), two_levels,
                {"kind": "place_reached", "branch": 2},
                {"kind": "progression", "depths": {"1": 0, "2": 1.5}, "experience_levels": {"9": 50}},
            )  # fmt: skip
            values = act(game, "search")
            assert (values["overview_shows"], values["place_reached"], values["progression"]) == (0, 0, 0)
            if climb_down(game):
                break
        values = act(game, "search")
        assert (values["overview_shows"], values["place_reached"], values["progression"]) == (1, 0, 1.5)
        assert game.criteria["overview_shows"].at == game.criteria["progression"].at
        assert not game.criteria["progression"].decided

    @pytest.mark.slow
    def test_the_mines_count_by_overview_and_by_branch(self, make: Make) -> None:
        gnomish = load_suite("maestromotif").tasks[0]
        for number in range(40):
            inner = make(training_seed(1, "criteria", number), **gnomish.game_options)
            criteria = {
                name: make_criterion("nethack", settings) for name, settings in gnomish.criteria.items()
            }
            game = JudgedGame(
                cast(RefereedNetHack, inner),
                criteria,
                cap=gnomish.cap,
                unit=units_of("nethack")[gnomish.unit],
            )
            while climb_down(game) and game.facts()["depth"] < 5:
                pass
            inner.close()
            if game.facts()["in.mines"]:
                break
        assert {name: criterion.value for name, criterion in criteria.items()} == {"literal": 1, "true": 1}
        assert game.status is EndStatus.SUCCESS

    def test_reading_the_overview_disturbs_nothing(self, make: Make) -> None:
        games = [make(11), make(11)]
        rng = np.random.default_rng(3)
        names = ("search", "kick", "down", "eat", "pickup", "drop", "open", "wait_20")
        for step in range(400):
            move = int(rng.integers(1, 17))
            action = games[0].spec.action_index[str(rng.choice(names))] if step % 5 == 0 else move
            if games[0].status is not EndStatus.RUNNING:
                break
            for game in games:
                game.step(action)
            rows = games[1].overview()
            if games[0].status is EndStatus.RUNNING:
                assert any("Dungeons of Doom" in row or "Level" in row for row in rows)
            assert games[0].facts() == games[1].facts()
            assert (games[0].said, games[0].keys) == (games[1].said, games[1].keys)
        assert games[0]._digest() == games[1]._digest()

    def test_special_levels_are_told_and_the_next_game_starts_afresh(self, make: Make) -> None:
        game = make(5)
        first, facts = game.special_levels(), game.facts()
        branch, number = first["oracle"]
        assert branch == 0 and 5 <= number <= 9
        branch, number = first["minetn"]
        assert branch == 2 and number in (3, 4)
        others = []
        for seed in range(6):
            game.reset(seed)
            others.append(game.special_levels()["oracle"])
        assert len(set(others)) > 1
        game.reset(5)
        assert (game.special_levels(), game.facts()) == (first, facts)

    def test_a_special_level_counts_when_it_is_stood_on(self, make: Make) -> None:
        inner = make(5)
        game = judged(inner, {"kind": "place_reached", "special": "oracle"})
        criterion = game.criteria["place_reached"]
        assert act(game, "search")["place_reached"] == 0
        criterion._where = (inner.place.branch, inner.place.level)  # type: ignore[attr-defined]
        assert act(game, "search")["place_reached"] == 1


class TestThings:
    @pytest.mark.slow
    @pytest.mark.parametrize(("thing", "settled"), [("'?',\"identify\"", 1), ("'!',\"healing\"", 0)])
    def test_selling(self, make: Make, thing: str, settled: int) -> None:
        game = judged(
            make(3, level=shop(thing), character="sam"), "sold_messages", "sales", "price_rule",
            "price_settles", "altar_messages",
        )  # fmt: skip
        act(game, "pickup", *["move_east"] * 3)
        assert act(game, "drop") == {
            "sold_messages": 1, "sales": 1, "price_rule": 1, "price_settles": settled, "altar_messages": 0,
        }  # fmt: skip
        assert game.status is EndStatus.RUNNING

    def test_altars(self, make: Make) -> None:
        text = level(
            ALTAR, "ALTAR:(2,1),noalign,altar", "OBJECT:(')',\"dagger\"),(1,1),cursed",
            "OBJECT:(')',\"arrow\"),(1,1),uncursed",
        )  # fmt: skip
        game = judged(make(3, level=text, character="val"), "altar_messages", "curses_learned", "sales")
        act(game, "pickup", "move_east")
        assert act(game, "drop", "drop") == {"altar_messages": 2, "curses_learned": 2, "sales": 0}
        # Known by now: the messages name the curse, and nothing new is learned.
        assert act(game, "pickup", "drop", "drop") == {"altar_messages": 2, "curses_learned": 2, "sales": 0}


class TestLevels:
    def walk(self, make: Make, *ways: str, **rest: Any) -> tuple[JudgedGame, dict[str, float]]:
        text = level("-----\n|...|\n-----", "STAIR:(3,1),down")
        last = {"kind": "last_reward", "at_least": 1.0, "penalty": -0.01}
        game = judged(make(4, level=text, character="val"), last, "level_won", **rest)
        return game, act(game, *ways)

    def test_a_level_is_won_by_its_own_judge(self, make: Make) -> None:
        game, values = self.walk(make, "move_east", "move_east")
        assert values == {"last_reward": 1, "level_won": 1}
        assert game.status is EndStatus.SUCCESS

    def test_a_last_key_without_game_time_costs_the_success(self, make: Make) -> None:
        inner = make(4, level=level("-----\n|...|\n-----", "STAIR:(3,1),down"), character="val")
        game = judged(inner, {"kind": "last_reward", "at_least": 1.0, "penalty": -0.01}, "level_won")
        press = inner._engine._native.step

        def out_of_time(key: int) -> None:
            turn = int(inner._engine.stats[20])
            press(key)
            inner._engine.stats[20] = turn

        act(game, "move_east")
        inner._engine._native = Wound(inner._engine._native, out_of_time)
        assert act(game, "move_east") == {"last_reward": 0, "level_won": 1}

    def test_what_goes_beyond_the_cap_counts_for_nothing(self, make: Make) -> None:
        inner_keys = self.walk(make, "move_east", "move_east")[0].used
        _, values = self.walk(make, "move_east", "move_east", cap=inner_keys)
        assert values == {"last_reward": 1, "level_won": 1}
        _, values = self.walk(make, "move_east", "move_east", cap=inner_keys - 1)
        assert values == {"last_reward": 0, "level_won": 0}

    def test_the_cap_counts_keys_and_the_stall_game_time(self, make: Make) -> None:
        game = judged(make(4, level=level("-----\n|...|\n-----"), character="val"), "level_won", cap=12)
        used = game.used
        act(game, "search_10")
        assert game.used == used + 3
        act(game, *["search"] * (12 - game.used))
        assert (game.used, game.status) == (12, EndStatus.TIME_LIMIT)
        game = judged(
            make(4, level=level("-----\n|...|\n-----"), character="val"), "level_won", no_progress=4
        )
        act(game, "move_north", "move_north", "move_north")
        assert not game.stalled
        act(game, "search", "move_north", "move_north", "move_north", "move_north")
        assert game.stalled and game.status is EndStatus.TIME_LIMIT


class Wound:
    """A native game whose steps go through a function."""

    def __init__(self, native: Any, step: Callable[[int], None]) -> None:
        self._native = native
        self.step = step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._native, name)


def test_settings_that_make_no_criterion() -> None:
    with pytest.raises(BadConfig, match=r"no criterion 'sale'; did you mean 'sales'"):
        make_criterion("nethack", {"kind": "sale"})
    with pytest.raises(BadConfig, match=r"'overview_shows': no setting 'text'; did you mean 'texts'"):
        make_criterion("nethack", {"kind": "overview_shows", "text": "x"})
    with pytest.raises(BadConfig, match="either a branch or a special level"):
        make_criterion("nethack", {"kind": "place_reached"})
    assert all(criterion.unit in ("rate", "count", "percent") for criterion in CRITERIA.values())
