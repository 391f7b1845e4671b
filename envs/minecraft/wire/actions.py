"""MineDojo's action of eight numbers as the commands of the ticks that it takes.

With this, a world that is played directly is played as it is through the package. An action that drops,
crafts, equips, places or destroys takes three ticks there, the last two of which do nothing.

Source: ``sim/wrappers/ar_nn/nn_action_space_wrapper.py`` of `minedojo` 0.1; a test plays both side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.wire.commands import Commands

N_CARRIED: Final = 36
"""Slots that an action may name."""

USE, DROP, ATTACK, CRAFT, EQUIP, PLACE, DESTROY = range(1, 8)
"""Values of the sixth number; 0 is nothing."""

SLOT_VERBS: Final = {EQUIP: "equip", PLACE: "place", DESTROY: "destroy"}
LAGGING: Final = frozenset({DROP, CRAFT, EQUIP, PLACE, DESTROY})
"""Kinds of action after which two ticks pass in which nothing is done."""
LAG: Final = 2

NOTHING: Final = Commands()


@dataclass(frozen=True, slots=True)
class Ticks:
    """What an action comes to.

    Attributes:
        commands: of every tick that it takes.
        note: why a part of it was not done; empty mostly.
    """

    commands: tuple[Commands, ...]
    note: str = ""


@cache
def made_items() -> tuple[str, ...]:
    """What the seventh number counts: items made in the hands, then at a table alone, then in a furnace.

    >>> len(made_items()), made_items()[0], made_items().index("crafting_table")
    (244, 'blaze_powder', 7)
    """
    known = load_catalogue()
    at_table = known.at_table - known.by_hand
    return (*sorted(known.by_hand), *sorted(at_table), *sorted(known.in_furnace))


@cache
def _places() -> tuple[int, int]:
    """Where items that take a table begin, and those that take a furnace."""
    known = load_catalogue()
    hands = len(known.by_hand)
    return hands, hands + len(known.at_table - known.by_hand)


def sizes(turn: float = 15.0) -> tuple[int, ...]:
    """How many values each of the eight numbers has, with a camera that turns in steps of `turn` degrees.

    >>> sizes()
    (3, 3, 4, 25, 25, 8, 244, 36)
    """
    turns = int(360 / turn) + 1
    return 3, 3, 4, turns, turns, 8, len(made_items()), N_CARRIED


def ticks_of(action: Sequence[int], carried: Sequence[str], turn: float = 15.0) -> Ticks:
    """The commands of an action.

    Args:
        action: eight numbers, see `sizes`.
        carried: names of what is in the slots that can be named, ``air`` for nothing.
        turn: degrees of one step of the camera.

    >>> [(tick.forward, tick.yaw) for tick in ticks_of((1, 0, 0, 12, 13, 0, 0, 0), ["air"] * 36).commands]
    [(True, 15.0)]
    >>> ticks_of((0, 0, 0, 12, 12, 5, 0, 3), ["air"] * 36).note
    'equip: slot 3 is empty, so nothing was done'
    """
    ahead, aside, stance, pitch, yaw, kind, made, slot = action
    item, note = "", ""
    if kind in SLOT_VERBS:
        item = carried[slot]
        if item == "air":
            kind, note = 0, f"{SLOT_VERBS[kind]}: slot {slot} is empty, so nothing was done"
    first = Commands(
        forward=ahead == 1,
        back=ahead == 2,
        left=aside == 1,
        right=aside == 2,
        jump=stance == 1,
        sneak=stance == 2,
        sprint=stance == 3,
        pitch=pitch * turn - 180.0,
        yaw=yaw * turn - 180.0,
        use=kind == USE,
        drop=kind == DROP,
        attack=kind == ATTACK,
        equip=item if kind == EQUIP else "",
        place=item if kind == PLACE else "",
        chat=(_destroy(slot),) if kind == DESTROY else (),
        **(_made(made) if kind == CRAFT else {}),
    )
    return Ticks((first, *([NOTHING] * LAG if kind in LAGGING else ())), note)


def _made(number: int) -> dict[str, str]:
    item, (tables, furnaces) = made_items()[number], _places()
    way = "craft" if number < tables else "craft_nearby" if number < furnaces else "smelt_nearby"
    return {way: item}


def _destroy(slot: int) -> str:
    """The line of chat with which the package empties a slot."""
    place = "weapon.mainhand" if slot == 0 else f"hotbar.{slot}" if slot <= 8 else f"inventory.{slot - 9}"
    return f"/replaceitem entity @p slot.{place} minecraft:air 1 0"
