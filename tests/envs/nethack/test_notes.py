"""What messages tell of the map, and what is dangerous or no find; in the real game on small levels."""

from __future__ import annotations

import pytest

from envs.facts import FAR, EndStatus
from envs.nethack import kinds
from envs.nethack.actions import DIRECTIONS
from envs.nethack.game import NetHackGame
from tests.envs.nethack.nethack_level import ROOM, act, level

OPEN_HALL = """
-----------
|.........|
|.........
|.........|
-----------
"""
"""A hall with rock instead of wall at one place."""
NARROW = """
----------
|..|     |
|..|     |
---......|
  |......|
----------
"""
"""Two rooms that touch at a corner."""
POOL = """
-----------
|....}....|
|....L....|
|.........|
-----------
"""


def deadly(facts: dict[str, int]) -> set[str]:
    """The ways that are deadly."""
    return {way for way in DIRECTIONS if facts[f"deadly.{way}"]}


class TestWhatCannotBeWalkedOn:
    def test_gold_in_the_rock_is_given_up_when_the_rock_says_so(self) -> None:
        game = NetHackGame(level=level(OPEN_HALL, "OBJECT:('$',\"gold piece\"),(10,2)", start=(9, 2)))
        game.reset(0)
        memory = game._memory
        ahead = memory.x + 1, memory.y
        assert game.facts()["distance.gold"] == game.facts()["distance.item"] == 1
        facts = act(game, "move_east")
        assert "solid stone" in game.said[0]
        assert memory.here.terrain[ahead] == kinds.WALL
        assert (facts["distance.gold"], facts["known.gold"], facts["distance.item"]) == (FAR, 0, FAR)
        game.close()

    def test_a_step_beside_the_rock_notes_nothing(self) -> None:
        game = NetHackGame(level=level(OPEN_HALL, "OBJECT:('$',\"gold piece\"),(10,2)", start=(8, 2)))
        game.reset(0)
        assert act(game, "move_east")["distance.gold"] == 1
        game.close()

    @pytest.mark.parametrize("step", ["move_southeast", "far_southeast"])
    def test_a_gap_too_narrow_for_so_much_is_gone_around(self, step: str) -> None:
        """Gold enough to weigh more than the 600 that may be carried through."""
        game = NetHackGame(level=level(NARROW, "GOLD:65000,(2,2)", start=(2, 2)), character="val")
        game.reset(0)
        memory = game._memory
        act(game, "pickup", "move_west", "move_east")
        there, here = (memory.x + 1, memory.y + 1), (memory.x, memory.y)
        game.facts()
        assert memory.enter[there] > 0
        act(game, step)
        assert "carrying too much" in game.said[0]
        assert (memory.x, memory.y) == here
        assert [tuple(cell) for cell in memory.here.stuck.nonzero()] == [(there[0],), (there[1],)]
        assert memory.enter[there] == 0  # it can be faced, and not entered
        game.close()

    @pytest.mark.parametrize(
        ("written", "shut"),
        [("Closed for inventory", True), ("Clo ed f?r invent ry", True), ("Elbereth", False)],
    )
    def test_the_door_of_a_closed_shop_is_no_way(self, written: str, shut: bool) -> None:
        engraving = f'ENGRAVING:(4,1),burn,"{written}"'
        game = NetHackGame(level=level(DOOR, "DOOR:locked,(5,1)", engraving, start=(3, 1)))
        game.reset(0)
        memory = game._memory
        door = memory.x + 2, memory.y
        facts = act(game, "move_east")
        assert any(written in message for message in game.said)
        assert memory.here.terrain[door] == (kinds.WALL if shut else kinds.CLOSED_DOOR)
        assert facts["known.closed_door"] == (0 if shut else 1)
        game.close()


