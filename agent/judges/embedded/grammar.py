"""Claims as rows of symbols, the kind before its arguments, and which symbols may come next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.claims import CHOICES, KINDS, Claim

NUMBERS: Final = tuple(str(n) for n in range(10))
"""The numbers that a row can hold."""
OTHER: Final = "other"
"""Stands for what claims cannot say."""
SYMBOLS: Final = tuple(
    dict.fromkeys([*KINDS, *(name for names in CHOICES.values() for name in names), *NUMBERS, OTHER])
)
"""All symbols; a row has their places."""
LONGEST: Final = 16
"""Symbols of a row."""
_PLACE: Final = {symbol: i for i, symbol in enumerate(SYMBOLS)}


def row_of(short: str) -> tuple[int, ...] | None:
    """A claim in short form as a row; None where it is too long or has a number that rows do not hold.

    >>> [SYMBOLS[i] for i in row_of("and (gain wood 2) (asleep)")]
    ['and', 'gain', 'wood', '2', 'asleep']
    """
    symbols = short.replace("(", "").replace(")", "").split()
    if len(symbols) > LONGEST or not all(symbol in _PLACE for symbol in symbols):
        return None
    return tuple(_PLACE[symbol] for symbol in symbols)


def claim_of(row: Sequence[int]) -> Claim | None:
    """The claim of a whole row; None where it holds something that claims cannot say."""
    symbols = [SYMBOLS[i] for i in row]
    return None if OTHER in symbols else _claim(symbols)[0]


def _claim(symbols: list[str]) -> tuple[Claim, list[str]]:
    kind, rest, arguments = symbols[0], symbols[1:], list[str | int | Claim]()
    for what in KINDS[kind]:
        if what == "claim":
            inner, rest = _claim(rest)
            arguments.append(inner)
        else:
            arguments.append(int(rest[0]) if what == "n" else rest[0])
            rest = rest[1:]
    return Claim(kind, tuple(arguments)), rest


def expected(row: Sequence[int]) -> tuple[str, ...]:
    """What the rest of a row must hold, in order; empty where it is whole."""
    missing: tuple[str, ...] = ("claim",)
    for place in row:
        what, missing = missing[0], missing[1:]
        if what == "claim":
            missing = (*KINDS.get(SYMBOLS[place], ()), *missing)
    return missing


@cache
def allowed(what: str) -> NDArray[np.bool_]:
    """Which symbols may stand for something, bool[SYMBOLS]."""
    names = {"claim": (*KINDS, OTHER), "n": NUMBERS}.get(what) or CHOICES[what]
    return np.array([symbol in names for symbol in SYMBOLS])
