"""A saved state of Crafter with a right checksum, and something in it that no game can go on from."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from envs.crafter.game import CrafterGame
from envs.crafter.snapshot import SEAL
from envs.errors import BadSnapshot


@pytest.fixture(scope="module")
def game() -> CrafterGame:
    game = CrafterGame()
    game.reset(5)
    rng = np.random.default_rng(0)
    for _ in range(40):
        game.step(int(rng.integers(17)))
    return game


def edited(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The state with a header that was changed."""
    body = SEAL.open(data)
    end = 4 + int.from_bytes(body[:4], "little")
    header = json.loads(body[4:end])
    change(header)
    text = json.dumps(header, separators=(",", ":")).encode()
    return SEAL.close(len(text).to_bytes(4, "little") + text + body[end:])


def test_the_same_header_is_taken(game: CrafterGame) -> None:
    data = game.snapshot()
    assert edited(data, lambda header: None) == data
    game.restore(data)
    assert game.snapshot() == data


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.clear(),
        lambda header: header.update(more=1),
        lambda header: header.pop("chunks"),
        lambda header: header["player"].update(pos=[64, 0]),
        lambda header: header["player"].update(pos=[1.5, 0]),
        lambda header: header["player"].update(facing=[0, 7]),
        lambda header: header["player"]["inventory"].update(gold=1),
        lambda header: header["player"]["inventory"].update(wood="many"),
        lambda header: header["player"]["achievements"].update(fly=1),
        lambda header: header["player"].update(fields=[1]),
        lambda header: header["objects"].update({"1": next(iter(header["objects"].values()))}),
        lambda header: header["objects"].update(
            {str(header["slots"]): next(iter(header["objects"].values()))}
        ),
        lambda header: header["objects"].update({"-3": next(iter(header["objects"].values()))}),
        lambda header: next(iter(header["objects"].values())).update({"class": "Dragon"}),
        lambda header: next(iter(header["objects"].values())).update({"class": ["Cow"]}),
        lambda header: next(iter(header["objects"].values())).update(pos=[-1, 3]),
        lambda header: next(iter(header["objects"].values())).update(health=float("nan")),
        lambda header: header["chunks"][0][1].append(999_999),
        lambda header: header.update(slots=10**12),
        lambda header: header.update(slots=True),
        lambda header: header.update(daylight="noon"),
        lambda header: header.update(random=[700, 0, 0.0]),
        lambda header: header["extra"].update(status=9),
        lambda header: header["extra"].update(limit=0),
        lambda header: header.update(episode=[1, -1, 9, []]),
        lambda header: header.update(episode=[1, 2, 9, ["fly"]]),
        lambda header: header.update(objects=[]),
    ],
)
def test_anything_else_is_refused_and_changes_nothing(
    change: Callable[[dict[str, Any]], object], game: CrafterGame
) -> None:
    data = game.snapshot()
    with pytest.raises(BadSnapshot, match="the saved Crafter state is damaged"):
        game.restore(edited(data, change))
    assert game.snapshot() == data


@pytest.mark.parametrize("place", [0, 4096, 8192])
def test_cells_of_no_kind_are_refused(place: int, game: CrafterGame) -> None:
    """Compiled code looks them up without asking."""
    data = game.snapshot()
    body = bytearray(SEAL.open(data))
    body[4 + int.from_bytes(body[:4], "little") + place] = 200
    with pytest.raises(BadSnapshot, match="a cell holds 200, expected at most"):
        game.restore(SEAL.close(bytes(body)))
    assert game.snapshot() == data


@pytest.mark.parametrize("length", [0, 3, 2**31])
def test_parts_that_are_not_as_long_as_they_say_are_refused(length: int, game: CrafterGame) -> None:
    body = SEAL.open(game.snapshot())
    for wrong in (length.to_bytes(4, "little") + body[4:], body[:-1], body + b"\0", b""):
        with pytest.raises(BadSnapshot, match="damaged"):
            game.restore(SEAL.close(wrong))


def test_a_header_nested_without_end_is_refused(game: CrafterGame) -> None:
    text = b"[" * 100_000
    arrays = SEAL.open(game.snapshot())[-(3 * 4096 + 4 * 624) :]
    with pytest.raises(BadSnapshot, match="damaged"):
        game.restore(SEAL.close(len(text).to_bytes(4, "little") + text + arrays))
