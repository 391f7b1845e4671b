"""Minecraft's description: names that hang together, and a game that says where it is played."""

import re

import pytest

from envs.errors import BadGameOption
from envs.facts import FAR
from envs.minecraft.direct.actions import BY_ACTION
from envs.minecraft.names import ITEMS, TOOLS, stack_size
from envs.minecraft.places import MOBS, SEEKABLE
from envs.recording.death import Moment, cause_of_death
from envs.registry import game_names, game_spec, make_game

SPEC = game_spec("minecraft")


def test_it_can_be_played_in_the_block_world():
    assert "minecraft" in game_names()
    with pytest.raises(BadGameOption, match="biome' is 'forrest'; did you mean 'forest'"):
        make_game("minecraft", biome="forrest")


def test_everything_that_can_be_placed_or_made_is_an_item_of_the_world():
    assert len(BY_ACTION) == len(SPEC.actions)


def test_no_name_comes_twice():
    assert len(SPEC.fact_index) == len(SPEC.facts)
    assert len(SPEC.action_index) == len(SPEC.actions)
    assert len(set(ITEMS)) == len(ITEMS)


def test_every_item_is_counted_up_to_what_the_slots_hold():
    highs = {fact.name: fact.high for fact in SPEC.facts if fact.kind == "count"}
    assert set(highs) == set(ITEMS)
    assert (highs["log"], highs["bucket"], highs["iron_pickaxe"]) == (36 * 64, 36 * 16, 36)
    assert all(stack_size(tool) == 1 for tool in TOOLS)


def test_whatever_is_looked_for_has_its_three_facts():
    facts = {fact.name: fact for fact in SPEC.facts}
    for thing in SEEKABLE:
        assert facts[f"near.{thing}"].kind == "place"
        assert facts[f"known.{thing}"].kind == "known"
        assert (facts[f"distance.{thing}"].kind, facts[f"distance.{thing}"].high) == ("distance", FAR)


def test_what_is_done_is_told_by_events():
    events = [fact.name for fact in SPEC.facts if fact.kind == "event"]
    assert {name.partition(".")[0] for name in events} == {
        "mined",
        "crafted",
        "smelted",
        "placed",
        "killed",
        "eaten",
    }
    assert {f"killed.{mob}" for mob in MOBS} <= set(events)
    assert set(SPEC.achievements) <= set(events)


def test_the_manual_names_no_count_of_a_recipe():
    assert SPEC.manual is not None
    manual = SPEC.manual.read_text(encoding="utf-8")
    counts = r"\b(?:\d+|two|three|four|five|six|seven|eight|nine)"
    assert re.findall(counts + r"\s+(?:planks|sticks?|ingots?|cobblestone|diamonds?|coal)\b", manual) == []


def test_all_that_steps_has_a_way_back():
    assert set(SPEC.moves) <= set(SPEC.actions)
    assert all(SPEC.moves[back] == way for way, back in SPEC.moves.items())
    assert set(SPEC.clears) <= set(SPEC.actions)


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        ({"in.lava": 1, "distance.zombie": 2, "height": 10}, {"in.lava": 1, "height": 10}, "lava deep down"),
        ({"distance.creeper": 2, "distance.zombie": 2}, {"distance.zombie": 2}, "creeper"),
        ({"distance.zombie_villager": 1, "sky": 1, "time": 180}, {"time": 180}, "zombie villager at night"),
        ({"distance.skeleton": 9, "sky": 1}, {}, "skeleton"),
        ({"oxygen": 0}, {}, "want of air"),
        ({"food": 0}, {"food": 0}, "hunger"),
        ({}, {}, ""),
    ],
)
def test_what_a_player_may_have_died_of(before: dict[str, int], after: dict[str, int], cause: str) -> None:
    far = {fact.name: 99 if fact.kind == "distance" else 0 for fact in SPEC.facts}
    safe = far | {"oxygen": 300, "food": 20, "height": 64}
    assert cause_of_death(SPEC, Moment(safe | before, safe | after, "walk_to")) == cause
