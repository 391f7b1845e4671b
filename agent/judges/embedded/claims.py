"""What an attempt is claimed to have brought about, as a value that can be compared with pictures.

A claim in short form is a list of words, such as ``gain wood 3``, ``near table`` or
``and (have stone 2) (not (dark))``: the kind and its arguments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from agent.judges.embedded.sight import COUNTED, CREATURES, FACINGS, LIGHTS, MATERIALS

THINGS: Final = (*MATERIALS[1:], *CREATURES[1:], "plant", "ground")
"""What a cell may show; a plant is a sapling or ripe, ground can be walked on and nobody is there."""

Argument: TypeAlias = "str | int | Claim"

_ITEM, _THING, _N, _SIDE, _CLAIM = "item", "thing", "n", "side", "claim"
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "have": (_ITEM, _N),  # last: at least n
    "exactly": (_ITEM, _N),  # last: n and no more
    "atmost": (_ITEM, _N),  # last: n or fewer
    "gain": (_ITEM, _N),  # from first to last: at least n more
    "lose": (_ITEM, _N),  # from first to last: at least n fewer
    "ever": (_ITEM, _N),  # at some moment: at least n
    "steady": (_ITEM,),  # the course: never fell
    "never_gain": (_ITEM,),  # the course: never rose
    "see": (_THING, _N),  # last: at least n cells in view
    "near": (_THING,),  # last: one of the eight cells around the player
    "at": (_THING,),  # last: one of the four cells beside the player
    "sides": (_THING, _N),  # last: at least n of those four
    "side": (_THING, _SIDE),  # last: the next cell that way
    "facing": (_THING,),  # last: the cell in front of the player
    "beside": (_THING, _THING),  # last: two cells with a common side
    "row": (_THING, _N),  # last: n cells in a straight line
    "gap": (_THING,),  # last: thing, ground, thing in a straight line
    "enclosed": (),  # last: no way in to the player
    "light": ("light",),  # last
    "asleep": (),  # last
    "slept": (),  # at some moment
    "woke": (),  # asleep at some moment, awake at last
    "not": (_CLAIM,),
    "and": (_CLAIM, _CLAIM),
    "or": (_CLAIM, _CLAIM),
}
"""Kind -> what its arguments are."""
COURSE: Final = ("steady", "never_gain")
"""Kinds that speak of every moment between the first and the last."""
SCENE: Final = ("see", "near", "at", "sides", "side", "facing", "beside", "row", "gap", "enclosed")
"""Kinds that speak of cells."""
CHOICES: Final = {_ITEM: COUNTED, _THING: THINGS, _SIDE: FACINGS, "light": LIGHTS}
"""What an argument is -> the names that it may have."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim; see `KINDS`.

    Raises:
        ValueError: no such kind, or arguments that it does not take.
    """

    kind: str
    arguments: tuple[Argument, ...] = ()

    def __post_init__(self) -> None:
        expected = KINDS.get(self.kind)
        if expected is None:
            raise ValueError(f"no kind of claim is called {self.kind!r}; there are {', '.join(KINDS)}")
        if len(expected) != len(self.arguments):
            raise ValueError(f"{self.kind} takes {len(expected)} arguments, not {len(self.arguments)}")
        for what, value in zip(expected, self.arguments, strict=True):
            _check(self.kind, what, value)

    def parts(self) -> tuple[Claim, ...]:
        """The claims inside."""
        return tuple(part for part in self.arguments if isinstance(part, Claim))

    def atoms(self) -> tuple[Claim, ...]:
        """The claims inside that hold none themselves; itself if it is one."""
        parts = self.parts()
        return tuple(atom for part in parts for atom in part.atoms()) if parts else (self,)

    def __str__(self) -> str:
        words = (f"({part})" if isinstance(part, Claim) else str(part) for part in self.arguments)
        return " ".join((self.kind, *words))


def _check(kind: str, what: str, value: Argument) -> None:
    if what == _CLAIM:
        good = isinstance(value, Claim)
    elif what == _N:
        good = isinstance(value, int) and 0 <= value <= 63
    else:
        good = value in CHOICES[what]
    if not good:
        raise ValueError(f"{kind}: {value!r} is no {what}")


def read_claim(short: str) -> Claim:
    """A claim from its short form. Raises `ValueError`.

    >>> str(read_claim("and (have stone 2) (not (asleep))"))
    'and (have stone 2) (not (asleep))'
    """
    words = re.findall(r"[()]|[^\s()]+", short)
    claim, rest = _read(words)
    if rest:
        raise ValueError(f"{short!r}: {' '.join(rest)!r} is left over")
    return claim


def _read(words: list[str]) -> tuple[Claim, list[str]]:
    if not words or words[0] in "()":
        raise ValueError(f"expected a kind of claim, found {' '.join(words) or 'nothing'!r}")
    kind, rest, arguments = words[0], words[1:], list[Argument]()
    while rest and rest[0] != ")":
        if rest[0] == "(":
            inner, rest = _read(rest[1:])
            if not rest or rest[0] != ")":
                raise ValueError("a parenthesis is not closed")
            arguments.append(inner)
        else:
            arguments.append(int(rest[0]) if rest[0].isdigit() else rest[0])
        rest = rest[1:]
    return Claim(kind, tuple(arguments)), rest


def both(first: Claim, second: Claim) -> Claim:
    """Two claims that hold together."""
    return Claim("and", (first, second))


def no(claim: Claim) -> Claim:
    """The opposite."""
    return Claim("not", (claim,))
