"""The land: ores as the table has them, biomes as asked for, the same for everybody."""

from collections import OrderedDict

import numpy as np
import pytest

from envs.minecraft.world import chunks as world_chunks
from envs.minecraft.world.chunks import made_chunk, tops_of
from envs.minecraft.world.spawn import surface
from envs.minecraft.world.state import new_world
from envs.minecraft.world.tables.biomes import BIOME, BIOMES
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE, HIDES, NUMBER, STATES

pytestmark = pytest.mark.slow

PER_CHUNK = {
    "coal_ore": (80, 160), "iron_ore": (65, 90), "gold_ore": (6, 10), "redstone_ore": (17, 27),
    "diamond_ore": (2.2, 3.6), "lapis_ore": (2.4, 4.2),
}  # fmt: skip
"""Blocks a chunk. Those of the game are about 140, 77, 8, 25, 3.1 and 3.4 (published counts, from general
knowledge); coal lies in higher layers too, which are often air here."""


def chunks(biome: str, n: int = 80) -> list[np.ndarray]:
    return [
        made_chunk(seed, BIOME[biome].number, 5 * i, 3).blocks for seed in range(4) for i in range(n // 4)
    ]


def test_ores_are_about_as_many_as_in_the_game_and_lie_as_deep() -> None:
    counts = np.zeros(256)
    for blocks in chunks("forest"):
        counts += np.bincount(blocks.ravel(), minlength=256)
        for ore, highest in (("diamond_ore", 18), ("redstone_ore", 18), ("gold_ore", 36), ("iron_ore", 68)):
            layers = np.argwhere(blocks == FIRST_STATE[ore])[:, 2]
            assert layers.size == 0 or layers.max() < highest
    for ore, (low, high) in PER_CHUNK.items():
        assert low <= counts[FIRST_STATE[ore]] / 80 <= high, ore


def test_emeralds_lie_under_hills_alone() -> None:
    def emeralds(biome: str) -> int:
        return sum(int((blocks == FIRST_STATE["emerald_ore"]).sum()) for blocks in chunks(biome, 20))

    assert emeralds("extreme_hills") > 20 and emeralds("forest") == 0


@pytest.mark.parametrize(
    ("biome", "block"),
    [
        ("forest", "log:0"), ("taiga", "log:1"), ("jungle", "log:3"), ("savanna", "log2:0"),
        ("desert", "cactus:0"),
        ("plains", "tallgrass:1"), ("swampland", "waterlily:0"),
        ("ice_flats", "snow_layer:0"),
        ("ocean", "water:0"),
        ("mushroom_island", "mycelium:0"), ("mesa", "hardened_clay:0"), ("jungle", "melon_block:0"),
    ],
)  # fmt: skip
def test_each_biome_has_what_it_is_known_for(biome: str, block: str) -> None:
    assert sum(int((blocks == NUMBER[block]).sum()) for blocks in chunks(biome, 20)) > 0


def test_land_is_the_same_for_everybody_and_of_all_sorts() -> None:
    here, again = made_chunk(9, -1, 4, -7), made_chunk(9, -1, 4, -7)
    assert np.array_equal(here.blocks, again.blocks)
    assert not np.array_equal(here.blocks, made_chunk(10, -1, 4, -7).blocks)
    kinds = {int(made_chunk(9, -1, 12 * i, 12 * k).biomes[8, 8]) for i in range(8) for k in range(8)}
    assert len({BIOMES[number].kind for number in kinds}) >= 6


def test_tops_lie_above_all_that_hides_the_sky() -> None:
    chunk = made_chunk(9, -1, 0, 0)
    assert np.array_equal(chunk.tops, tops_of(chunk.blocks))
    for i in range(16):
        for k in range(16):
            top = int(chunk.tops[i, k])
            assert HIDES[chunk.blocks[i, k, top - 1]] and not HIDES[chunk.blocks[i, k, top:]].any()


def test_there_are_caves_with_lava_at_the_bottom() -> None:
    blocks = made_chunk(1, BIOME["forest"].number, 3, 3).blocks
    many = np.concatenate([made_chunk(1, BIOME["forest"].number, i, 3).blocks for i in range(12)])
    assert 0.02 < (many[:, :, 11:50] == 0).mean() < 0.2
    assert (many[:, :, 5:11] == FIRST_STATE["lava"]).any()
    assert (blocks[:, :, 0] == FIRST_STATE["bedrock"]).all()


def test_land_that_was_put_away_is_the_same_when_it_is_needed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_chunks, "KEPT_CHUNKS", 2)
    monkeypatch.setattr(world_chunks, "PACKED_CHUNKS", 3)
    monkeypatch.setattr(world_chunks, "_kept", OrderedDict())
    monkeypatch.setattr(world_chunks, "_packed", OrderedDict())
    first = [made_chunk(4, -1, x, 0) for x in range(6)]
    assert len(world_chunks._kept) == 2 and len(world_chunks._packed) == 3
    for before, again in zip(first, (made_chunk(4, -1, x, 0) for x in range(6)), strict=True):
        assert all(np.array_equal(old, new) for old, new in zip(before, again, strict=True))


def surface_by_looking_down(column: np.ndarray) -> int | None:
    """Where one can stand in a column of states, uint8[LAYERS]."""
    layer = 127
    while layer > 1 and not COLLIDES[column[layer]]:
        if "water" in STATES[column[layer]].name or "lava" in STATES[column[layer]].name:
            return None
        layer -= 1
    if layer <= 1 or STATES[column[layer]].material.name in ("leaves", "cactus", "pad", "wood"):
        return None
    return layer + 1


@pytest.mark.parametrize("biome", ["forest", "swampland", "ocean", "desert"])
def test_one_stands_on_open_ground_that_is_neither_tree_nor_water(biome: str) -> None:
    world = new_world()[0]
    world["blocks"][:16, :16] = made_chunk(9, BIOME[biome].number, 3, 3).blocks
    found = [surface(world, x, z) for x in range(16) for z in range(16)]
    expected = [surface_by_looking_down(world["blocks"][x, z]) for x in range(16) for z in range(16)]
    assert found == expected
