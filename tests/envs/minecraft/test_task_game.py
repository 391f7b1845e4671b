"""MineDojo's tasks in the block world without the package: what they begin with, and when they are done."""

from __future__ import annotations

import numpy as np
import pytest

from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.spec import SPEC
from envs.minecraft.task_game import TaskGame, is_done, start_of
from envs.minecraft.world import BlockWorld, Start
from envs.registry import make_game

SHEEP = Focus(seek=("sheep",), explore="plains")
TASKS = load_catalogue().task


def test_a_task_begins_with_what_it_begins_with_and_ends_when_it_is_done() -> None:
    game = make_game("minecraft", task="harvest 1 wool with shears and sheep")
    assert isinstance(game, TaskGame)
    game.reset(11, 200)
    assert game.facts()["hand.shears"] == 1
    assert any(body.name == "sheep" for body in game.world.bodies())
    encoding = np.zeros(SPEC.encoding_size, np.float32)
    for number in range(200):
        if game.status is not EndStatus.RUNNING:
            break
        game.encode(SHEEP, encoding)
        near = game.facts()["near.sheep"]
        game.step(SPEC.action_index[("face", "use")[number % 2] if near else "walk_to"])
    assert game.status is EndStatus.SUCCESS
    assert game.facts()["wool"] >= 1


def test_fights_begin_at_night_in_armour() -> None:
    start = start_of(TASKS["combat_spider_plains_diamond_armors_diamond_sword_shield"])
    assert (start.time, start.biome, start.mobs) == (18_000, "plains", ("spider",))
    assert {slot: item for slot, item, _ in start.inventory} == {
        0: "diamond_sword", 36: "diamond_boots", 37: "diamond_leggings", 38: "diamond_chestplate",
        39: "diamond_helmet", 40: "shield",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("task", "doing"),
    [
        ("harvest_1_log", "/give @p log 1"),
        ("combat_cow_plains_leather_armors_wooden_sword_shield", ""),
        ("techtree_from_barehand_to_wooden_pickaxe", ""),
    ],
)
def test_nothing_is_done_at_the_start(task: str, doing: str) -> None:
    world = BlockWorld(1)
    world.reset(Start(flat=True, allow_mob_spawn=False))
    assert not is_done(TASKS[task], world)
    if doing:
        world.command(doing)
        assert is_done(TASKS[task], world)


def test_a_harvest_counts_what_was_not_there_at_the_start() -> None:
    task = TASKS["harvest_1_cooked_beef_with_furnace_and_fuel"]
    world = BlockWorld(1)
    world.reset(Start(flat=True, allow_mob_spawn=False, inventory=((0, "cooked_beef", 1),)))
    assert is_done(task, world)


def test_a_tool_must_be_used() -> None:
    game = make_game("minecraft", task="techtree_from_barehand_to_wooden_shovel")
    assert isinstance(game, TaskGame)
    game._start = Start(flat=True, allow_mob_spawn=False, inventory=((3, "wooden_shovel", 1),))
    game.reset(1)
    task = TASKS["techtree_from_barehand_to_wooden_shovel"]
    assert not is_done(task, game.world)
    for action in ("equip_wooden_shovel", *["look_down"] * 6, *["attack"] * 60):
        if game.status is EndStatus.RUNNING:
            game.step(SPEC.action_index[action])
    assert game.status is EndStatus.SUCCESS
