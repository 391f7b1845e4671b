"""What the player carries: letters, classes and descriptions, read again only after a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

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


class Inventory:
    """The inventory as last read.

    Attributes:
        items: in the game's order.
        counts: int32, quantities in the order of `spec.ITEM_COUNTS`.
    """

    def __init__(self) -> None:
        self.items: tuple[Item, ...] = ()
        self.counts = np.zeros(len(ITEM_COUNTS), np.int32)
        self._raw = b""
        self._first: frozenset[tuple[str, str]] = frozenset()

    def begin(self, letters: NDArray[np.uint8], classes: NDArray[np.uint8], lines: NDArray[np.uint8]) -> None:
        """Read the inventory that an episode starts with."""
        self._raw, self._first = b"", frozenset()
        self.read(letters, classes, lines)
        self._first = frozenset((item.letter, _plain(item.text)) for item in self.items)
        self._count()

    def read(self, letters: NDArray[np.uint8], classes: NDArray[np.uint8], lines: NDArray[np.uint8]) -> bool:
        """Take in nle's ``inv_letters``, ``inv_oclasses`` and ``inv_strs``; says whether anything changed."""
        raw = lines.tobytes()
        if raw == self._raw:
            return False
        self._raw = raw
        items = []
        for letter, kind, line in zip(letters.tolist(), classes.tolist(), lines, strict=True):
            if not letter:
                break
            text = line.tobytes().split(b"\0", 1)[0].decode("latin-1")
            count = _COUNT.match(text)
            items.append(Item(chr(letter), _CLASS_NAMES.get(kind, ""), text, int(count[1]) if count else 1))
        self.items = tuple(items)
        self._count()
        return True

    def _count(self) -> None:
        counts = dict.fromkeys(ITEM_COUNTS, 0)
        for item in self.items:
            if item.kind:
                counts[item.kind] += item.quantity
            counts["keys"] += any(word in item.text for word in _KEYS)
            counts["pick_axes"] += any(word in item.text for word in _DIGGERS)
            counts["corpses"] += item.quantity if "corpse" in item.text else 0
            counts["worn"] += item.worn
            counts["healing_potions"] += item.quantity if _HEALING.search(item.text) else 0
            counts["new_items"] += self.is_new(item)
        for name, count in counts.items():
            self.counts[_INDEX[name]] = count

    def is_new(self, item: Item) -> bool:
        """Not among what the episode started with."""
        return item.letter != "$" and (item.letter, _plain(item.text)) not in self._first


_STATE = re.compile(r"^(an?|the|\d+) |\b(uncursed|cursed|blessed) | \(.*\)| named .*|[+-]\d+ |s\b")


def _plain(text: str) -> str:
    """A description without number, curse, bonus and state, to tell whether it is the same thing.

    >>> _plain("a +1 long sword (weapon in hand)") == _plain("a long sword")
    True
    """
    return _STATE.sub("", text)