class TestDanger:
    def test_lava_and_water_beside_the_player_are_deadly_unless_it_floats(self) -> None:
        drink = "OBJECT:('!',\"levitation\"),(4,1)"
        game = NetHackGame(level=level(POOL, drink, start=(4, 1)))
        game.reset(0)
        assert deadly(game.facts()) == {"east", "southeast"}
        facts = act(game, "pickup", "quaff")
        assert facts["levitating"] == 1
        assert deadly(facts) == set()
        game.close()

    def test_a_ray_is_sent_to_water_in_line_farther_off(self) -> None:
        wand = "OBJECT:('/',\"cold\"),(3,1)"
        game = NetHackGame(level=level(POOL, wand, start=(3, 1)))
        game.reset(0)
        memory = game._memory
        water = memory.x + 2, memory.y
        assert memory.here.terrain[water] == kinds.WATER
        facts = act(game, "pickup", "move_west", "move_east", "zap")
        assert facts["did.freeze"] == 1
        assert memory.here.terrain[water] == kinds.ICE
        game.close()

    @pytest.mark.parametrize(("start", "step", "way"), [(9, "east", "west"), (2, "west", "east")])
    def test_a_ray_with_nothing_to_hit_flies_where_there_is_room(
        self, start: int, step: str, way: str
    ) -> None:
        """Rays bounce: towards the wall beside it the player would hit itself."""
        wand = f"OBJECT:('/',\"cold\"),({start},1)"
        game = NetHackGame(level=level(ROOM_DRAWING, wand, start=(start, 1)))
        game.reset(0)
        back = f"move_{way}"
        act(game, "pickup", back, f"move_{step}", "zap")
        assert game._player.aimed == DIRECTIONS.index(way)
        game.close()

    def test_water_behind_a_wall_is_not_aimed_at(self) -> None:
        drawing = POOL.replace("|....}....|", "|...|}....|")
        game = NetHackGame(level=level(drawing, "OBJECT:('/',\"cold\"),(3,1)", start=(3, 1)))
        game.reset(0)
        memory = game._memory
        memory.here.terrain[memory.x + 2, memory.y] = kinds.WATER  # as if it had been seen before
        act(game, "pickup", "zap")
        assert game._player.aimed != DIRECTIONS.index("east")
        game.close()

    def test_a_boulder_that_hides_water_is_not_deadly(self) -> None:
        game = NetHackGame(level=level(POOL, start=(4, 1)))
        game.reset(0)
        memory = game._memory
        memory.here.thing[memory.x + 1, memory.y] = kinds.BOULDER
        game._fresh = False
        assert deadly(game.facts()) == {"southeast"}
        game.close()

    def test_the_stairs_out_of_the_dungeon_ask_first_and_are_not_taken(self) -> None:
        game = NetHackGame()
        game.reset(4)
        assert game.facts()["near.stairs_up"] == 1
        facts = act(game, "up")
        assert (facts["did.ask_exit"], facts["did.ascend"], facts["depth"]) == (1, 0, 1)
        assert game.status is EndStatus.RUNNING
        assert act(game, "up")["did.ask_exit"] == 2
        game.close()


class TestFinds:
    def test_a_corpse_is_food_to_be_found_and_no_item(self) -> None:
        lines = ('OBJECT:(\'%\',"corpse"),(3,1),montype:"newt"', "OBJECT:('%',\"apple\"),(8,1)")
        game = NetHackGame(level=level(ROOM_DRAWING, *lines))
        game.reset(0)
        facts = game.facts()
        assert (facts["distance.corpse"], facts["known.corpse"]) == (2, 1)
        assert (facts["distance.item"], facts["known.item"]) == (7, 1)
        facts = act(game, "move_east", "move_east")
        assert (facts["distance.corpse"], facts["near.item"]) == (0, 0)
        facts = act(game, *["move_east"] * 5)
        assert (facts["distance.item"], facts["near.item"]) == (0, 1)
        game.close()

    def test_what_is_too_heavy_is_left_and_no_find_any_more(self) -> None:
        armor = ["OBJECT:('[',\"plate mail\"),(2,1)"] * 6
        game = NetHackGame(level=level(ROOM_DRAWING, *armor, "OBJECT:('%',\"apple\"),(9,1)"), character="val")
        game.reset(0)
        facts = act(game, "move_east", "pickup")
        assert any("trouble lifting" in message and "Continue?" in message for message in game.said)
        assert 1 < facts["armor"] < 7
        assert facts["near.item"] == 0
        facts = act(game, "move_east")
        assert (facts["distance.item"], facts["known.item"]) == (6, 1)  # the apple
        facts = act(game, "move_west")
        assert (facts["near.item"], facts["distance.item"]) == (0, 7)
        game.close()

    @pytest.mark.parametrize("character", ["val", "bar"])
    def test_what_is_worn_or_in_hand_is_not_dropped(self, character: str) -> None:
        """A Valkyrie holds a long sword; a Barbarian a two-handed sword, which is shown in other words."""
        game = NetHackGame(level=ROOM, character=character)
        game.reset(0)
        assert game.facts()["weapons"] == 2
        for _ in range(8):
            act(game, "drop")
        left = [item.text for item in game.items]
        assert game.facts()["weapons"] == 1
        assert len(left) == 2
        assert all("weapon in hand" in text or "being worn" in text for text in left)
        before = game.facts()["did.drop"]
        assert act(game, "drop")["did.drop"] == before
        game.close()


DOOR = """
-----------
|....+....|
-----------
"""
ROOM_DRAWING = """
-----------
|.........|
-----------
"""
