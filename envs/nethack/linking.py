"""NetHack's library linked ahead, since every start loads it anew.

NLE gives each game a copy of the library, and starts a game by unloading and loading it, so that its
variables are as at first. The loader then finds some 2,900 references of the library to itself by their
names, many of them only when they are used for the first time; in short episodes that is a tenth of a step.
Where they lead never changes, so it is written into the copy, once.

Source: the file format is that of the System V Application Binary Interface, with its supplement for x86-64.
"""

from __future__ import annotations

import ctypes
import logging
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_HEADER: Final = np.dtype(
    {
        "names": ["mark", "machine", "parts_at", "n_parts"],
        "formats": ["S6", "<u2", "<u8", "<u2"],
        "offsets": [0, 18, 32, 56],
    }
)
_PART: Final = np.dtype(
    {
        "names": ["kind", "offset", "address", "size"],
        "formats": ["<u4", "<u8", "<u8", "<u8"],
        "offsets": [0, 8, 16, 32],
        "itemsize": 56,
    }
)
"""A stretch of the file, and the address that it is loaded at."""
_SYMBOL: Final = np.dtype(
    {
        "names": ["name", "type", "section", "address"],
        "formats": ["<u4", "u1", "<u2", "<u8"],
        "offsets": [0, 4, 6, 8],
        "itemsize": 24,
    }
)
_REFERENCE: Final = np.dtype([("address", "<u8"), ("type", "<u4"), ("symbol", "<u4"), ("addend", "<i8")])

_MARK, _X86_64 = b"\x7fELF\x02\x01", 62
_LOADED, _DYNAMIC = 1, 2
_CALLS_SIZE, _NAMES, _SYMBOLS, _DATA, _DATA_SIZE, _CALLS = 2, 5, 6, 7, 8, 23
"""Numbers of entries in the dynamic part: tables of names, symbols and references, and their sizes."""
_ADDRESS, _GLOBAL_ADDRESS, _CALL, _WITHIN = 1, 6, 7, 8
"""Types of references: three by name, and one by the distance from the beginning of the library."""
_GLOBAL: Final = (0x11, 0x12)
"""Types of variables and functions that no other definition replaces."""

Changes: TypeAlias = tuple[NDArray[np.intp], NDArray[np.uint8]]
"""Where the bytes of a linked library differ, and what they are."""
_changes: dict[bytes, Changes] = {}
"""By the digest of the library."""


def link_ahead(copy: str) -> None:
    """Link a game's copy of the library, which may be loaded; what cannot be linked stays as it is.

    Args:
        copy: path of the copy.
    """
    try:
        content = np.memmap(copy, np.uint8, "r+")
        digest = blake2b(content.data).digest()
        if digest not in _changes:
            _changes[digest] = changes(content.tobytes())
        at, values = _changes[digest]
        content[at] = values
    except (OSError, ValueError, LookupError) as error:
        _log.info("NetHack's library is not linked ahead, so games start more slowly: %r", error)


def changes(library: bytes) -> Changes:
    """What linking changes in a library. Raises `ValueError` and `LookupError`, see `link`."""
    linked = bytearray(library)
    link(linked)
    values = np.frombuffer(linked, np.uint8)
    at = np.flatnonzero(values != np.frombuffer(library, np.uint8))
    return at, values[at].copy()


def link(library: bytearray) -> int:
    """Write into a library where its references to itself lead; returns how many there are.

    Names that this process defines as well are left to the loader, which prefers those definitions.

    Args:
        library: the content of the file, in and out.

    Raises:
        ValueError, LookupError: it is no library for x86-64, or one that is built in another way.
    """
    header = np.frombuffer(library, _HEADER, 1)[0]
    if header["mark"] != _MARK or header["machine"] != _X86_64:
        raise ValueError("it is no library for x86-64")
    parts = np.frombuffer(library, _PART, int(header["n_parts"]), int(header["parts_at"]))
    (dynamic,) = parts[parts["kind"] == _DYNAMIC]
    words = np.frombuffer(library, "<u8", int(dynamic["size"]) // 8, int(dynamic["offset"]))
    entries: dict[int, int] = dict(words.reshape(-1, 2).tolist())

    def table(kind: np.dtype[Any], address: int, size: int) -> NDArray[Any]:
        """The records that are loaded at an address, as a view of the file."""
        return np.frombuffer(library, kind, size // kind.itemsize, int(_offsets(parts, address)))

    symbols = table(_SYMBOL, entries[_SYMBOLS], entries[_NAMES] - entries[_SYMBOLS])
    own = _own(library, symbols, int(_offsets(parts, entries[_NAMES])))
    calls = table(_REFERENCE, entries[_CALLS], entries[_CALLS_SIZE])
    data = table(_REFERENCE, entries[_DATA], entries[_DATA_SIZE])
    # The loader adds the library's address to the target of a call, which stands there until the first one.
    ours = calls[(calls["type"] == _CALL) & own[calls["symbol"]]]
    words = np.frombuffer(library, np.uint8)
    slots = _offsets(parts, ours["address"])
    words[slots[:, None] + np.arange(8)] = symbols["address"][ours["symbol"]].view(np.uint8).reshape(-1, 8)
    known = np.isin(data["type"], (_ADDRESS, _GLOBAL_ADDRESS)) & own[data["symbol"]]
    data["addend"][known] += symbols["address"][data["symbol"][known]].astype(np.int64)
    data["type"][known], data["symbol"][known] = _WITHIN, 0
    return len(ours) + int(known.sum())


def _own(library: bytearray, symbols: NDArray[Any], names_at: int) -> NDArray[np.bool_]:
    """Which symbols the library defines, and this process does not."""
    process = ctypes.CDLL(None)

    def name(symbol: Any) -> str:
        begin = names_at + int(symbol["name"])
        return library[begin : library.index(0, begin)].decode()

    defined: NDArray[np.bool_] = (symbols["section"] != 0) & np.isin(symbols["type"], _GLOBAL)
    for i in np.flatnonzero(defined):
        defined[i] = not hasattr(process, name(symbols[i]))
    return defined


def _offsets(parts: NDArray[Any], addresses: Any) -> NDArray[np.intp]:
    """Where in the file is what is loaded at these addresses. Raises `LookupError` where nothing is."""
    wanted = np.asarray(addresses).astype(np.int64)
    offsets = np.full(wanted.shape, -1, np.intp)
    for part in parts[parts["kind"] == _LOADED]:
        offset, address, size = (int(part[name]) for name in ("offset", "address", "size"))
        inside = (wanted >= address) & (wanted < address + size)
        offsets = np.where(inside, wanted - address + offset, offsets)
    if (offsets < 0).any():
        raise LookupError("a table of the library is not in its file")
    return offsets
