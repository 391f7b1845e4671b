"""Snapshots that are not of a state of Crafter: refused before a number of theirs is compiled code's."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs.crafter import snapshot
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.reference import ReferenceGame
from envs.errors import BadSnapshot
from envs.facts import EndStatus

Header = dict[str, Any]


def saved_parts() -> tuple[Header, list[Any]]:
    game = ReferenceGame()
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
        put(64 * 64 + 1, "memory", "home"),
        put(2, "memory", "rising"),
        put([[1, 2, 3]], "memory", "plants"),
        put([[1, 64, 3, 5]], "memory", "plants"),
        put([[1, 2, 3, 4]], "memory", "plants"),
        put([[1, 2, -3, 5]], "memory", "plants"),
        put([[1, 2, 3, 5]] * 17, "memory", "plants"),
        lambda header: header.pop("memory"),
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
    reference, games = ReferenceGame(), CompiledGames(1)
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
    reference, games = ReferenceGame(), CompiledGames(1)
    reference.restore(data)
    games.restore(0, data)
    assert reference.snapshot() == games.snapshot(0)


def leaves(value: Any, *way: Any) -> list[tuple[Any, ...]]:
    """The paths of everything in a header that holds nothing else."""
    if isinstance(value, dict) and value:
        return [leaf for key in value for leaf in leaves(value[key], *way, key)]
    if isinstance(value, list) and value:
        return [leaf for i in range(len(value)) for leaf in leaves(value[i], *way, i)]
    return [way]


VALUES = (
    0,
    1,
    -1,
    2,
    5,
    9,
    11,
    12,
    63,
    64,
    624,
    10**6,
    -(10**6),
    2**31,
    2**63,
    0.5,
    2.5,
    True,
    None,
    "Zombie",
    [],
)


@pytest.mark.slow
def test_what_is_read_goes_on_as_the_reference_does() -> None:
    """Headers with one or two other values: refused, or a state from which both games go on alike."""
    rng, paths = np.random.default_rng(0), leaves(HEADER)
    reference, games, read = ReferenceGame(), CompiledGames(1), 0
    for _ in range(1500):
        header = copy.deepcopy(HEADER)
        for _ in range(int(rng.integers(1, 3))):
            path = paths[int(rng.integers(len(paths)))]
            put(VALUES[int(rng.integers(len(VALUES)))], *path)(header)
        data = snapshot.pack(header, ARRAYS)
        try:
            games.restore(0, data)
        except BadSnapshot:
            continue
        reference.restore(data)
        assert reference.snapshot() == games.snapshot(0), header
        for action in rng.integers(17, size=12).tolist():
            if reference.status is not EndStatus.RUNNING:
                break
            reference.step(action)
            games.step(np.array([action]))
        assert reference.snapshot() == games.snapshot(0), header
        read += 1
    assert 100 < read < 1400


def test_a_state_that_an_earlier_version_saved_is_read() -> None:
    data = (Path(__file__).parents[2] / "saved" / "crafter.state").read_bytes()
    reference, games = ReferenceGame(), CompiledGames(1)
    reference.restore(data)
    games.restore(0, data)
    for action in range(17):
        assert reference.snapshot() == games.snapshot(0)
        reference.step(action)
        games.step(np.array([action]))
