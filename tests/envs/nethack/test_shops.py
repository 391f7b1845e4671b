"""Shops: which floor belongs to one, and that its wares are no finds; on drawn maps and in the real game."""

from __future__ import annotations

import numpy as np
import pytest

from envs.facts import FAR
from envs.grid.navigation import UNREACHED
from envs.nethack import kinds
from envs.nethack.game import NetHackGame
from envs.nethack.memory import Memory
from envs.nethack.sight import LARGEST_SHOP
from envs.nethack.spec import KINDS
from tests.envs.nethack.nethack_level import act, shop
from tests.envs.nethack.test_memory import LEVEL, cost, remembered, seen


def shop_cells(memory: Memory) -> list[tuple[int, int]]:
    """Columns and rows of the floor of shops."""
    return [(x, y) for x, y in np.argwhere(memory.here.shop).tolist()]


class TestFloor:
    @pytest.mark.parametrize("door", "d+")
    def test_a_door_ends_a_shop_and_the_cell_behind_it_is_left_out(self, door: str) -> None:
        memory = remembered(
            "||||||||",
            f"|@.{door}S..|",
            "|..|...|",
            "||||||||",
        )
        assert shop_cells(memory) == [(5, 3), (6, 2), (6, 3), (7, 2), (7, 3)]
        assert memory.known[KINDS["shop"]] == 5

    def test_there_is_no_shop_without_a_keeper(self) -> None:
        memory = remembered("|||||||", "|@d...|", "|||||||")
        assert shop_cells(memory) == []
        assert cost(memory, "shop") == UNREACHED

    def test_a_keeper_in_a_doorway_makes_nothing_a_shop(self) -> None:
        memory = remembered("||||||||", "|@.d...|", "||||||||")
        glyphs, x, y = seen("||||||||", "|@.S...|", "||||||||")
        memory.look(glyphs, LEVEL, x, y)
        assert memory.in_view(frozenset((kinds.SHOPKEEPER,)))
        assert shop_cells(memory) == []

    @pytest.mark.parametrize("more", [0, 1])
    def test_what_is_larger_than_any_shop_is_none(self, more: int) -> None:
        width = LARGEST_SHOP // 3
        memory = remembered("@|S" + "." * (width - 1), "||" + "." * width, "||" + "." * (width + more))
        assert len(shop_cells(memory)) == (0 if more else LARGEST_SHOP)

    def test_a_shop_stays_one_when_its_keeper_is_out_of_view(self) -> None:
        memory = remembered("|||||||", "|@dS..|", "|||||||")
        assert cost(memory, "shop") == UNREACHED  # the keeper stands in the way
        glyphs, x, y = seen("|||||||", "|@d...|", "|||||||")
        memory.look(glyphs, LEVEL, x, y)
        memory.survey(False)
        assert memory.n_beings == 0
        assert shop_cells(memory) == [(5, 2), (6, 2)]
        assert cost(memory, "shop") == 3


class TestWares:
    def test_wares_are_no_finds_and_things_outside_are(self) -> None:
        memory = remembered(
            "||||||||||",
            "|@...dS%.|",
            "|.%..|...|",
            "||||||||||",
        )
        assert memory.known[KINDS["item"]] == memory.known[KINDS["food"]] == 1
        assert memory.nearest[KINDS["item"], 2:].tolist() == [3, 3]
        assert cost(memory, "shop") == 5

    def test_a_real_shop(self) -> None:
        game = NetHackGame(level=shop("')',\"long sword\""), character="sam")
        game.reset(0)
        facts = act(game, "pickup", "move_east", "move_east")
        memory = game._memory
        assert facts["near.shop"] == 0  # behind the door, where the keeper stands guard
        assert facts["distance.shop"] == 1
        assert facts["known.shop"] == 14
        wares = memory.here.shop & (memory.here.thing > 0)
        assert wares.sum() > 3
        assert facts["distance.item"] == FAR
        assert act(game, "move_east")["near.shop"] == 1
        assert game.facts()["distance.shop"] == 0
        game.close()
