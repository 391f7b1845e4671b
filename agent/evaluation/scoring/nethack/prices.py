"""What a shopkeeper's offer tells of a thing: by MaestroMotif's rule, and by NetHack's own prices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

BASE_PRICES: Final[Mapping[str, frozenset[int]]] = {
    "potion": frozenset((50, 100, 150, 200, 250, 300)),
    "scroll": frozenset((20, 50, 60, 80, 100, 200, 300)),
    "ring": frozenset((100, 150, 200, 300)),
    "cloak": frozenset((50, 60)),
    "boots": frozenset((8, 30, 50)),
    "wand": frozenset((100, 150, 175, 200, 500)),
    "helmet": frozenset((10, 50)),
}
"""Kind -> base prices at which MaestroMotif's evaluation takes a thing as identified; game facts."""

_OFFER: Final = re.compile(
    r"offers (?P<only>only )?(?P<price>\d+) gold pieces? for (your )?(?P<what>.+?)\.? +Sell"
)
_SHARES: Final = ((1, 2), (3, 8))
"""Fractions of the base price that may be offered."""
_NUMBER: Final = re.compile(r"(\d+) ")
_APPEARANCES: Final[Mapping[str, tuple[str, ...]]] = {
    "cloak": ("tattered cape", "opera cloak", "ornamental cope", "piece of cloth"),
    "helmet": ("plumed helmet", "etched helmet", "crested helmet", "visored helmet"),
    "gloves": ("old gloves", "padded gloves", "riding gloves", "fencing gloves"),
    "boots": (
        "combat boots", "jungle boots", "hiking boots", "mud boots", "buckled boots", "riding boots",
        "snow boots",
    ),
}  # fmt: skip
"""Kind -> appearances that are shuffled among its things in every game."""
_CLASSES: Final = {
    "potion": re.compile(r"^\S+(?<!clear) potions?$|^\S+ \S+ potions?$"),
    "scroll": re.compile(r"^scrolls? labell?ed "),
    "wand": re.compile(r"^\S+ wands?$"),
    "ring": re.compile(r"^\S+(?: \S+)? rings?$"),
}


def told_by_rule(offer: str) -> bool:
    """Whether MaestroMotif's rule takes the thing in an offer as identified.

    One unidentified thing of a kind in `BASE_PRICES` counts when twice the offer is one of its prices.

    >>> told_by_rule("Asidonhopo offers 10 gold pieces for your scroll labeled FOOBIE.  Sell it?")
    True
    >>> told_by_rule("Asidonhopo offers 6 gold pieces for your scroll labeled FOOBIE.  Sell it?")
    False
    """
    words = offer.split()
    try:
        price = int(words[words.index("gold") - 1])
        kind = (
            words[words.index("your") + 1]
            if "scroll" in offer
            else words[words.index("Sell") - 1].replace(".", "")
        )
    except (ValueError, IndexError):
        return False
    return price * 2 in BASE_PRICES.get(kind, ())


def kinds_possible(offer: str) -> tuple[str, ...]:
    """What the thing in an offer may be by its looks and its price; empty where that cannot be told.

    A shopkeeper offers a half of the base price of all that is offered, or three eighths, rounded, as
    NetHack 3.6.7 does for a player who is no tourist and wears neither dunce cap nor bare shirt. An offer
    cut short by an empty purse tells nothing. Base prices are those of nle's own object table.

    >>> kinds_possible("Asidonhopo offers 10 gold pieces for your scroll labeled FOOBIE.  Sell it?")
    ('identify',)
    """
    found = _OFFER.search(offer)
    if not found or found["only"]:
        return ()
    what = re.sub(r"^(an?|the) |\b(uncursed|cursed|blessed|holy) ", "", found["what"].strip())
    counted = _NUMBER.match(what)
    number = int(counted[1]) if counted else 1
    what = what[counted.end() :] if counted else what
    price = int(found["price"])
    return tuple(
        name
        for name, base in _things(_kind_of(re.sub(r"^pair of ", "", what)))
        if price in {_rounded(base * number, of, per) for of, per in _SHARES}
    )


def _rounded(whole: int, of: int, per: int) -> int:
    return max(1, (whole * of * 10 // per + 5) // 10)


def _kind_of(what: str) -> str:
    if " of " in what or " named " in what:
        return ""
    for kind, looks in _APPEARANCES.items():
        if what in looks:
            return kind
    return next((kind for kind, pattern in _CLASSES.items() if pattern.search(what)), "")


@cache
def _things(kind: str) -> tuple[tuple[str, int], ...]:
    """Name and base price of everything that has the looks of a kind."""
    from nle import nethack

    classes = {
        "potion": nethack.POTION_CLASS,
        "scroll": nethack.SCROLL_CLASS,
        "wand": nethack.WAND_CLASS,
        "ring": nethack.RING_CLASS,
    }
    found = []
    for number in range(nethack.NUM_OBJECTS):
        thing = nethack.objclass(number)
        name, looks = nethack.OBJ_NAME(thing), nethack.OBJ_DESCR(thing)
        if not name or not looks or name in ("water", "blank paper", "mail"):
            continue
        if (kind in classes and ord(thing.oc_class) == classes[kind]) or looks in _APPEARANCES.get(kind, ()):
            found.append((name, int(thing.oc_cost)))
    return tuple(found)
