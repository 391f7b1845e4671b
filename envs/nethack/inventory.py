"""What the player carries: letters, classes and descriptions, read again only after a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from nle import nethack
from numpy.typing import NDArray

from envs.nethack.spec import ITEM_COUNTS

_COUNT = re.compile(r"(\d+) ")
_KEYS = ("key", "lock pick", "credit card")
_HEALING = re.compile(r"potions? of (extra |full )?healing")
_DIGGERS = ("pick-axe", "dwarvish mattock")
_CLASS_NAMES: Final = {
    nethack.WEAPON_CLASS: "weapons",
    nethack.ARMOR_CLASS: "armor",
    nethack.RING_CLASS: "rings",
    nethack.AMULET_CLASS: "amulets",
    nethack.TOOL_CLASS: "tools",
    nethack.FOOD_CLASS: "food",
    nethack.POTION_CLASS: "potions",
    nethack.SCROLL_CLASS: "scrolls",
    nethack.SPBOOK_CLASS: "spellbooks",
    nethack.WAND_CLASS: "wands",
    nethack.GEM_CLASS: "gems",
}
_INDEX = {name: i for i, name in enumerate(ITEM_COUNTS)}
_NEW_ITEMS = _INDEX["new_items"]
_STATE = re.compile(r"^(an?|the|\d+) |\b(uncursed|cursed|blessed) | \(.*\)| named .*|[+-]\d+ |s\b")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the inventory.

    Attributes:
        letter: what it is chosen by.
        kind: a name out of `spec.ITEM_COUNTS`, empty for other classes.
        text: the game's description.
        quantity: how many.
    """

    letter: str
    kind: str
    text: str
    quantity: int

    @property
    def worn(self) -> bool:
        """Worn on the body or on a hand."""
        return "(being worn)" in self.text or "(on " in self.text or "embedded in your skin" in self.text


class _Line(NamedTuple):
    """What one line of the inventory says.

    Attributes:
        item: the thing.
        known_as: its letter and plain description, see `_plain`.
        counted: index into `spec.ITEM_COUNTS` and number, for each count that it adds to but for new items.
    """

    item: Item
    known_as: tuple[str, str]
    counted: tuple[tuple[int, int], ...]


class Inventory:
    """The inventory as last read.

    Attributes:
        items: in the game's order.
        counts: int32, quantities in the order of `spec.ITEM_COUNTS`.
    """

    def __init__(self) -> None:
        self.items: tuple[Item, ...] = ()
        self.counts = np.zeros(len(ITEM_COUNTS), np.int32)
        self._lines: list[_Line] = []
        self._raw = b""
        self._first: frozenset[tuple[str, str]] = frozenset()

    def begin(self, letters: NDArray[np.uint8], classes: NDArray[np.uint8], lines: NDArray[np.uint8]) -> None:
        """Read the inventory that an episode starts with."""
        self._raw, self._first = b"", frozenset()
        self.read(letters, classes, lines)
        self._first = frozenset(line.known_as for line in self._lines)
        self.counts[_NEW_ITEMS] = 0

    def read(self, letters: NDArray[np.uint8], classes: NDArray[np.uint8], lines: NDArray[np.uint8]) -> bool:
        """Take in nle's ``inv_letters``, ``inv_oclasses`` and ``inv_strs``; says whether anything changed."""
        raw = lines.tobytes()
        if raw == self._raw:
            return False
        self._raw = raw
        length = lines.shape[1]
        self._lines = [
            _read_line(letter, kind, raw[i * length : (i + 1) * length])
            for i, (letter, kind) in enumerate(
                zip(letters.tobytes().partition(b"\0")[0], classes.tolist(), strict=False)
            )
        ]
        self.items = tuple(line.item for line in self._lines)
        counts = [0] * len(ITEM_COUNTS)
        for line in self._lines:
            for at, count in line.counted:
                counts[at] += count
            counts[_NEW_ITEMS] += self.is_new(line.item)
        self.counts[:] = counts
        return True

    def is_new(self, item: Item) -> bool:
        """Not among what the episode started with."""
        return item.letter != "$" and (item.letter, _plain(item.text)) not in self._first


@lru_cache(maxsize=4096)
def _read_line(letter: int, kind: int, line: bytes) -> _Line:
    """The line of the inventory with a letter, an object class and a description that ends at a zero."""
    text = line.partition(b"\0")[0].decode("latin-1")
    found = _COUNT.match(text)
    item = Item(chr(letter), _CLASS_NAMES.get(kind, ""), text, int(found[1]) if found else 1)
    counts = dict.fromkeys(ITEM_COUNTS, 0)
    if item.kind:
        counts[item.kind] = item.quantity
    counts["keys"] = int(any(word in text for word in _KEYS))
    counts["pick_axes"] = int(any(word in text for word in _DIGGERS))
    counts["corpses"] = item.quantity if "corpse" in text else 0
    counts["worn"] = int(item.worn)
    counts["healing_potions"] = item.quantity if _HEALING.search(text) else 0
    counted = tuple((_INDEX[name], count) for name, count in counts.items() if count)
    return _Line(item, (item.letter, _plain(text)), counted)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """A description without number, curse, bonus and state, to tell whether it is the same thing.

    >>> _plain("a +1 long sword (weapon in hand)") == _plain("a long sword")
    True
    """
    return _STATE.sub("", text)
