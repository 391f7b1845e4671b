"""Tasks by their ids, by the words of their ids and by their phrases."""

import pytest

from envs.errors import UnknownTask
from envs.minecraft.catalogue.phrases import completed, known_task
from envs.minecraft.catalogue.table import load_catalogue
from envs.registry import game_spec

TASKS = load_catalogue().tasks


@pytest.mark.parametrize(
    "text",
    [
        "harvest_wool_with_shears_and_sheep",
        "harvest 1 wool with shears and sheep",
        "Harvest wool with shears and a sheep.",
        "shear a sheep with shears and a sheep nearby",
    ],
)
def test_a_task_is_known_by_all_its_names(text):
    task = known_task(text)
    assert task is not None
    assert task.name == "harvest_wool_with_shears_and_sheep"
    assert dict(task.goal) == {"wool": 1}
    assert dict(task.start) == {"shears": 1, "known.sheep": 1, "in.overworld": 1}


def test_every_id_means_its_task_and_speaks_of_facts_that_there_are():
    facts = game_spec("minecraft").fact_index
    for task in TASKS:
        known = known_task(task.id)
        assert known is not None and known.name == task.id
        assert set(known.goal) <= set(facts)
        assert set(known.start) <= set(facts), task.id


def test_every_phrase_means_a_task_with_the_same_goal_and_start():
    for task in TASKS:
        named, meant = known_task(task.phrase), known_task(task.id)
        assert named is not None and meant is not None
        if any(target.replace("_", " ") in task.phrase for target in task.targets):
            assert (named.goal, named.start) == (meant.goal, meant.start), task.id


def test_what_is_carried_already_is_wanted_on_top():
    start = {task.id: dict(task.carried) for task in TASKS}
    assert start["harvest_1_furnace_with_crafting_table"] == {"crafting_table": 1}
    task = known_task("techtree_from_wood_to_stone_pickaxe")
    assert task is not None
    assert task.start["pickaxe.tier"] == 1
    assert task.notes == ("the task is done when it has been used as well",)


def test_fights_begin_where_the_mob_is():
    task = known_task("combat_blaze_nether_iron_armors_iron_sword_shield")
    assert task is not None
    assert (dict(task.goal), task.start["in.nether"], task.start["sword.tier"]) == ({"killed.blaze": 1}, 1, 3)
    assert "in.overworld" not in task.start


def test_what_cannot_be_had_says_why():
    task = known_task("obtain 8 grass")
    assert task is not None
    assert task.notes[0].startswith("grass cannot be had: a block of grass drops itself only to")


def test_an_unknown_id_suggests_close_ones_and_other_words_are_left_to_others():
    with pytest.raises(
        UnknownTask,
        match=r"^MineDojo has no task 'harvest_1_wol'; did you mean 'harvest_1_wool'.*\? There are 1,572",
    ):
        known_task("harvest_1_wol")
    for text in ("", "harvest", "iron pickaxe", "3 torches and a bed", "x" * 400, "survive_the_night"):
        assert known_task(text) is None


def test_tools_bring_their_tiers_and_nothing_given_is_overwritten():
    assert completed({"stone_pickaxe": 1, "golden_axe": 2, "axe.tier": 3, "in.end": 1}) == {
        "stone_pickaxe": 1, "golden_axe": 2, "pickaxe.tier": 2, "axe.tier": 3, "in.end": 1,
    }  # fmt: skip
