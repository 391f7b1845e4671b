"""What the game says the player stands on."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from envs.nethack import kinds

_WORDS: Final = (
    ("staircase up", kinds.STAIRS_UP),
    ("ladder up", kinds.STAIRS_UP),
    ("staircase down", kinds.STAIRS_DOWN),
    ("ladder down", kinds.STAIRS_DOWN),
    ("altar", kinds.ALTAR),
    ("fountain", kinds.FOUNTAIN),
    ("sink", kinds.SINK),
    ("throne", kinds.THRONE),
    ("grave", kinds.GRAVE),
    ("open door", kinds.OPEN_DOOR),
    ("doorway", kinds.DOORWAY),
    ("broken door", kinds.DOORWAY),
)
_HERE = re.compile(r"There is (?:an? |the )?(.*?) here")


@lru_cache(maxsize=1024)
def standing_on(message: str) -> int | None:
    """The terrain under the player that a message tells of; None if it tells of none.

    >>> standing_on("There is a staircase up here.  You see here a dagger.") == kinds.STAIRS_UP
    True
    """
    found = _HERE.search(message)
    if not found:
        return None
    return next((terrain for words, terrain in _WORDS if words in found[1]), None)
