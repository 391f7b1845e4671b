"""The symbolic world: real recipes, real fuel, real wear, and nothing for nothing."""

import pytest

from envs.minecraft.names import ITEMS
from envs.minecraft.places import SEEKABLE
from envs.minecraft.sources import BUILT, SOURCES, UNOBTAINABLE, world_of
from envs.minecraft.spec import SPEC
from envs.minecraft.symbolic import Operation, SymbolicWorld, way_of


def do(world: SymbolicWorld, *steps: str) -> list[bool]:
    return [world.do(Operation(*step.split())) for step in steps]


def test_from_a_tree_to_a_wooden_pickaxe():
    world = SymbolicWorld()
    assert do(world, "gather tree log") == [False]  # no tree is near yet
    steps = [
        "find tree",
        *["gather tree log"] * 3,
        *["craft planks"] * 3,
        "craft stick",
        "craft crafting_table",
    ]
    assert all(do(world, *steps))
    assert do(world, "craft wooden_pickaxe", "place crafting_table", "craft wooden_pickaxe") == [
        False,
        True,
        True,
    ]
    facts = world.facts()
    assert {
        "planks": 3,
        "stick": 2,
        "wooden_pickaxe": 1,
        "pickaxe.tier": 1,
        "near.table": 1,
    }.items() <= facts.items()
    assert "log" not in facts and "crafting_table" not in facts
    assert set(facts) <= set(SPEC.fact_index)


def test_a_find_ends_what_was_near_and_the_table_is_remembered():
    world = SymbolicWorld({"crafting_table": 1})
    assert do(world, "find table", "place crafting_table", "find cow", "find table") == [
        False,
        True,
        True,
        True,
    ]
    assert world.facts()["known.table"] == 1
    assert "near.cow" not in world.facts()


def test_hard_blocks_drop_nothing_to_soft_tools():
    world = SymbolicWorld({"wooden_pickaxe": 1})
    assert do(world, "find iron_ore", "gather iron_ore iron_ore") == [True, False]
    world = SymbolicWorld({"golden_pickaxe": 1, "stone_pickaxe": 1})
    assert do(world, "find iron_ore", "gather iron_ore iron_ore") == [True, True]


def test_tools_wear_out():
    world = SymbolicWorld({"wooden_pickaxe": 1})
    assert do(world, "find stone", *["gather stone cobblestone"] * 61) == [True] * 61 + [False]
    assert world.facts() == {"cobblestone": 60, "near.stone": 1, "known.stone": 1, "in.overworld": 1}


def test_a_piece_of_coal_burns_for_eight_and_wood_burns_too():
    world = SymbolicWorld({"furnace": 1, "sand": 10, "coal": 1, "planks": 1})
    assert all(do(world, "place furnace", *["smelt glass"] * 8))
    assert world.facts()["planks"] == 1 and "coal" not in world.facts()
    assert do(world, "smelt glass") == [True]
    assert "planks" not in world.facts() and world.facts()["glass"] == 9
    assert do(world, "smelt glass") == [
        False
    ]  # a plank burns for one and a half, but Malmo asks for fuel in hand


def test_what_mindojo_has_no_action_for_is_not_made():
    world = SymbolicWorld({"gold_block": 1, "cactus": 1, "furnace": 1, "coal": 1})
    assert do(world, "craft gold_ingot", "place furnace", "smelt dye", "craft bedrock") == [
        False,
        True,
        False,
        False,
    ]


def test_ways_are_told_apart():
    world = SymbolicWorld()
    assert world.do(Operation("find", "sheep"))
    assert not world.do(Operation("gather", "sheep", "wool"))  # takes shears
    assert world.do(Operation("gather", "sheep", "wool", kills=True))
    assert world.facts()["killed.sheep"] == 1
    assert way_of(Operation("gather", "sheep", "log")) is None


def test_the_nether_lies_behind_a_portal_and_back():
    world = SymbolicWorld({"obsidian": 10, "flint_and_steel": 1})
    assert do(world, "find blaze", "reach in.nether") == [False, False]
    assert do(world, "reach near.portal", "reach in.nether", "find blaze", "find cow") == [
        True,
        True,
        True,
        False,
    ]
    assert world.facts()["in.nether"] == 1
    assert do(world, "reach in.overworld", "find portal", "reach in.overworld") == [False, True, True]
    assert world.facts()["in.overworld"] == 1


def test_the_end_is_left_only_over_the_dragon():
    world = SymbolicWorld({"ender_eye": 15, "iron_pickaxe": 1, "bow": 1, "arrow": 64, "ender_pearl": 1})
    steps = ["reach near.end_portal", "reach in.end", "reach in.overworld", "find chorus_plant"]
    assert do(world, *steps) == [True, True, False, False]
    steps = ["find ender_dragon", "reach killed.ender_dragon", "find chorus_plant", "reach in.overworld"]
    assert do(world, *steps) == [True] * 4
    assert "ender_pearl" not in world.facts()


def test_nothing_changes_where_something_is_lacking_and_equal_seeds_drop_alike():
    for step in ("craft planks", "smelt glass", "place furnace", "reach nether_star", "reach near.obsidian"):
        world = SymbolicWorld({"dirt": 1})
        before = world.facts()
        assert do(world, step) == [False]
        assert world.facts() == before
    drops = []
    for _ in range(2):
        world = SymbolicWorld(seed=5)
        do(world, "find melon", *["gather melon melon"] * 5)
        drops.append(world.facts()["melon"])
    assert drops[0] == drops[1]


def test_an_operation_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match=r"^no way to eat 'apple' here; known verbs: find, gather"):
        SymbolicWorld().do(Operation("eat", "apple"))


def test_a_world_is_made_of_facts():
    facts = {"planks": 3, "pickaxe.tier": 3, "near.table": 1, "killed.ender_dragon": 1, "in.end": 1}
    found = SymbolicWorld.where(facts).facts()
    assert facts.items() <= found.items()
    assert found["iron_pickaxe"] == 1 and found["known.table"] == 1


def test_the_table_of_sources_speaks_of_what_there_is():
    ways = {(way.thing, way.drop, way.kills) for way in SOURCES}
    assert len(ways) == len(SOURCES)
    for way in SOURCES:
        assert way.thing in SEEKABLE and way.drop in ITEMS
        assert 1 <= way.low <= way.high
        assert world_of(way.thing)
    assert not {way.drop for way in SOURCES} & UNOBTAINABLE.keys()
    assert set(SEEKABLE) >= BUILT
