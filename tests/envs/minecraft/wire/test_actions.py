"""Eight numbers as the commands of ticks; that the package does the same is tested with ``--minedojo``."""

from __future__ import annotations

import pytest

from envs.minecraft.wire.actions import LAGGING, NOTHING, made_items, sizes, ticks_of
from envs.minecraft.wire.commands import Commands

CARRIED = ["log", "air", *["stone"] * 34]


def of(*action: int) -> tuple[Commands, ...]:
    return ticks_of(action, CARRIED).commands


def test_walking_and_turning_take_a_tick() -> None:
    assert of(2, 1, 3, 11, 14, 0, 0, 0) == (
        Commands(back=True, left=True, sprint=True, pitch=-15.0, yaw=30.0),
    )
    assert of(0, 2, 2, 12, 12, 3, 0, 0) == (Commands(right=True, sneak=True, attack=True),)


@pytest.mark.parametrize(
    ("item", "way"), [("planks", "craft"), ("furnace", "craft_nearby"), ("glass", "smelt_nearby")]
)
def test_what_is_made_takes_three_ticks_and_what_it_needs_beside(item: str, way: str) -> None:
    number = made_items().index(item)
    assert of(0, 0, 0, 12, 12, 4, number, 0) == (Commands(**{way: item}), NOTHING, NOTHING)


def test_slots_are_named_by_what_is_in_them() -> None:
    assert of(0, 0, 0, 12, 12, 5, 0, 0)[0] == Commands(equip="log")
    assert of(0, 0, 0, 12, 12, 6, 0, 2)[0] == Commands(place="stone")


@pytest.mark.parametrize(
    ("slot", "place"), [(0, "weapon.mainhand"), (8, "hotbar.8"), (9, "inventory.0"), (35, "inventory.26")]
)
def test_a_slot_is_emptied_by_chat(slot: int, place: str) -> None:
    said = f"/replaceitem entity @p slot.{place} minecraft:air 1 0"
    assert of(0, 0, 0, 12, 12, 7, 0, slot)[0].chat == (said,)


@pytest.mark.parametrize(("kind", "verb"), [(5, "equip"), (6, "place"), (7, "destroy")])
def test_an_empty_slot_is_nothing_but_the_rest_is_done(kind: int, verb: str) -> None:
    ticks = ticks_of((1, 0, 0, 12, 12, kind, 0, 1), CARRIED)
    assert ticks.commands == (Commands(forward=True),)
    assert ticks.note == f"{verb}: slot 1 is empty, so nothing was done"


def test_the_sizes_follow_the_steps_of_the_camera() -> None:
    assert sizes(5.0) == (3, 3, 4, 73, 73, 8, 244, 36)
    assert len(LAGGING) == 5
