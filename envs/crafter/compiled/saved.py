"""A compiled game as the header and the arrays of a snapshot, and back; see `envs.crafter.snapshot`.

Compiled code trusts the numbers of a record, so everything is checked before it becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled.rules import (
    ACHIEVEMENT,
    ACHIEVEMENTS,
    ARROW,
    COW,
    DX,
    DY,
    INITIAL,
    ITEMS,
    PLANT,
    PLAYER,
    REMOVED,
    SKELETON,
    ZOMBIE,
)
from envs.crafter.compiled.state import (
    CHUNK_HEIGHT,
    CHUNK_ROWS,
    CHUNK_WIDTH,
    HEIGHT,
    KEY_WORDS,
    N_CHUNKS,
    OBJECT_DTYPE,
    WIDTH,
)
from envs.crafter.engine import AREA, MATERIALS
from envs.crafter.ground import RIPE, SAPLING
from envs.crafter.saved_header import MAX_PLANTS
from envs.errors import BadSnapshot
from envs.facts import EndStatus

MOST_STEPS = 1_000_000
"""Longest episode that is read."""
_MOST = 10**9
"""Largest count that is read."""

_NAME = {
    int(COW): "Cow",
    int(ZOMBIE): "Zombie",
    int(SKELETON): "Skeleton",
    int(ARROW): "Arrow",
    int(PLANT): "Plant",
}
_KIND = {name: kind for kind, name in _NAME.items()}
_COUNTER = {"Zombie": "cooldown", "Skeleton": "reload", "Plant": "grown"}
_FACINGS = set(zip(DX.tolist(), DY.tolist(), strict=True))


def header_of(game: Any, seed: int) -> dict[str, Any]:
    """The header of a game's snapshot, equal to that of a `ReferenceGame` in the same state.

    Args:
        game: GAME_DTYPE, one record.
        seed: of its episode.
    """
    rows = game["objects"][: int(game["n_rows"])]
    rows = rows[rows["kind"] != REMOVED]
    halves = (game["hunger"], game["thirst"], game["recover"])
    hunger, thirst, recover = (_points(*pair) for pair in zip(halves, game["halved"], strict=True))
    return {
        "extra": {
            "status": int(game["status"]),
            "limit": int(game["limit"]),
            "seed": seed,
            "reward": float(game["reward"]),
        },
        "episode": [seed, int(game["step"]), float(game["rewarded_health"]), sorted(_unlocked(game))],
        "slots": int(game["last_number"]) + 1,
        "objects": {str(int(row["number"])): _describe(row) for row in rows[1:]},
        "chunks": list(_chunks(game, rows)),
        "player": {
            "pos": [int(rows[0]["x"]), int(rows[0]["y"])],
            "facing": [int(game["facing_x"]), int(game["facing_y"])],
            "inventory": dict(zip(ITEMS, game["inventory"].tolist(), strict=True)),
            "achievements": dict(zip(ACHIEVEMENTS, game["achievements"].tolist(), strict=True)),
            "fields": [
                bool(game["sleeping"]),
                int(game["felt_health"]),
                hunger,
                thirst,
                int(game["fatigue"]),
                recover,
            ],
        },
        "random": [int(game["position"]), int(game["has_gauss"]), float(game["gauss"])],
        "daylight": float(game["daylight"]),
        "memory": {
            "home": int(game["home"]),
            "plants": game["plants"][: int(game["n_plants"])].tolist(),
            "rising": int(game["rising"]),
        },
    }  # fmt: skip


def arrays_of(game: Any) -> tuple[NDArray[Any], ...]:
    """The arrays of a game's snapshot."""
    return game["materials"], game["seen"], game["creatures"], game["seen_at"], game["key"]


def _points(halves: int, halved: int) -> int | float:
    """Points as `crafter` has them: a float once half a point was added."""
    return float(halves) / 2 if halved else int(halves) // 2


def _unlocked(game: Any) -> Iterable[str]:
    return (name for name, number in ACHIEVEMENT.items() if int(game["unlocked"]) >> number & 1)


def _describe(row: Any) -> dict[str, Any]:
    name = _NAME[int(row["kind"])]
    record = {"class": name, "pos": [int(row["x"]), int(row["y"])], "health": int(row["health"])}
    if name in _COUNTER:
        record[_COUNTER[name]] = int(row["counter"])
    if name == "Arrow":
        record["facing"] = [int(row["dx"]), int(row["dy"])]
    return record


