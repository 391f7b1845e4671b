"""Crafter's referees, in small worlds that are written by hand: natural and placed stone are told apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from agent.errors import BadConfig
from agent.evaluation.scoring.crafter.referee import CrafterReferee, CrafterStanding
from agent.evaluation.scoring.crafter.world import NUMBERS
from agent.evaluation.scoring.judged_game import JudgedGame
from agent.evaluation.scoring.meter import action_steps
from agent.evaluation.scoring.registry import expressions_of, make_criterion, refereed
from agent.evaluation.scoring.scored_step import ScoredStep
from envs.crafter.game import CrafterGame
from envs.crafter.spec import ACTIONS


class Field:
    """A meadow without creatures around the player, who stands at (32, 32) with a full pack."""

    def __init__(self, **cells: str) -> None:
        from envs.crafter.compiled.rules import ITEM

        self.game = CrafterGame()
        self.game.reset(0)
        record = self.game.record
        record["materials"][20:45, 20:45] = NUMBERS["grass"]
        record["rows_at"][20:45, 20:45] = 0
        record["rows_at"][32, 32] = 1
        record["n_rows"] = 1
        for item in ("wood", "stone", "wood_pickaxe", "coal", "iron"):
            record["inventory"][ITEM[item]] = 9
        for material, offsets in cells.items():
            for offset in offsets.split():
                dx, dy = map(int, offset.split(","))
                record["materials"][32 + dx, 32 + dy] = NUMBERS[material]

    def judge(self, actions: str, **settings: Any) -> JudgedGame:
        """The game after actions, refereed by one criterion."""
        judged = JudgedGame(
            refereed(self.game, "crafter"),
            {"success": make_criterion("crafter", settings)},
            cap=1000,
            unit=action_steps,
        )
        for action in actions.split():
            judged.step(ACTIONS.index(action))
        return judged


def done(field: Field, actions: str, kind: str, **settings: Any) -> bool:
    return bool(field.judge(actions, kind=kind, **settings).counted()["figures"]["success"])


BACK = " move_left move_left move_right place_stone"
TO_THE_END = "move_right move_right move_right move_right"


def test_four_placed_stones_in_a_row() -> None:
    assert done(Field(), f"{TO_THE_END} place_stone" + 3 * BACK, "four_stones_in_a_row")
    assert not done(Field(), f"{TO_THE_END} place_stone" + 2 * BACK, "four_stones_in_a_row")


def test_stones_count_only_if_the_player_put_them_there() -> None:
    assert not done(Field(stone="1,0 1,1 1,2 1,3"), "noop", "four_stones_in_a_row")
    assert not done(Field(stone="5,0"), TO_THE_END + 3 * BACK, "four_stones_in_a_row")  # one was there before


@pytest.mark.parametrize(("water", "expected"), [("-1,0 1,0 0,-1", True), ("-1,0 1,0", False)])
def test_water_on_three_sides(water: str, expected: bool) -> None:
    assert done(Field(water=water), "noop", "water_on_three_sides") is expected


def test_a_table_beside_water_must_be_the_player_s_and_touch_it() -> None:
    facing = "move_right place_table"  # steps to (33, 32) and puts the table on (34, 32)
    assert done(Field(water="3,0"), facing, "table_beside_water")
    assert not done(Field(water="3,1"), facing, "table_beside_water")  # a corner does not touch
    assert not done(Field(water="3,0", table="3,1"), "noop", "table_beside_water")


def test_a_table_beside_a_furnace() -> None:
    both = "move_right place_table move_up move_right place_furnace"
    # (34, 32) is the table; up to (33, 31), right to (34, 31), the furnace on (35, 31): a corner apart
    assert not done(Field(), both, "table_beside_furnace")
    around = "move_right place_table move_up move_up move_up move_right move_down place_furnace"
    assert done(Field(), around, "table_beside_furnace")  # the furnace on (34, 31)


CROSS = "place_stone do move_right place_stone do move_right move_right"


def test_water_is_crossed_on_two_cells_to_the_other_side() -> None:
    lake = {"water": "3,0 4,0"}
    assert done(Field(**lake), f"move_right move_right {CROSS}", "water_crossed")
    back = "move_right move_right place_stone do move_right place_stone do move_right move_left move_left"
    assert not done(Field(**lake), back, "water_crossed")
    assert not done(Field(), "move_right move_right move_right move_right", "water_crossed")
    assert not done(Field(water="1,0"), "move_right place_stone do move_right move_right", "water_crossed")
    assert done(
        Field(water="1,0"), "move_right place_stone do move_right move_right", "water_crossed", cells=1
    )


def standing(**changes: Any) -> CrafterStanding:
    values = {"turn": 0, "cell": (0, 0), "sleeping": False, "daylight": 1.0, "health": 9, "woken": 0}
    return CrafterStanding(**{**values, "enclosed": True, **changes})


class TestNight:
    def night(self, *states: CrafterStanding, **settings: Any) -> float:
        criterion = make_criterion("crafter", {"kind": "night_in_shelter", **settings})
        for number, (before, after) in enumerate(pairwise(states), 1):
            criterion.watch(ScoredStep("noop", (), before, after, number, True, None))
        return criterion.value

    asleep, dark = standing(sleeping=True, daylight=0.6), standing(sleeping=True, daylight=0.1)
    woken = standing(woken=1)

    def test_a_whole_night(self) -> None:
        assert self.night(standing(), self.asleep, self.dark, self.asleep, self.woken) == 1

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (standing(enclosed=False), woken),
            (standing(), standing(woken=1, enclosed=False)),
            (standing(), standing(woken=1, health=6)),
            (standing(), standing(woken=0)),
        ],
    )
    def test_in_the_open_hurt_or_roused_is_none(self, first: CrafterStanding, last: CrafterStanding) -> None:
        assert self.night(first, self.asleep, self.dark, last) == 0

    def test_a_nap_by_day_is_none(self) -> None:
        assert self.night(standing(), self.asleep, self.asleep, self.woken) == 0

    def test_a_second_night_counts_when_the_first_did_not(self) -> None:
        nap = (standing(enclosed=False), self.asleep, self.dark, self.woken)
        more = (self.asleep, self.dark, standing(woken=2))
        assert self.night(*nap, *more) == 1


def test_the_player_is_shown_nothing_of_the_world() -> None:
    game = Field().judge("noop", kind="water_on_three_sides")
    assert not hasattr(game, "view") and not hasattr(game, "record")


def test_expressions_may_ask_for_any_cell() -> None:
    field = Field(water="1,0")
    field.game.record["facing_x"], field.game.record["facing_y"] = 1, 0
    expression = 'at(front) == "water" and at((0 - 1, 0)) != "water" and len(near(cells("water"), 1)) == 1'
    assert done(field, "noop", "success", expression=expression)


def test_what_stands_where_is_followed_step_by_step() -> None:
    view = CrafterReferee(field := Field(water="2,0").game).view
    assert view.placed("stone") == [] and (34, 32) in view.cells("water")
    referee = CrafterReferee(field)
    for action in ("move_right", "place_stone", "do"):
        referee.step(ACTIONS.index(action))
        if action == "place_stone":
            assert referee.view.placed("stone") == [(34, 32)]
    assert referee.view.placed("stone") == []
    assert referee.view.replaced("water", "stone") == [(34, 32)]
    assert referee.view.stood == [(32, 32), (33, 32)]


def test_settings_of_referees_are_checked() -> None:
    with pytest.raises(BadConfig, match="no criterion 'row_of_stones'"):
        make_criterion("crafter", {"kind": "row_of_stones"})
    assert len(expressions_of("crafter")) == 4
