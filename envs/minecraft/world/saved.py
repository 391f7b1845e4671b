"""A world as bytes, and back: everything but the land, and how the land differs from how it was made.

Nothing is unpickled; what is read is checked before compiled code sees it.
"""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.json_text import parsed
from envs.minecraft.world.chunks import Edit, Edits
from envs.minecraft.world.errors import BadWorldSnapshot
from envs.minecraft.world.state import (
    CAUSES,
    CHUNK,
    KEPT_BYTES,
    LAYERS,
    MAX_BODIES,
    MAX_FLOWS,
    N_KINDS,
    WORLD_DTYPE,
)
from envs.minecraft.world.tables.biomes import BIOMES
from envs.minecraft.world.tables.blocks import STATES
from envs.minecraft.world.tables.items import N_ITEMS, STACK
from envs.minecraft.world.tables.parameters import place_of

MAGIC: Final = b"JMBW\x01"
_MOST_BYTES: Final = 64_000_000
_CELLS: Final = CHUNK * CHUNK * LAYERS
_MOST_EDITS: Final = 20_000
_FAR: Final = 1e7
_FAST: Final = 100.0
_LOOPS: Final = {
    "world.loaded": 7, "tick.random": 64, "tick.random_reach": 7, "spawn.pack": 64, "leaves.reach": 8,
    "creeper.blast": 16, "sheep.wool_high": 64, "water.spread": 7, "lava.spread": 3, "player.reach": 64,
    "player.width": 4, "player.height": 8,
}  # fmt: skip
"""Figures that compiled code counts up to -> the most that a snapshot may say."""


def pack(record: NDArray[np.uint8], edits: Edits) -> bytes:
    """Bytes of a world.

    Args:
        record: uint8[KEPT_BYTES], the record before its land.
        edits: how the land differs.
    """
    places = sorted(edits)
    header = json.dumps([[x, z, len(edits[x, z].cells)] for x, z in places], separators=(",", ":")).encode()
    cells = b"".join(edits[place].cells.astype("<u2").tobytes() for place in places)
    states = b"".join(edits[place].states.tobytes() for place in places)
    body = len(header).to_bytes(4, "little") + header + record.tobytes() + cells + states
    return MAGIC + zlib.compress(body, 1)


def unpack(data: bytes) -> tuple[NDArray[np.uint8], Edits]:
    """The record and the edits of a world's bytes.

    Raises:
        BadWorldSnapshot: they are not what `pack` makes, or hold what no world does.
    """
    if not data.startswith(MAGIC):
        raise BadWorldSnapshot(
            f"no snapshot of a block world: it begins with {data[:5]!r}, expected {MAGIC!r}"
        )
    try:
        unzip = zlib.decompressobj()
        body = unzip.decompress(data[len(MAGIC) :], _MOST_BYTES)
    except zlib.error as error:
        raise BadWorldSnapshot(f"the snapshot of a block world is damaged: {error}") from error
    if not unzip.eof:
        raise BadWorldSnapshot("the snapshot of a block world is cut off, or larger than 64 MB")
    size = int.from_bytes(body[:4], "little")
    try:
        rows = parsed(body[4 : 4 + size].decode("utf-8"))
        edits = _edits(rows, body[4 + size + KEPT_BYTES :])
    except (ValueError, TypeError) as error:
        raise BadWorldSnapshot(f"the snapshot of a block world is damaged: {error}") from error
    record = np.frombuffer(body, np.uint8, KEPT_BYTES, 4 + size).copy()
    _check(record)
    return record, edits


def _edits(rows: Any, data: bytes) -> Edits:
    if not isinstance(rows, list) or len(rows) > _MOST_EDITS:
        raise ValueError("its list of chunks is none")
    counts = [int(n) for _, _, n in rows]
    if any(not 0 <= n <= _CELLS for n in counts) or len(data) != 3 * sum(counts):
        raise ValueError("the changes of its chunks have another length than their list says")
    cells = np.frombuffer(data, "<u2", sum(counts)).astype(np.uint16)
    states = np.frombuffer(data, np.uint8, sum(counts), 2 * sum(counts)).copy()
    if cells.size and (cells.max() >= _CELLS or states.max() >= len(STATES)):
        raise ValueError("its chunks hold blocks that there are not")
    edits: Edits = {}
    at = 0
    for (x, z, _), n in zip(rows, counts, strict=True):
        edits[int(x), int(z)] = Edit(cells[at : at + n], states[at : at + n])
        at += n
    return edits


def _check(record: NDArray[np.uint8]) -> None:
    """Raise `BadWorldSnapshot` unless every number by which compiled code finds its way is in range."""
    whole = np.zeros(1, WORLD_DTYPE)
    whole.view(np.uint8)[:KEPT_BYTES] = record
    world = whole[0]
    bodies = world["bodies"]
    ranges = {
        "n_bodies": (world["n_bodies"], 0, MAX_BODIES),
        "n_flows": (world["n_flows"], 0, MAX_FLOWS),
        "biome": (world["biome"], -1, len(BIOMES) - 1),
        "cause": (world["cause"], 0, len(CAUSES) - 1),
        "hurt_by": (world["hurt_by"], 0, N_KINDS - 1),
        "slot_item": (world["slot_item"], 0, N_ITEMS - 1),
        "slot_count": (world["slot_count"], 0, int(STACK.max())),
        "kinds of bodies": (bodies["kind"], 0, N_KINDS - 1),
        "items of bodies": (bodies["thing"], 0, N_ITEMS - 1),
        "flows": (world["flows"][:, :3], -_FAR, _FAR),
        **{name: (world[name], -_FAR, _FAR) for name in ("x", "y", "z", "yaw", "pitch")},
        **{name: (world[name], -_FAST, _FAST) for name in ("vx", "vy", "vz")},
        **{f"{name} of bodies": (bodies[name], -_FAR, _FAR) for name in ("x", "y", "z", "yaw")},
        **{f"{name} of bodies": (bodies[name], -_FAST, _FAST) for name in ("vx", "vy", "vz")},
        "rules": (world["rules"], -_FAR, _FAR),
        **{name: (world["rules"][place_of(name)], 0, most) for name, most in _LOOPS.items()},
    }
    for name, (values, low, high) in ranges.items():
        if not np.all((np.asarray(values) >= low) & (np.asarray(values) <= high)):
            raise BadWorldSnapshot(
                f"the snapshot of a block world is damaged: {name} beyond {low:g}..{high:g}"
            )