def _chunks(game: Any, rows: NDArray[Any]) -> Iterable[list[Any]]:
    """Every chunk's corners, and the numbers of its objects in its order."""
    ordered = rows[np.lexsort((rows["entered"], rows["chunk"]))]
    members = {
        chunk: [number for _, number in group]
        for chunk, group in groupby(ordered[["chunk", "number"]].tolist(), lambda pair: pair[0])
    }
    for chunk in game["chunks"][: int(game["n_chunks"])].tolist():
        yield [_corners(chunk), members.get(chunk, [])]


def _corners(chunk: int) -> list[int]:
    """First column, column after the last, first row, row after the last."""
    x, y = chunk // CHUNK_ROWS * CHUNK_WIDTH, chunk % CHUNK_ROWS * CHUNK_HEIGHT
    return [x, min(x + CHUNK_WIDTH, WIDTH), y, min(y + CHUNK_HEIGHT, HEIGHT)]


_CHUNK_AT = {tuple(_corners(chunk)): chunk for chunk in range(N_CHUNKS)}


def read_state(header: Mapping[str, Any], arrays: Iterable[NDArray[Any]], game: Any) -> int:
    """Put a snapshot's header and arrays into a game; the player has not looked yet.

    Args:
        header: as `header_of` makes it.
        arrays: as `arrays_of` gives them, of any shape.
        game: GAME_DTYPE, one record, all zero; of no use after an error.

    Returns:
        The seed of the episode.

    Raises:
        BadSnapshot: something in it is not of a state of Crafter.
    """
    try:
        _read_arrays(arrays, game)
        _read_objects(header, game)
        _read_chunks(header["chunks"], game)
        _read_player(header["player"], game)
        _read_memory(header["memory"], game)
        return _read_episode(header, game)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise BadSnapshot(f"the saved Crafter state does not fit ({error!r}); use another one") from error


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise BadSnapshot(f"the saved Crafter state does not fit ({what}); use another one")


def _whole(value: Any, low: int, high: int, what: str) -> int:
    """A whole number within bounds, which are part of the range."""
    _require(type(value) is int and low <= value <= high, f"{what} is {value!r}, expected {low}..{high}")
    return int(value)


def _number(value: Any, low: float, high: float, what: str) -> float:
    _require(type(value) in (int, float) and low <= value <= high, f"{what} is {value!r}")
    return float(value)


def _read_arrays(arrays: Iterable[NDArray[Any]], game: Any) -> None:
    materials, seen, creatures, seen_at, key = arrays
    for name, values, most in (
        ("materials", materials, len(MATERIALS)),
        ("seen", seen, len(MATERIALS)),
        ("creatures", creatures, RIPE),
    ):
        _require(int(values.max()) <= most, f"{name} go up to {int(values.max())}, expected at most {most}")
        game[name] = values.reshape(AREA)
    game["seen_at"] = seen_at.reshape(AREA)
    game["key"] = key


def _cell(pos: Any) -> tuple[int, int]:
    x, y = pos
    return _whole(x, 0, WIDTH - 1, "a column"), _whole(y, 0, HEIGHT - 1, "a row")


def _read_objects(header: Mapping[str, Any], game: Any) -> None:
    """The table of objects without its chunks, and the rows on the map."""
    slots = _whole(header["slots"], 2, _MOST, "slots")
    px, py = _cell(header["player"]["pos"])
    table: list[tuple[int, ...]] = [(int(PLAYER), px, py, 0, 0, 0, 0, -1, 0, 1)]
    for text, record in header["objects"].items():
        number = _whole(int(text), table[-1][-1] + 1, slots - 1, "the number of an object")
        table.append(_object(number, record))
    _require(len(table) <= WIDTH * HEIGHT, f"there are {len(table)} objects")
    rows = np.array(table, OBJECT_DTYPE)
    game["n_rows"], game["last_number"] = len(rows), slots - 1
    game["objects"][: len(rows)] = rows
    game["rows_at"][rows["x"], rows["y"]] = np.arange(1, len(rows) + 1)
    _require(int((game["rows_at"] > 0).sum()) == len(rows), "two objects are on one cell")


def _object(number: int, record: Mapping[str, Any]) -> tuple[int, ...]:
    name = record["class"]
    _require(name in _KIND, f"an object is a {name!r}")
    x, y = _cell(record["pos"])
    health = _whole(record["health"], 0, _MOST, "the health of an object")
    counter = _whole(record[_COUNTER[name]], 0, _MOST, _COUNTER[name]) if name in _COUNTER else 0
    dx, dy = record["facing"] if name == "Arrow" else (0, 0)
    _require(name != "Arrow" or (dx, dy) in _FACINGS, f"an arrow flies by {(dx, dy)}")
    return _KIND[name], x, y, health, counter, int(dx), int(dy), -1, 0, number


