# mypy: disable-error-code="no-any-return"
"""How likely a claim holds, given what is seen: the same sums for what is really there and for what is read.

Parts are taken as independent of each other. With probabilities 0 and 1 the result is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded import layout
from agent.judges.embedded.claims import COURSE, Claim
from agent.judges.embedded.sight import CENTRE, COUNTED, COUNTS, FACINGS, LIGHTS, Floats, Sights
from envs.crafter.spec import LEVELS

MOMENTS = 7
"""Pictures of an attempt: first, middle, last and four events."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Pictures of n attempts.

    Attributes:
        sights: all pictures.
        moments: int[n, MOMENTS], rows of `sights` in order of time; where there are fewer pictures, the last
            one again.
        course_seen: bool[n], whether nothing changed between two moments that a third does not show.
    """

    sights: Sights
    moments: NDArray[np.int64]
    course_seen: NDArray[np.bool_]

    @property
    def first(self) -> Sights:
        """The first pictures."""
        return self.sights[self.moments[:, 0]]

    @property
    def last(self) -> Sights:
        """The last pictures."""
        return self.sights[self.moments[:, -1]]


def probability(claim: Claim, attempts: Attempts) -> Floats:
    """How likely a claim holds of each attempt, float32[n]."""
    chance = _RULES[claim.kind]
    return np.clip(chance(attempts, *claim.arguments), 0, 1).astype(np.float32)


def visible(claim: Claim, attempts: Attempts) -> NDArray[np.bool_]:
    """Whether pictures can settle the claim, bool[n]: of the course they cannot where moments are missing.

    A fall that is seen settles that something fell, whatever else is missing. Nor can they where a bar had no
    room to rise: who eats on a full stomach looks like who does not.
    """
    seen = np.ones(len(attempts.moments), np.bool_)
    for atom in claim.atoms():
        if atom.kind in COURSE:
            seen &= attempts.course_seen | (probability(atom, attempts) < 0.5)
    return seen & has_room(claim, attempts)


def has_room(claim: Claim, attempts: Attempts) -> NDArray[np.bool_]:
    """Whether no bar that the claim lets rise was full in the first picture, bool[n]."""
    room = np.ones(len(attempts.moments), np.bool_)
    for bar in highest_at_start(claim):
        room &= _numbers(attempts.first, bar)[:, -1] < 0.5
    return room


def highest_at_start(claim: Claim) -> dict[str, int]:
    """Bar -> the value up to which it may stand at first, of those that the claim lets rise.

    >>> from agent.judges.embedded.claims import read_claim
    >>> highest_at_start(read_claim("and (gain food 2) (gain wood 1)"))
    {'food': 7}
    """
    most: dict[str, int] = {}
    for atom in claim.atoms():
        if atom.kind == "gain" and atom.arguments[0] in LEVELS:
            bar, n = str(atom.arguments[0]), int(str(atom.arguments[1]))
            most[bar] = min(most.get(bar, COUNTS - 1), COUNTS - 1 - n)
    return most


def _numbers(sights: Sights, item: str) -> Floats:
    return sights.counts[:, COUNTED.index(item)]


def _have(attempts: Attempts, item: str, n: int) -> Floats:
    return _numbers(attempts.last, item)[:, n:].sum(1)


def _exactly(attempts: Attempts, item: str, n: int) -> Floats:
    return _numbers(attempts.last, item)[:, n] if n < COUNTS else np.zeros(len(attempts.moments), np.float32)


def _at_most(attempts: Attempts, item: str, n: int) -> Floats:
    return _numbers(attempts.last, item)[:, : n + 1].sum(1)


def _rise(before: Floats, after: Floats, n: int) -> Floats:
    """That a number rose by at least n; float32[..., COUNTS] each."""
    reach = np.tril(np.ones((COUNTS, COUNTS), np.float32), -n)  # row: after, column: before
    return np.einsum("...a,ab,...b->...", after, reach, before)


def _gain(attempts: Attempts, item: str, n: int) -> Floats:
    return _rise(_numbers(attempts.first, item), _numbers(attempts.last, item), n)


def _lose(attempts: Attempts, item: str, n: int) -> Floats:
    return _rise(_numbers(attempts.last, item), _numbers(attempts.first, item), n)


def _course(attempts: Attempts, item: str) -> Floats:
    """Float32[n, MOMENTS, COUNTS]."""
    return attempts.sights.counts[:, COUNTED.index(item)][attempts.moments]


def _ever(attempts: Attempts, item: str, n: int) -> Floats:
    return _course(attempts, item)[:, :, n:].sum(2).max(1)


def _changes(attempts: Attempts, item: str, fell: bool) -> Floats:
    """That it fell, or rose, from one moment to the next; float32[n, MOMENTS - 1].

    The same picture twice shows no change, however unsure its reading is.
    """
    course = _course(attempts, item)
    before, after = course[:, :-1], course[:, 1:]
    change = _rise(after, before, 1) if fell else _rise(before, after, 1)
    return np.where(attempts.moments[:, 1:] == attempts.moments[:, :-1], 0, change).astype(np.float32)


def _steady(attempts: Attempts, item: str) -> Floats:
    return np.prod(1 - _changes(attempts, item, True), axis=1)


def _never_gain(attempts: Attempts, item: str) -> Floats:
    return np.prod(1 - _changes(attempts, item, False), axis=1)


def _see(attempts: Attempts, thing: str, n: int) -> Floats:
    return layout.at_least(attempts.last.thing(thing), n)


def _near(attempts: Attempts, thing: str) -> Floats:
    return layout.at_least(attempts.last.thing(thing)[:, list(layout.AROUND)], 1)


def _sides(attempts: Attempts, thing: str, n: int) -> Floats:
    return layout.at_least(attempts.last.thing(thing)[:, list(layout.NEXT)], n)


def _at(attempts: Attempts, thing: str) -> Floats:
    return _sides(attempts, thing, 1)


def _side(attempts: Attempts, thing: str, side: str) -> Floats:
    return attempts.last.thing(thing)[:, layout.NEXT[FACINGS.index(side)]]


def _facing(attempts: Attempts, thing: str) -> Floats:
    last = attempts.last
    return (last.thing(thing)[:, list(layout.NEXT)] * last.facing).sum(1)


def _beside(attempts: Attempts, one: str, other: str) -> Floats:
    last = attempts.last
    return layout.any_pair(last.thing(one), last.thing(other), both_ways=one != other)


def _row(attempts: Attempts, thing: str, n: int) -> Floats:
    return layout.any_line([attempts.last.thing(thing)] * n)


def _gap(attempts: Attempts, thing: str) -> Floats:
    shown, ground = attempts.last.thing(thing), attempts.last.thing("ground")
    ground[:, CENTRE] = 1
    return layout.any_line([shown, ground, shown])


def _enclosed(attempts: Attempts) -> Floats:
    return layout.enclosed(attempts.last)


def _light(attempts: Attempts, light: str) -> Floats:
    return attempts.last.light[:, LIGHTS.index(light)]


def _asleep(attempts: Attempts) -> Floats:
    return attempts.last.asleep


def _slept(attempts: Attempts) -> Floats:
    return attempts.sights.asleep[attempts.moments].max(1)


def _woke(attempts: Attempts) -> Floats:
    return _slept(attempts) * (1 - attempts.last.asleep)


def _not(attempts: Attempts, claim: Claim) -> Floats:
    return 1 - probability(claim, attempts)


def _and(attempts: Attempts, one: Claim, other: Claim) -> Floats:
    return probability(one, attempts) * probability(other, attempts)


def _or(attempts: Attempts, one: Claim, other: Claim) -> Floats:
    return 1 - (1 - probability(one, attempts)) * (1 - probability(other, attempts))


_RULES: dict[str, Callable[..., Floats]] = {
    "have": _have, "exactly": _exactly, "atmost": _at_most, "gain": _gain, "lose": _lose, "ever": _ever,
    "steady": _steady, "never_gain": _never_gain, "see": _see, "near": _near, "at": _at, "sides": _sides,
    "side": _side, "facing": _facing, "beside": _beside, "row": _row, "gap": _gap, "enclosed": _enclosed,
    "light": _light, "asleep": _asleep, "slept": _slept, "woke": _woke, "not": _not, "and": _and, "or": _or,
}  # fmt: skip
