"""The claims that the judge is trained on: all single ones, and many put together by chance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.heldout import is_held_out
from agent.judges.embedded.claims import THINGS, Claim, both, no
from agent.judges.embedded.compare import Attempts, probability, visible
from agent.judges.embedded.lexicon import GOODS, TOOLS
from agent.judges.embedded.sight import FACINGS, LIGHTS
from envs.crafter.spec import LEVELS

FEWEST: Final = 6
"""Attempts that a claim must hold of, and not hold of, to be learned from."""
_SPATIAL: Final = (
    "water",
    "grass",
    "stone",
    "path",
    "sand",
    "tree",
    "lava",
    "coal",
    "iron",
    "table",
    "furnace",
)
_PLACES: Final = ("see", "near", "at", "facing", "gap")


def single_claims() -> list[Claim]:
    """Every claim that holds no other."""
    return [Claim(kind, arguments) for kind, arguments in [*_of_items(), *_of_things(), *_of_state()]]


def _of_items() -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for item in GOODS:
        for n in range(1, 6):
            yield from ((kind, (item, n)) for kind in ("gain", "ever", "atmost"))
            yield "exactly", (item, n - 1)
        yield from (("have", (item, n)) for n in range(1, 10))
        yield from (("lose", (item, n)) for n in range(1, 4))
        yield "never_gain", (item,)
    for tool in TOOLS:
        yield from ((kind, (tool, 1)) for kind in ("gain", "have"))
        yield "exactly", (tool, 0)
    for bar in LEVELS:
        yield from ((kind, (bar, n)) for kind in ("gain", "lose") for n in range(1, 4))
        yield from ((kind, (bar, n)) for kind in ("have", "atmost", "exactly") for n in range(1, 10))
        yield "steady", (bar,)
    yield from (("never_gain", (bar,)) for bar in ("food", "drink"))


def _of_things() -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for thing in THINGS:
        yield from (("see", (thing, n)) for n in range(1, 6))
        yield from ((kind, (thing,)) for kind in ("near", "at", "facing"))
        yield from (("side", (thing, side)) for side in FACINGS)
    for thing in (*_SPATIAL, "cow", "sapling", "plant"):
        yield from (("sides", (thing, n)) for n in (2, 3, 4))
        yield from (("row", (thing, n)) for n in (2, 3, 4, 5))
        yield "gap", (thing,)
    names = (*_SPATIAL, "diamond", "cow", "sapling", "plant", "zombie")
    yield from (
        ("beside", pair) for one, other in combinations(names, 2) for pair in ((one, other), (other, one))
    )
    yield from (("beside", (thing, thing)) for thing in _SPATIAL)


def _of_state() -> Iterator[tuple[str, tuple[str | int, ...]]]:
    yield from (("light", (light,)) for light in LIGHTS)
    yield from ((kind, ()) for kind in ("enclosed", "asleep", "slept", "woke"))


PLACED: Final = (
    "and (lose wood 1) (near table)", "and (lose stone 1) (near furnace)",
    "and (lose stone 1) (near stone)", "and (lose sapling 1) (see sapling 1)",
)  # fmt: skip
"""What placing something looks like."""


def draw_claims(attempts: Attempts, rng: np.random.Generator, joined: int) -> list[Claim]:
    """Claims that hold of some attempts and not of others: the single ones, their opposites, and joined ones.

    Args:
        attempts: what is to be seen in them.
        rng: draws what is joined.
        joined: how many are.
    """
    singles = [claim for claim in single_claims() if not is_held_out(claim)]
    truth = {claim: probability(claim, attempts) > 0.5 for claim in singles}
    singles = [claim for claim in singles if _mixed(truth[claim])]
    weights = np.array([1 / sum(other.kind == claim.kind for other in singles) for claim in singles])
    claims, tried = [*singles, *(no(claim) for claim in singles if deniable(claim))], set[str]()
    wanted = len(claims) + joined
    for _ in range(50 * joined):
        if len(claims) == wanted:
            break
        parts = rng.choice(len(singles), 3, replace=False, p=weights / weights.sum())
        claim, holds = _joined([singles[i] for i in parts], truth, rng)
        if str(claim) not in tried and _mixed(holds) and not is_held_out(claim):
            tried.add(str(claim))
            claims.append(claim)
    return claims


def deniable(claim: Claim) -> bool:
    """Whether a claim is learned in the negative, too."""
    return claim.kind in (
        "see",
        "near",
        "at",
        "facing",
        "enclosed",
        "light",
        "asleep",
        "slept",
        "have",
        "beside",
    )


def _mixed(holds: NDArray[np.bool_]) -> bool:
    return FEWEST <= int(holds.sum()) <= len(holds) - FEWEST


def _joined(
    parts: list[Claim], truth: dict[Claim, NDArray[np.bool_]], rng: np.random.Generator
) -> tuple[Claim, NDArray[np.bool_]]:
    """Two claims put together, at times three, at times with one of them denied."""
    one, other, third = parts
    way = rng.random()
    if way < 0.08:
        return Claim("or", (one, other)), truth[one] | truth[other]
    if way < 0.38:
        return both(one, no(other)), truth[one] & ~truth[other]
    if way < 0.5:
        return both(one, both(other, third)), truth[one] & truth[other] & truth[third]
    return both(one, other), truth[one] & truth[other]


def neighbours(claim: Claim, claims: dict[str, list[Claim]]) -> list[Claim]:
    """Claims that differ in one number or name; `claims`: the pool by `family`."""
    return [other for key in family(claim) for other in claims.get(key, ()) if other != claim]


def family(claim: Claim) -> list[str]:
    """Keys that a claim shares with those that differ from it in one argument."""
    if claim.parts():
        return []
    return [
        " ".join([claim.kind, *("*" if i == k else str(v) for i, v in enumerate(claim.arguments))])
        for k in range(len(claim.arguments))
    ]


def holds_of(claim: Claim, attempts: Attempts) -> NDArray[np.bool_]:
    """Whether a claim holds, exactly; bool[n]."""
    holds: NDArray[np.bool_] = probability(claim, attempts) > 0.5
    return holds


def settled(claim: Claim, all_cells: Attempts, without_hidden: Attempts) -> NDArray[np.bool_]:
    """Whether pictures settle the claim: nothing hangs on hidden cells or on moments that are not shown."""
    same: NDArray[np.bool_] = holds_of(claim, all_cells) == holds_of(claim, without_hidden)
    clear: NDArray[np.bool_] = same & visible(claim, all_cells)
    return clear