def _read_chunks(chunks: Iterable[Any], game: Any) -> None:
    rows = game["objects"][: int(game["n_rows"])]
    row_of = {number: row for row, number in enumerate(rows["number"].tolist())}
    for corners, members in chunks:
        chunk = _CHUNK_AT[tuple(corners)]
        _require(not game["chunk_known"][chunk], f"chunk {corners} is there twice")
        game["chunk_known"][chunk] = 1
        game["chunks"][int(game["n_chunks"])] = chunk
        game["n_chunks"] += 1
        for number in members:
            row = rows[row_of[number]]
            x0, x1, y0, y1 = corners
            _require(row["chunk"] < 0, f"object {number} is in two chunks")
            _require(x0 <= row["x"] < x1 and y0 <= row["y"] < y1, f"object {number} is not in its chunk")
            row["chunk"], row["entered"] = chunk, game["entries"]
            game["entries"] += 1
    _require(bool((rows["chunk"] >= 0).all()), "an object is in no chunk")


def _read_player(player: Mapping[str, Any], game: Any) -> None:
    inventory, achievements = player["inventory"], player["achievements"]
    _require(set(inventory) <= set(ITEMS), f"items are {sorted(inventory)}")
    _require(set(achievements) <= set(ACHIEVEMENTS), f"achievements are {sorted(achievements)}")
    for i, (item, first) in enumerate(zip(ITEMS, INITIAL.tolist(), strict=True)):
        game["inventory"][i] = _whole(inventory.get(item, first), 0, _MOST, item)
    for i, name in enumerate(ACHIEVEMENTS):
        game["achievements"][i] = _whole(achievements.get(name, 0), 0, _MOST, name)
    facing = tuple(player["facing"])
    _require(facing in _FACINGS, f"the player faces {facing}")
    game["facing_x"], game["facing_y"] = facing
    sleeping, felt_health, hunger, thirst, fatigue, recover = player["fields"]
    _require(isinstance(sleeping, bool), f"sleeping is {sleeping!r}")
    game["sleeping"] = sleeping
    game["felt_health"] = _whole(felt_health, 0, _MOST, "health")
    game["fatigue"] = _whole(fatigue, -_MOST, _MOST, "fatigue")
    counted = {"hunger": hunger, "thirst": thirst, "recover": recover}
    for i, (name, points) in enumerate(counted.items()):
        halves = 2 * _number(points, -_MOST, _MOST, name)
        _require(halves == int(halves), f"{name} is {points!r}, expected halves")
        game[name], game["halved"][i] = int(halves), isinstance(points, float)


def _read_memory(memory: Mapping[str, Any], game: Any) -> None:
    """What the player keeps in mind besides the map."""
    plants = memory["plants"]
    _require(len(plants) <= MAX_PLANTS, f"{len(plants)} plants are remembered")
    for row, (column, line, age, being) in zip(game["plants"], plants, strict=False):
        x, y = _cell((column, line))
        row[:] = x, y, _whole(age, 0, MOST_STEPS, "age"), _whole(being, SAPLING, RIPE, "a plant")
    game["n_plants"] = len(plants)
    game["home"] = _whole(memory["home"], 0, WIDTH * HEIGHT, "home")
    game["rising"] = _whole(memory["rising"], 0, 1, "rising")


def _read_episode(header: Mapping[str, Any], game: Any) -> int:
    seed, step, rewarded_health, unlocked = header["episode"]
    extra = header["extra"]
    _require(type(seed) is int and extra["seed"] == seed, f"seeds are {seed!r} and {extra['seed']!r}")
    game["step"] = _whole(step, 0, MOST_STEPS, "the number of steps")
    health = _number(rewarded_health, 0, _MOST, "health")
    _require(health == int(health), f"health is {health}")
    game["rewarded_health"] = int(health)
    game["unlocked"] = sum(1 << ACHIEVEMENT[name] for name in set(unlocked))
    game["status"] = int(EndStatus(extra["status"]))
    game["limit"] = _whole(extra["limit"], 1, 2**62, "the limit of steps")
    _require(isinstance(extra["reward"], float), f"the reward is {extra['reward']!r}")
    game["reward"] = _number(extra["reward"], -_MOST, _MOST, "the reward")
    position, has_gauss, gauss = header["random"]
    game["position"] = _whole(position, 0, KEY_WORDS, "the generator's position")
    game["has_gauss"] = _whole(has_gauss, 0, 1, "the generator's flag")
    game["gauss"] = _number(gauss, -_MOST, _MOST, "the generator's number")
    game["daylight"] = _number(header["daylight"], 0, 1, "daylight")
    return int(seed)
