"""Chunks of land that are made, kept while others need them, and loaded around a player."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.world.compiled import calls
from envs.minecraft.world.state import CHUNK, LAYERS, N_CHUNKS
from envs.minecraft.world.tables.blocks import HIDES

KEPT_CHUNKS: Final = 1_024
"""Chunks that a process keeps as they were made: 33 MB."""

PACKED_CHUNKS: Final = 16_384
"""Chunks that it keeps compressed after that: about 50 MB at most; unpacking takes a tenth of making."""

_BLOCKS: Final = CHUNK * CHUNK * LAYERS
_COLUMNS: Final = CHUNK * CHUNK


class Chunk(NamedTuple):
    """A chunk as it is made.

    Attributes:
        blocks: uint8[16, 16, LAYERS].
        biomes: uint8[16, 16].
        tops: uint8[16, 16].
    """

    blocks: NDArray[np.uint8]
    biomes: NDArray[np.uint8]
    tops: NDArray[np.uint8]


class Edit(NamedTuple):
    """How a chunk differs from how it was made.

    Attributes:
        cells: uint16[n], places in its array of blocks.
        states: uint8[n], what is there.
    """

    cells: NDArray[np.uint16]
    states: NDArray[np.uint8]


Edits = dict[tuple[int, int], Edit]
"""Chunk -> how it differs. Edits themselves are never changed."""

_kept: OrderedDict[tuple[int, int, int, int], Chunk] = OrderedDict()
_packed: OrderedDict[tuple[int, int, int, int], bytes] = OrderedDict()
_lock = Lock()


def tops_of(blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The lowest layer above everything that hides the sky, uint8[16, 16], of uint8[16, 16, LAYERS]."""
    hiding = HIDES[blocks]
    tops = LAYERS - hiding[:, :, ::-1].argmax(2)
    return np.where(hiding.any(2), tops, 0).astype(np.uint8)


def made_chunk(seed: int, kind: int, x: int, z: int) -> Chunk:
    """A chunk as it is made; arrays that are shared and must not be changed.

    Args:
        seed: of the land.
        kind: as `calls.fill_chunk` takes it.
        x: which chunk.
        z: which chunk.
    """
    key = seed, kind, x, z
    with _lock:
        if (found := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return found
        packed = _packed.get(key)
    made = _make(seed, kind, x, z) if packed is None else _unpack(packed)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT_CHUNKS:
            oldest, chunk = _kept.popitem(last=False)
            if oldest not in _packed:
                _packed[oldest] = _pack(chunk)
                if len(_packed) > PACKED_CHUNKS:
                    _packed.popitem(last=False)
    return made


def _pack(chunk: Chunk) -> bytes:
    return zlib.compress(b"".join(part.tobytes() for part in chunk), 1)


def _unpack(packed: bytes) -> Chunk:
    whole = np.frombuffer(zlib.decompress(packed), np.uint8)
    blocks, biomes, tops = np.split(whole, (_BLOCKS, _BLOCKS + _COLUMNS))
    return Chunk(
        blocks.reshape(CHUNK, CHUNK, LAYERS), biomes.reshape(CHUNK, CHUNK), tops.reshape(CHUNK, CHUNK)
    )


def _make(seed: int, kind: int, x: int, z: int) -> Chunk:
    blocks = np.zeros((CHUNK, CHUNK, LAYERS), np.uint8)
    biomes = np.zeros((CHUNK, CHUNK), np.uint8)
    calls.fill_chunk(blocks, biomes, seed, x, z, kind)
    return Chunk(blocks, biomes, tops_of(blocks))


def _place(x: int, z: int) -> tuple[slice, slice]:
    i, k = x % N_CHUNKS * CHUNK, z % N_CHUNKS * CHUNK
    return slice(i, i + CHUNK), slice(k, k + CHUNK)


def edit_of(world: Any, x: int, z: int) -> Edit | None:
    """How a loaded chunk differs from how it was made; None where it does not."""
    if not world["changed"][x % N_CHUNKS, z % N_CHUNKS]:
        return None
    made = made_chunk(int(world["seed"]), kind_of(world), x, z).blocks.ravel()
    now = world["blocks"][_place(x, z)].ravel()
    cells = np.flatnonzero(now != made).astype(np.uint16)
    return Edit(cells, now[cells].copy()) if len(cells) else None


def kind_of(world: Any) -> int:
    """The kind of land, as `calls.fill_chunk` takes it."""
    return -2 if world["flat"] else int(world["biome"])


def load(world: Any, edits: Edits, x: int, z: int) -> None:
    """Load a chunk, with what was changed in it before."""
    made = made_chunk(int(world["seed"]), kind_of(world), x, z)
    place, slot = _place(x, z), (x % N_CHUNKS, z % N_CHUNKS)
    edit = edits.get((x, z))
    blocks, tops = made.blocks, made.tops
    if edit is not None:
        blocks = blocks.copy()
        blocks.ravel()[edit.cells] = edit.states
        tops = tops_of(blocks)
    world["blocks"][place], world["biomes"][place], world["tops"][place] = blocks, made.biomes, tops
    world["chunk_x"][slot], world["chunk_z"][slot] = x, z
    world["loaded"][slot], world["changed"][slot] = 1, edit is not None


def unload(world: Any, edits: Edits, x: int, z: int) -> None:
    """Forget a chunk, but for what was changed in it."""
    slot = x % N_CHUNKS, z % N_CHUNKS
    edit = edit_of(world, x, z)
    if edit is not None:
        edits[x, z] = edit
    else:
        edits.pop((x, z), None)
    world["blocks"][_place(x, z)] = 0
    world["tops"][_place(x, z)] = 0
    world["loaded"][slot] = world["changed"][slot] = 0


def loaded_chunks(world: Any) -> list[tuple[int, int]]:
    """The chunks that are loaded, in the order of their places."""
    slots = np.argwhere(world["loaded"] != 0)
    return [(int(world["chunk_x"][i, k]), int(world["chunk_z"][i, k])) for i, k in slots.tolist()]


def load_around(world: Any, edits: Edits, x: int, z: int, reach: int) -> list[tuple[int, int]]:
    """Load the chunks within some chunks of one, and forget all others.

    Returns:
        those that were not loaded before, in order.
    """
    wanted = [(i, k) for i in range(x - reach, x + reach + 1) for k in range(z - reach, z + reach + 1)]
    there = set(loaded_chunks(world))
    for i, k in sorted(there - set(wanted)):
        unload(world, edits, i, k)
    new = [place for place in wanted if place not in there]
    for i, k in new:
        load(world, edits, i, k)
    return new
