"""The two ways at the beginning of NetHack's encoding: first moves, locked doors, long stretches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from envs.game import Focus
from envs.nethack.actions import DIRECTIONS
from envs.nethack.encoding import MIN_RUN_MOVES, WAY_SCALE
from envs.nethack.game import NetHackGame
from envs.nethack.spec import CUES, SPEC, WAY_SIZE
from tests.envs.nethack.nethack_level import act, level

FIRST, STANDING, LOCKED, STRETCH = 2, 10, 17, 18
EAST, SOUTH, SOUTHEAST = (DIRECTIONS.index(way) for way in ("east", "south", "southeast"))
LANE = """
------------
|..........|
------------
"""
BEND = """
------------
|..........|
----------.|
         |.|
         |.|
         ---
"""
DOOR = """
-----------
|....+....|
-----------
"""
Make = Callable[..., NetHackGame]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[NetHackGame] = []

    def build(drawing: str, *lines: str, start: tuple[int, int] = (1, 1)) -> NetHackGame:
        game = NetHackGame(level=level(drawing, *lines, start=start))
        made.append(game)
        game.reset(0)
        return game

    yield build
    for game in made:
        game.close()


def ways(game: NetHackGame, *seek: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The way to what is sought, and that to what is explored; with ones where the encoding has them."""
    out = np.zeros(SPEC.encoding_size, np.float32)
    game.encode(Focus(seek=seek), out)
    return out[:WAY_SIZE] / WAY_SCALE, out[WAY_SIZE : 2 * WAY_SIZE] / WAY_SCALE


def ones(way: NDArray[np.float32], first: int) -> list[int]:
    """Which of the eight places from `first` on are one; the others are zero."""
    eight = way[first : first + 8]
    assert set(eight.tolist()) <= {0.0, 1.0}
    return np.flatnonzero(eight).tolist()


class TestStretches:
    @pytest.mark.parametrize(
        ("column", "runs"), [(MIN_RUN_MOVES, False), (MIN_RUN_MOVES + 1, True), (10, True)]
    )
    def test_a_way_of_equal_moves_is_worth_running_from_four_on(
        self, make: Make, column: int, runs: bool
    ) -> None:
        seek, _ = ways(make(LANE, f"OBJECT:('%',\"apple\"),({column},1)"), "food")
        assert ones(seek, FIRST) == [EAST]
        assert ones(seek, STRETCH) == ([EAST] if runs else [])

    @pytest.mark.parametrize(("start", "runs"), [(5, True), (6, False), (8, False)])
    def test_only_the_moves_before_the_bend_count(self, make: Make, start: int, runs: bool) -> None:
        """From column 5 four steps east lead to 9, then one southeast and two south."""
        game = make(BEND, "OBJECT:('%',\"apple\"),(10,4)", start=(start, 1))
        seek, _ = ways(game, "food")
        assert ones(seek, FIRST) == [EAST]
        assert ones(seek, STRETCH) == ([EAST] if runs else [])

    def test_what_was_reached_has_neither_move_nor_stretch(self, make: Make) -> None:
        game = make(LANE, "OBJECT:('%',\"apple\"),(2,1)")
        act(game, "move_east")
        seek, _ = ways(game, "food")
        assert seek[STANDING] == 1.0
        assert ones(seek, FIRST) == ones(seek, STRETCH) == []

    def test_the_way_to_explore_has_stretches_too(self, make: Make) -> None:
        _, explore = ways(make(LANE.replace(".|", ". "), start=(2, 1)))
        assert ones(explore, FIRST) == ones(explore, STRETCH) == [EAST]


class TestLockedDoors:
    def test_before_a_locked_door_there_is_no_first_move_but_the_mark_of_a_lock(self, make: Make) -> None:
        game = make(DOOR, "DOOR:locked,(5,1)", start=(4, 1))
        seek, explore = ways(game, "closed_door")
        assert (ones(seek, FIRST), seek[LOCKED]) == ([EAST], 0.0)  # nobody knows yet
        assert ones(explore, FIRST) == [EAST]
        act(game, "move_east")
        assert game.facts()["known.locked_door"] == 1
        seek, explore = ways(game, "locked_door")
        for way in (seek, explore):
            assert ones(way, FIRST) == ones(way, STRETCH) == []
            assert (way[0], way[LOCKED]) == (1.0, 1.0)

    def test_farther_off_the_way_leads_there(self, make: Make) -> None:
        game = make(DOOR, "DOOR:locked,(5,1)", start=(4, 1))
        act(game, "move_east", "move_west", "move_west")
        seek, _ = ways(game, "locked_door")
        assert (ones(seek, FIRST), seek[LOCKED]) == ([EAST], 0.0)


def test_cues_speak_for_what_the_encoding_shows(make: Make) -> None:
    """Each place that has a cue, put into the words of the layout above."""
    expected = {FIRST + move: f"move_{way}" for move, way in enumerate(DIRECTIONS)}
    expected |= {STRETCH + move: f"far_{way}" for move, way in enumerate(DIRECTIONS)}
    expected |= {LOCKED: "kick", WAY_SIZE + STANDING: "search_10"}
    assert dict(CUES) == expected == dict(SPEC.cues)
    assert set(expected.values()) <= set(SPEC.actions)
