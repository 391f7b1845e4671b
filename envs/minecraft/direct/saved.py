"""A game in direct mode as bytes that hold no code: a JSON header, the world, and what is remembered, sealed.

The body that `envs.sealed` compresses and checks::

    length    4 bytes        of the header, little-endian
    header    UTF-8 JSON     progress, focus, length of the world's bytes, cubes of 16 that hold memories
    world     its bytes      see `envs.minecraft.world.saved`
    head      uint8[HEAD_BYTES]  the memory's record before its map
    tried     uint8[COARSE, COARSE]
    cubes     uint8[n, 16, 16, 16]

What follows from the cubes (counts, ground) is worked out again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.facts import EndStatus
from envs.json_text import parsed
from envs.minecraft.direct import calls
from envs.minecraft.direct.kinds import N_INDEXED
from envs.minecraft.direct.memory import (
    COARSE,
    HEAD_BYTES,
    MAX_SIGHTINGS,
    MEMORY_DTYPE,
    N_LAYERS,
    forget,
    new_memory,
)
from envs.minecraft.world import BlockWorld
from envs.minecraft.world.errors import BadWorldSnapshot
from envs.minecraft.world.tables.blocks import STATES
from envs.sealed import Seal

SEAL: Final = Seal(name="block world", mark=b"JMBLOCK1", earlier=b"JMBLOCK1")
_CUBE: Final = 4096
_FAR: Final = 1e6
_LONGEST_NOTE: Final = 300


@dataclass(frozen=True, slots=True)
class Progress:
    """How an episode stands.

    Attributes:
        limit: steps at most.
        steps: taken.
        status: value of `EndStatus`.
        seek: what is attended to.
        explore: where to look for it.
        note: what the latest action did not do; states saved before there were notes have none.
    """

    limit: int
    steps: int
    status: int
    seek: tuple[str, ...]
    explore: str
    note: str = ""


def pack(world: BlockWorld, memories: NDArray[Any], progress: Progress) -> bytes:
    """The bytes of a game; `memories` is MEMORY_DTYPE[1]."""
    memory = memories[0]
    rows, cubes = [], []
    for i, k in np.argwhere(memory["used"] != 0).tolist():
        part = memory["blocks"][i * 16 : i * 16 + 16, k * 16 : k * 16 + 16]
        for layer in range(N_LAYERS):
            cube = part[:, :, layer * 16 : layer * 16 + 16]
            if cube.any():
                rows.append([int(memory["chunk_x"][i, k]), int(memory["chunk_z"][i, k]), layer])
                cubes.append(cube.tobytes())
    state = world.snapshot()
    header = json.dumps(
        {"progress": asdict(progress), "world": len(state), "cubes": rows}, separators=(",", ":")
    ).encode()
    head = memories.view(np.uint8)[:HEAD_BYTES].tobytes()
    body = [len(header).to_bytes(4, "little"), header, state, head, memory["tried"].tobytes(), *cubes]
    return SEAL.close(b"".join(body))


def unpack(data: bytes) -> tuple[bytes, NDArray[Any], Progress]:
    """The world's bytes, the memory and the progress, checked. Raises `BadSnapshot`."""
    body = SEAL.open(data)
    try:
        at = 4 + int.from_bytes(body[:4], "little")
        header = parsed(body[4:at].decode("utf-8"))
        progress = _progress(header["progress"])
        rows = np.array(header["cubes"], np.int64).reshape(-1, 3)
        end = at + int(header["world"])
        expected = end + HEAD_BYTES + COARSE * COARSE + _CUBE * len(rows)
        if len(body) != expected or int(header["world"]) < 0:
            raise ValueError(f"it has {len(body):,} bytes, expected {expected:,}")
        memories = _memory(body[end:], rows)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise SEAL.damaged(error) from error
    return body[at:end], memories, progress


def put_back(world: BlockWorld, state: bytes) -> None:
    """Put a world into a saved state. Raises `BadSnapshot`."""
    try:
        world.restore(state)
    except BadWorldSnapshot as error:
        raise SEAL.damaged(error) from error


def _progress(row: Any) -> Progress:
    limit, steps, status = (int(row[name]) for name in ("limit", "steps", "status"))
    EndStatus(status)
    if not (0 <= steps <= limit < 1 << 40):
        raise ValueError(f"{steps} steps of {limit}")
    seek, explore = tuple(row["seek"]), row["explore"]
    if not all(isinstance(name, str) for name in (*seek, explore)):
        raise ValueError("its focus is none")
    note = row.get("note", "")
    if not isinstance(note, str) or len(note) > _LONGEST_NOTE:
        raise ValueError(f"its note is no text of at most {_LONGEST_NOTE} characters")
    return Progress(limit, steps, status, seek, explore, note)


def _memory(data: bytes, rows: NDArray[np.int64]) -> NDArray[Any]:
    memories = new_memory()
    forget(memories)
    cubes = np.frombuffer(data, np.uint8, _CUBE * len(rows), HEAD_BYTES + COARSE * COARSE).reshape(
        -1, 16, 16, 16
    )
    if len(rows) and (
        np.abs(rows[:, :2]).max() > _FAR or not 0 <= rows[:, 2].min() <= rows[:, 2].max() < N_LAYERS
    ):
        raise ValueError("its cubes lie beyond the world")
    if cubes.size and int(cubes.max()) > len(STATES):
        raise ValueError("it remembers blocks that there are not")
    calls.recall(memories, rows, np.ascontiguousarray(cubes))
    whole = np.zeros(1, MEMORY_DTYPE)
    whole.view(np.uint8)[:HEAD_BYTES] = np.frombuffer(data, np.uint8, HEAD_BYTES)
    _check_head(whole[0])
    known = memories[0]["known"].copy()
    memories.view(np.uint8)[:HEAD_BYTES] = whole.view(np.uint8)[:HEAD_BYTES]
    memories[0]["known"] = known
    memories[0]["tried"] = np.frombuffer(data, np.uint8, COARSE * COARSE, HEAD_BYTES).reshape(COARSE, COARSE)
    return memories


def _check_head(head: Any) -> None:
    """Raise `ValueError` unless every number by which compiled code finds its way is in range."""
    ranges = {
        "sightings": (head["n_sightings"], 0, MAX_SIGHTINGS),
        "kinds": (head["sightings"][:, 0], 0, N_INDEXED - 1),
        "places given up": (head["n_given_up"], 0, 1 << 40),
        "heading": (head["heading"], 0, 3),
        "looks": (head["looks"], 0, 1 << 40),
        "changes": (head["changes"], 0, 1 << 60),
        "places": (head["sightings"][:, 1:4], -1e7, 1e7),
    }
    for name, (values, low, high) in ranges.items():
        if not np.all((np.asarray(values) >= low) & (np.asarray(values) <= high)):
            raise ValueError(f"{name} beyond {low:g}..{high:g}")
