"""The block world's figures: the page shows them, and they hang together."""

from pathlib import Path

import pytest

from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.names import FOOD as FOOD_NAMES
from envs.minecraft.places import BIOMES as KINDS
from envs.minecraft.places import MOBS as MOB_NAMES
from envs.minecraft.places import SEEKABLE
from envs.minecraft.world.tables.biomes import BIOMES
from envs.minecraft.world.tables.blocks import FIRST_STATE, STATES
from envs.minecraft.world.tables.drops import DROPS
from envs.minecraft.world.tables.figures import parsed_figures
from envs.minecraft.world.tables.gear import ARMOUR, FOOD, TOOLS
from envs.minecraft.world.tables.items import ITEM, ITEMS
from envs.minecraft.world.tables.mobs import MOBS
from envs.minecraft.world.tables.ores import LODES
from envs.minecraft.world.tables.pages import with_tables
from envs.minecraft.world.tables.parameters import FIGURES, PARAMETERS, Parameters

PAGE = Path(__file__).parents[4] / "docs" / "block-world.md"


def test_the_page_shows_every_table_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page, "write it anew: python -m envs.minecraft.world.tables.pages"


def test_every_figure_has_a_source_and_every_difference_a_reason() -> None:
    assert all(figure.source for figure in FIGURES)
    assert {figure.mark for figure in FIGURES} == {"", "eased", "other"}
    assert [f.name for f in FIGURES if (f.here != f.there) != bool(f.why)] == []
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)


def test_a_figure_that_differs_and_does_not_say_so_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.b: 2 here and 3 there, marked '' because of ''"):
        parsed_figures("a.b | 2 | 3 | ticks | somewhere")


def test_figures_can_be_changed_by_name_only() -> None:
    assert Parameters({"player.jump": 0.5})["player.jump"] == 0.5
    assert PARAMETERS["player.jump"] == 0.42
    with pytest.raises(ValueError, match=r"no parameter 'player\.jmp'"):
        Parameters({"player.jmp": 0.5})
    with pytest.raises(ValueError, match=r"'player\.jump' is nan"):
        Parameters({"player.jump": float("nan")})


def test_names_are_those_of_the_catalogue_and_the_vocabulary() -> None:
    known = load_catalogue().item
    assert {*TOOLS, *ARMOUR, *FOOD} <= set(known)
    assert set(FOOD_NAMES) <= set(FOOD)
    assert {mob.name for mob in MOBS} <= set(MOB_NAMES)
    assert {block.thing for block in STATES if block.thing} <= set(SEEKABLE)
    assert {biome.kind for biome in BIOMES} <= set(KINDS)
    assert {biome.top for biome in BIOMES} | {lode.block for lode in LODES} <= set(FIRST_STATE)
    assert len(STATES) <= 256 and ITEMS[0] == "air"


@pytest.mark.parametrize(
    ("block", "dropped"),
    [
        ("stone", [("cobblestone", 1, 1)]),
        ("iron_ore", [("iron_ore", 1, 1)]),
        ("redstone_ore", [("redstone", 4, 5)]),
        ("grass", [("dirt", 1, 1)]),
        ("gravel", [("flint", 1, 1), ("gravel", 1, 1)]),
        ("leaves", [("leaves", 1, 1), ("apple", 1, 1), ("sapling", 1, 1)]),
        ("glass", []),
        ("bedrock", []),
    ],
)
def test_blocks_drop_what_the_sources_say(block: str, dropped: list[tuple[str, int, int]]) -> None:
    rows = [row for row in DROPS[FIRST_STATE[block]] if row["thing"]]
    found = [(ITEMS[row["thing"]], row["low"], row["high"]) for row in rows]
    assert found == dropped


def test_leaves_come_whole_to_shears_alone() -> None:
    first = DROPS[FIRST_STATE["leaves"], 0]
    assert first["thing"] == ITEM["leaves"] and first["tool"] == 6 and first["instead"] == 1
