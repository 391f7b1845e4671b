"""What an action did not do, and why: those on what is not carried, and making what cannot be made."""

from __future__ import annotations

from typing import Any, Final

from envs.minecraft.world.state import COUNTERS
from envs.minecraft.world.tables.items import ITEM

_MADE: Final = {"craft": COUNTERS.index("crafted"), "smelt": COUNTERS.index("smelted")}
_SLOTS: Final = ("equip", "place")


class Refusals:
    """Looks before and after an action; `note` says what it did not do.

    Args:
        record: a world's record, WORLD_DTYPE[1].
    """

    def __init__(self, record: Any) -> None:
        self._state = record[0]
        self._before = 0
        self.note = ""

    def before(self, action: str) -> None:
        """Look, before an action of that name."""
        self.note = ""
        verb, item = self._parts(action)
        if verb in _SLOTS and not self._carried(item):
            self.note = f"{action}: no {_in_words(item)} is carried, so nothing was done"
        elif verb in _MADE:
            self._before = self._made(verb, item)

    def after(self, action: str) -> None:
        """Look, after it."""
        verb, item = self._parts(action)
        if verb in _MADE and self._made(verb, item) == self._before:
            self.note = f"{action}: something that it takes is not there, so nothing was made"

    @staticmethod
    def _parts(action: str) -> tuple[str, str]:
        verb, _, item = action.partition("_")
        return (verb, item) if item in ITEM else ("", "")

    def _carried(self, item: str) -> bool:
        there = self._state["slot_item"] == ITEM[item]
        return bool((self._state["slot_count"][there] > 0).any())

    def _made(self, verb: str, item: str) -> int:
        return int(self._state["counts"][_MADE[verb], ITEM[item]])


def _in_words(item: str) -> str:
    return item.replace("_", " ")
