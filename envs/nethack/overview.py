"""What only a referee may ask of a running NetHack: its dungeon overview, and where its special levels lie.

Neither costs game time, and nothing of either reaches facts, encodings or captions.
"""

from __future__ import annotations

import _ctypes
import ctypes
from typing import Any, Final

from envs.errors import MissingDependency
from envs.nethack.engine import Engine

_OVERVIEW_KEY: Final = ord("o") & 0x1F
_ESCAPE_KEY: Final = 27
_MAX_PAGES: Final = 20
_NAME_LENGTH: Final = 15
_MAX_LEVELS: Final = 200


def read_overview(engine: Engine) -> tuple[str, ...]:
    """The rows of the screen while the first page of the overview is shown; empty when the game is over.

    The keys do not count as the player's. Raises `GameDied` when the game's program fails.
    """
    if engine.over or engine.asks:
        return ()
    keys = engine.keys
    engine.press(_OVERVIEW_KEY)
    rows = tuple(bytes(row).decode("latin-1").rstrip() for row in engine.screen)
    for _ in range(_MAX_PAGES):
        if not engine.asks:
            break
        engine.press(_ESCAPE_KEY)
    engine.keys = keys
    return rows


class _SpecialLevel(ctypes.Structure):
    """The beginning of NetHack's ``s_level``. Source: NetHack 3.6, ``dungeon.h``."""

    _fields_ = (
        ("next", ctypes.c_void_p),
        ("branch", ctypes.c_byte),
        ("level", ctypes.c_byte),
        ("name", ctypes.c_char * _NAME_LENGTH),
    )


def special_levels(library: str) -> dict[str, tuple[int, int]]:
    """Name of each special level (``oracle``, ``minetn``) -> number of its branch, and of the level in it.

    The numbers are read from the running game's own table, which differs from start to start.

    Args:
        library: path of the game's loaded library.

    Raises:
        MissingDependency: this build of nle does not show the table.
    """
    try:
        loaded = ctypes.CDLL(library)
        try:
            return _levels(ctypes.c_void_p.in_dll(loaded, "sp_levchn").value)
        finally:
            # Loading it counted one user more, and the game is only started afresh once it has none.
            _ctypes.dlclose(loaded._handle)
    except (OSError, ValueError, AttributeError, UnicodeDecodeError) as error:
        raise MissingDependency(
            f"this build of nle does not say where its special levels lie ({error}); the true places of a "
            "task need the wheel of nle 1.3.0 on Linux"
        ) from error


def _levels(address: int | None) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    while address and len(found) < _MAX_LEVELS:
        entry: Any = _SpecialLevel.from_address(address)
        found[entry.name.decode("ascii")] = (entry.branch, entry.level)
        address = entry.next
    return found
