"""Crafter's state as bytes that hold no code: a JSON header and raw arrays, sealed.

The body that `envs.sealed` compresses and checks, with nothing behind it::

    length    4 bytes             of the header, little-endian
    header    UTF-8 JSON          see `envs.crafter.saved_header`
    arrays    uint8[64, 64]       materials of the world
              uint8[64, 64]       materials that the player remembers
              uint8[64, 64]       creatures that the player remembers
              uint16[64, 64]      when it last saw each cell, see `envs.crafter.memory`; little-endian
              uint32[624]         the key of the random generator, little-endian

States saved before encoding 4 have neither "memory" in their header nor the fourth array: the player has then
just seen all that it remembers, and knows no home.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from crafter import constants, objects
from numpy.typing import NDArray

from envs.crafter.engine import AREA, MATERIALS, CrafterEngine, OrderedSet
from envs.crafter.ground import RIPE
from envs.crafter.memory import Memory
from envs.crafter.saved_header import FIELDS, PLAYER_FIELDS, check_header
from envs.crafter.survey import STEPS_OF_SPAN
from envs.sealed import Seal

SEAL = Seal(name="Crafter", mark=b"JMCRAFT2", earlier=b"JMCRAFT1")

_CLASSES = {
    cls.__name__: cls for cls in (objects.Cow, objects.Zombie, objects.Skeleton, objects.Arrow, objects.Plant)
}
_CELLS = AREA[0] * AREA[1]
_ARRAYS = ((np.uint8, _CELLS),) * 3 + ((np.uint16, _CELLS), (np.uint32, 624))
_EARLIER_ARRAYS = (*_ARRAYS[:3], _ARRAYS[4])
_ITEMS = frozenset(constants.items)
_ACHIEVEMENTS = frozenset(constants.achievements)


def _describe(obj: Any) -> dict[str, Any]:
    name = type(obj).__name__
    record = {"class": name, "pos": obj.pos.tolist(), "health": obj.health}
    record.update({field: getattr(obj, field) for field in FIELDS[name]})
    if name == "Arrow":
        record["facing"] = [int(v) for v in obj.facing]
    return record


def dump(engine: CrafterEngine, memory: Memory, extra: dict[str, Any]) -> bytes:
    """The state of engine and memory, and `extra`, JSON values of the caller."""
    world, player = engine.world, engine.player
    _, keys, position, has_gauss, cached = world.random.get_state()
    header = {
        "extra": extra,
        "episode": [engine._seed, engine._step, float(engine._last_health), sorted(engine._unlocked)],
        "slots": len(world._objects),
        "objects": {str(i): _describe(o) for i, o in world.alive.items() if o is not player},
        "chunks": [
            [list(map(int, key)), [_index(world, o) for o in group]] for key, group in world.chunks.items()
        ],
        "player": {
            "pos": player.pos.tolist(),
            "facing": [int(v) for v in player.facing],
            "inventory": player.inventory,
            "achievements": player.achievements,
            "fields": [getattr(player, name) for name in PLAYER_FIELDS],
        },
        "random": [int(position), int(has_gauss), float(cached)],
        "daylight": float(world.daylight),
        "memory": {"home": memory.home, "plants": memory.plants, "rising": memory.rising},
    }
    return pack(header, (world._mat_map, memory.material, memory.creature, memory.seen_at, keys))


def pack(header: dict[str, Any], arrays: Sequence[NDArray[Any]]) -> bytes:
    """The bytes of a header and its arrays: materials, the player's memory, the generator."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return SEAL.close(len(text).to_bytes(4, "little") + text + b"".join(array.tobytes() for array in arrays))


def _size(layout: Sequence[tuple[type, int]]) -> int:
    """Bytes of arrays."""
    return sum(np.dtype(dtype).itemsize * count for dtype, count in layout)


def _index(world: Any, obj: Any) -> int:
    return int(world._obj_map[obj.pos[0], obj.pos[1]])


def unpack(data: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Header and arrays, which are flat, checked. Raises `BadSnapshot`."""
    body = SEAL.open(data)
    at = 4 + int.from_bytes(body[:4], "little")
    layout = _ARRAYS if at + _size(_ARRAYS) == len(body) else _EARLIER_ARRAYS
    if at + _size(layout) != len(body):
        raise SEAL.damaged("its parts are not as long as they should be")
    try:
        header = json.loads(body[4:at])
        if layout is _EARLIER_ARRAYS:
            header = {"memory": {"home": 0, "plants": [], "rising": 1}} | header
        check_header(header, _ITEMS, _ACHIEVEMENTS)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise SEAL.damaged(error) from error
    arrays = []
    for dtype, count in layout:
        arrays.append(np.frombuffer(body, dtype, count, at))
        at += np.dtype(dtype).itemsize * count
    if layout is _EARLIER_ARRAYS:
        arrays.insert(3, np.full(_CELLS, header["episode"][1] >> STEPS_OF_SPAN, np.uint16))
    for values, most in zip(arrays, (len(MATERIALS), len(MATERIALS), RIPE), strict=False):
        if int(values.max()) > most:
            raise SEAL.damaged(f"a cell holds {int(values.max())}, expected at most {most}")
    return header, arrays


def load(data: bytes, engine: CrafterEngine, memory: Memory) -> dict[str, Any]:
    """Put a dumped state into engine and memory; returns `extra`. Raises `BadSnapshot`."""
    header, (materials, seen, creatures, seen_at, keys) = unpack(data)
    world = engine.world
    world.reset(0)
    world._mat_map[:] = materials.reshape(AREA)
    world.random.set_state(("MT19937", keys, *header["random"]))
    world.daylight = header["daylight"]
    saved = header["player"]
    player = objects.Player(world, tuple(saved["pos"]))
    player.facing = tuple(saved["facing"])
    player.inventory.update(saved["inventory"])
    player.achievements.update(saved["achievements"])
    for name, value in zip(PLAYER_FIELDS, saved["fields"], strict=True):
        setattr(player, name, value)
    world._objects = [None] * header["slots"]
    _place(world, 1, player)
    for index, record in header["objects"].items():
        _place(world, int(index), _rebuild(world, player, record))
    world._chunks.clear()
    for key, members in header["chunks"]:
        group = world._chunks[tuple(key)] = OrderedSet()
        for index in members:
            group.add(world._objects[index])
    engine._player = player
    engine._episode = 1
    engine._seed, engine._step, engine._last_health, unlocked = header["episode"]
    engine._unlocked = set(unlocked)
    memory.forget()
    memory.material[:] = seen.reshape(AREA)
    memory.creature[:] = creatures.reshape(AREA)
    memory.seen_at[:] = seen_at.reshape(AREA)
    memory.home, memory.rising = header["memory"]["home"], header["memory"]["rising"]
    memory.plants = [list(plant) for plant in header["memory"]["plants"]]
    memory.forget_threats()
    memory.look(world, player, engine.step_count)
    return dict(header["extra"])


def _place(world: Any, index: int, obj: Any) -> None:
    world._objects[index] = obj
    world._obj_map[tuple(obj.pos)] = index
    world.adopt(index, obj)


def _rebuild(world: Any, player: Any, record: dict[str, Any]) -> Any:
    name = record["class"]
    cls = _CLASSES[name]
    pos = tuple(record["pos"])
    if name == "Arrow":
        obj = cls(world, pos, np.array(record["facing"]))
    elif name in ("Zombie", "Skeleton"):
        obj = cls(world, pos, player)
    else:
        obj = cls(world, pos)
    obj.inventory["health"] = record["health"]
    for field in FIELDS[name]:
        setattr(obj, field, record[field])
    return obj
