"""Snapshots that are not of a state of Crafter: refused before a number of theirs is compiled code's."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from envs.crafter import snapshot
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.game import CrafterGame
from envs.errors import BadSnapshot

Header = dict[str, Any]


def saved_parts() -> tuple[Header, list[Any]]:
    game = CrafterGame()
    game.reset(21)
    for action in np.random.default_rng(0).integers(1, 6, size=40).tolist():
        game.step(action)
    header, arrays = snapshot.unpack(game.snapshot())
    return header, [array.copy() for array in arrays]


HEADER, ARRAYS = saved_parts()
FIRST = next(iter(HEADER["objects"]))


def refused(change: Callable[[Header], Any]) -> str:
    header = copy.deepcopy(HEADER)
    change(header)
    games = CompiledGames(1)
    games.reset(0, 1)
    before = games.snapshot(0)
    with pytest.raises(BadSnapshot, match="the saved Crafter state") as caught:
        games.restore(0, snapshot.pack(header, ARRAYS))
    assert games.snapshot(0) == before, "the game is left as it was"
    return str(caught.value)


def put(value: Any, *path: Any) -> Callable[[Header], None]:
    """Change one value of a header."""

    def change(header: Any) -> None:
        *way, last = path
        for step in way:
            header = header[step]
        header[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put(64, "player", "pos", 0),
        put(-1, "player", "pos", 1),
        put(1.5, "player", "pos", 0),
        put([1, 1], "player", "facing"),
        put(-1, "player", "inventory", "wood"),
        put(1, "player", "inventory", "gold"),
        put(10**12, "player", "achievements", "wake_up"),
        put([0, 9, 0, 0, 0, 0], "player", "fields"),
        put([False, 9, 0.25, 0, 0, 0], "player", "fields"),
        put([False, 9, 0, 0, 0], "player", "fields"),
        put("Fence", "objects", FIRST, "class"),
        put([64, 3], "objects", FIRST, "pos"),
        put([3], "objects", FIRST, "pos"),
        put(-3, "objects", FIRST, "health"),
        put(True, "objects", FIRST, "health"),
        put({}, "objects"),
        put(2, "slots"),
        put(10**12, "slots"),
        put([], "chunks"),
        put([0, 13, 0, 12], "chunks", 0, 0),
        put(HEADER["chunks"][1], "chunks", 0),
        put([*HEADER["chunks"][0][1], 10**6], "chunks", 0, 1),
        put([*HEADER["chunks"][0][1], 1], "chunks", 0, 1),
        put([5, 10**9, 9.0, []], "episode"),
        put([5, 10, 9.0, ["win"]], "episode"),
        put([5, 10, 8.5, []], "episode"),
        put(625, "random", 0),
        put(-1, "random", 0),
        put(float("nan"), "daylight"),
        put(7, "extra", "status"),
        put(0, "extra", "limit"),
        lambda header: header.pop("player"),
        lambda header: header["objects"][FIRST].pop("pos"),
        lambda header: put(header["player"]["pos"], "objects", FIRST, "pos")(header),
        lambda header: header["objects"].update({"1": header["objects"].pop(FIRST)}),
    ],
)
def test_a_header_that_says_something_else_is_refused(change: Callable[[Header], Any]) -> None:
    refused(change)


@pytest.mark.parametrize(("which", "value"), [(0, 13), (1, 13), (2, 7)])
def test_cells_that_hold_nothing_of_crafter_are_refused(which: int, value: int) -> None:
    arrays = [array.copy() for array in ARRAYS]
    arrays[which][100] = value
    with pytest.raises(BadSnapshot, match="the saved Crafter state"):
        CompiledGames(1).restore(0, snapshot.pack(HEADER, arrays))


def test_an_object_that_lies_on_another_is_named() -> None:
    def change(header: Header) -> None:
        first, second, *_ = header["objects"]
        header["objects"][first]["pos"] = header["objects"][second]["pos"]

    refused(change)


def test_halves_are_written_as_the_reference_writes_them() -> None:
    header = copy.deepcopy(HEADER)
    header["player"]["fields"] = [True, 9, 2.0, 2.5, -3, -7]
    data = snapshot.pack(header, ARRAYS)
    reference, games = CrafterGame(), CompiledGames(1)
    reference.restore(data)
    games.restore(0, data)
    assert reference.snapshot() == games.snapshot(0)
    for _ in range(60):
        reference.step(6)
        games.step(np.array([6]))
        assert reference.snapshot() == games.snapshot(0)


def test_the_generator_s_normal_number_is_kept() -> None:
    header = copy.deepcopy(HEADER)
    header["random"][1:] = [1, -0.75]
    data = snapshot.pack(header, ARRAYS)
    reference, games = CrafterGame(), CompiledGames(1)
    reference.restore(data)
    games.restore(0, data)
    assert reference.snapshot() == games.snapshot(0)
