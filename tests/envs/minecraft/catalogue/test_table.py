"""The catalogue: what it holds, and that the package says the same where it is installed."""

import importlib.util
from pathlib import Path

import pytest

from envs.minecraft.catalogue.build import build
from envs.minecraft.catalogue.package import BadPackage, read_package
from envs.minecraft.catalogue.table import FILE, BadCatalogue, Catalogue, load_catalogue
from envs.minecraft.names import CRAFTED, ITEMS, SMELTED

CATALOGUE = load_catalogue()


def test_it_holds_what_the_package_is_known_to_hold():
    kinds = [task.kind for task in CATALOGUE.tasks]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "harvest": 895, "combat": 462, "techtree": 213, "survival": 2,
    }  # fmt: skip
    assert (len(CATALOGUE.items), len(CATALOGUE.task)) == (392, 1572)
    assert (len(CATALOGUE.by_hand), len(CATALOGUE.at_table), len(CATALOGUE.in_furnace)) == (54, 170, 20)
    assert FILE.stat().st_size < 500_000


def test_a_task_has_its_target_its_start_and_its_words():
    task = CATALOGUE.task["harvest_wool_with_shears_and_sheep"]
    assert (task.targets, task.count, task.carried, task.mobs) == (("wool",), 1, (("shears", 1),), ("sheep",))
    assert task.phrase == "shear a sheep with shears and a sheep nearby"
    assert CATALOGUE.task["harvest_8_glass_plains_with_furnace_and_fuel"].carried == (
        ("coal", 50),
        ("furnace", 1),
    )


def test_our_names_are_those_of_the_package():
    assert set(ITEMS) <= CATALOGUE.item.keys()
    assert set(SMELTED) >= CATALOGUE.in_furnace
    assert CATALOGUE.by_hand | CATALOGUE.at_table <= {*CRAFTED, "purple_shulker_box", "spectral_arrow"}
    assert {target for task in CATALOGUE.tasks if task.kind == "harvest" for target in task.targets} <= set(
        ITEMS
    )


def test_the_file_is_read_as_it_was_written():
    assert CATALOGUE.to_json() == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"schema": 7}, "the catalogue has schema 7; expected 1"),
        ({"schema": 1, "items": []}, "the catalogue is damaged: KeyError"),
        (
            {"schema": 1, "items": [["log"]], "crafting": [], "smelting": [], "carried": [], "tasks": []},
            "the catalogue is damaged: ValueError",
        ),
    ],
)
def test_a_damaged_catalogue_is_refused(data, message):
    with pytest.raises(BadCatalogue, match=f"^{message}"):
        Catalogue.from_json(data)


CONSTANTS = """{"craftingRecipes": [
  {"outputItemName": "planks", "outputCount": 4, "recipeSize": 1, "type": "S", "ingredients": {"log": 1}},
  {"outputItemName": "planks", "outputCount": 4, "recipeSize": 1, "type": "S", "ingredients": {"log": 1}},
  {"outputItemName": "air", "outputCount": 0, "recipeSize": 10, "type": "Dyes", "ingredients": {}},
  {"outputItemName": "stone", "outputCount": 4, "recipeSize": 4, "type": "S", "ingredients": {"stone": 4}}],
 "smeltingRecipes": [{"outputItemName": "stone", "out": 1, "ingredients": {"cobblestone": 1}}],
 "items": [{"type": "wooden_pickaxe", "stackSize": 1, "damageable": true, "maxDamage": 59,
            "bestEquipmentSlot": "mainhand", "block": false, "useAction": "NONE"}]}"""
SPECS = """
harvest_{quantity}_{food}_with_bowl:
  __cls__: harvest
  prompt: obtain {quantity} {food}
  target_names: "{food}"
  target_quantities: "{quantity}"
  initial_inventory: {mainhand: {name: bowl}, 1: {name: coal, quantity: 20}}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with two tasks, three kinds of recipes that do not count, and one item."""
    for folder in ("sim/mc_meta", "tasks/description_files"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "sim/mc_meta/mc_constants.json").write_text(CONSTANTS)
    (tmp_path / "tasks/description_files/tasks_specs.yaml").write_text(SPECS)
    phrases = "".join(f"harvest_{n}_stew_with_bowl: {{prompt: get {n} stew}}\n" for n in (1, 8))
    (tmp_path / "tasks/description_files/programmatic_tasks.yaml").write_text(phrases)
    values = '_ALL_VARS = {"quantity": [1, 8], "food": ["stew"]}\nraise RuntimeError("nobody runs this")\n'
    (tmp_path / "tasks/__init__.py").write_text(values)
    return tmp_path


def test_a_package_is_read_without_running_it(package, tmp_path):
    found = read_package(package)
    assert [(r.makes, r.count, r.needs) for r in found.crafting] == [("planks", 4, (("log", 1),))]
    assert [(r.makes, r.size) for r in found.smelting] == [("stone", 0)]
    assert [(i.name, i.uses) for i in found.items] == [("wooden_pickaxe", 59)]
    assert [(t.id, t.phrase, t.targets, t.count, t.carried) for t in found.tasks] == [
        (f"harvest_{n}_stew_with_bowl", f"get {n} stew", ("stew",), n, (("bowl", 1), ("coal", 20)))
        for n in (1, 8)
    ]
    size = build(package, tmp_path / "written.json")
    assert size == len((tmp_path / "written.json").read_bytes())


def test_a_folder_that_is_no_package_is_refused(package, tmp_path):
    with pytest.raises(
        BadPackage, match=r"is not there; give the folder 'minedojo' of the unpacked package$"
    ):
        read_package(tmp_path / "nowhere")
    (package / "tasks/__init__.py").write_text("x = 1\n")
    with pytest.raises(BadPackage, match=r"is not the package minedojo 0\.1: ValueError\('no _ALL_VARS"):
        read_package(package)


def test_the_installed_package_says_the_same():
    found = importlib.util.find_spec("minedojo")
    if found is None or not found.submodule_search_locations:
        pytest.skip("minedojo is not installed, so the catalogue cannot be compared with it")
    assert read_package(Path(found.submodule_search_locations[0])) == CATALOGUE
