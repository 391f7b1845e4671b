"""Tasks that the judge is never trained on, in three groups, to see how far it carries."""

from __future__ import annotations

from typing import Final

from agent.judges.embedded.claims import Claim, read_claim

NEW_COUNT: Final = (
    "gain stone 3", "gain wood 4", "have stone 2", "have wood 4", "have coal 2", "see tree 5", "row tree 4",
)  # fmt: skip
"""Known verbs and things with another number."""
NEW_ITEM: Final = (
    "gain coal 1",
    "gain stone_sword 1",
    "near furnace",
    "see diamond 1",
    "facing iron",
    "at table",
)
"""Known verbs with a thing that they were never learned with; any number of it is new."""
NEW_COMPOSITION: Final = (
    "and (have stone 3) (near table)",
    "and (have wood_pickaxe 1) (at water)",
    "and (enclosed) (light dark)",
    "and (gain wood 1) (steady health)",
    "and (have sapling 1) (see cow 1)",
    "and (gain stone 1) (not (see zombie 1))",
    "beside table water",
    "beside table furnace",
    "beside sand tree",
    "gap tree",
    "sides water 3",
)
"""Known parts that were never learned together, things in places to each other included."""
GROUPS: Final = {"new_count": NEW_COUNT, "new_item": NEW_ITEM, "new_composition": NEW_COMPOSITION}


def tasks_of(group: str) -> tuple[Claim, ...]:
    """The tasks of a group of `GROUPS`."""
    return tuple(read_claim(short) for short in GROUPS[group])


def is_held_out(claim: Claim) -> bool:
    """Whether a claim is one of these tasks or has one inside."""
    if str(claim) in _WHOLE or _swapped(claim) in _WHOLE or any(map(is_held_out, claim.parts())):
        return True
    return any(_name(atom) in _NEW_ITEMS for atom in claim.atoms()) or _pairs(claim)


def _name(claim: Claim) -> tuple[str, str]:
    return claim.kind, str(claim.arguments[0]) if claim.arguments else ""


def _swapped(claim: Claim) -> str:
    """The same with the two things or claims the other way round."""
    if claim.kind in ("and", "or", "beside"):
        return str(Claim(claim.kind, claim.arguments[::-1]))
    return str(claim)


def _pairs(claim: Claim) -> bool:
    """Whether the claim joins the parts of a task, in whatever number or place."""
    parts = {_name(atom) for atom in claim.atoms()}
    return any(pair <= parts for pair in _PAIRS)


_WHOLE = frozenset(short for group in GROUPS.values() for short in group)
_NEW_ITEMS = frozenset(_name(read_claim(short)) for short in NEW_ITEM)
_PAIRS = tuple(
    frozenset(_name(atom) for atom in read_claim(short).atoms())
    for short in NEW_COMPOSITION
    if short.startswith("and")
)
