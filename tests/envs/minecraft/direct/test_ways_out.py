"""Ways out of where a player could get stuck, be buried, burn or be shot at."""

import pytest

from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from tests.envs.minecraft.direct.flat_land import DIAMOND, TREE, begin, do, feet, put, wound


def clear(game: MinecraftGame, half: int, deep: int) -> None:
    """Take the land away around the player, down to some depth."""
    x, y, z = feet(game)
    for i in range(x - half, x + half + 1):
        for k in range(z - half, z + half + 1):
            for j in range(y - deep, y):
                put(game, (i, j, k), "air:0")


def test_who_stands_on_a_pillar_digs_it_away(game):
    begin(game, position=(8.5, 77.0, 8.5, 0.0, 10.0))
    x, y, z = feet(game)
    for j in range(65, y):
        put(game, (x, j, z), "dirt:0")
    put(game, (x, 65, z + 15), "log:0")
    for _ in range(30):
        facts = do(game, "walk_to", TREE)
        if facts["near.tree"]:
            break
    assert facts["near.tree"] == 1
    assert facts["life"] == 20


def test_a_gap_too_deep_to_fall_into_is_bridged(game):
    begin(game, (0, "cobblestone", 8), position=(8.5, 90.0, 8.5, 0.0, 10.0))
    x, y, z = feet(game)
    for along in (-1, 0, 3, 4, 5):
        put(game, (x, y - 1, z + along), "stone:0")
    put(game, (x, y, z + 5), "log:0")
    for _ in range(8):
        facts = do(game, "walk_to", TREE)
        if facts["near.tree"] and feet(game)[2] >= z + 2:
            break
    assert facts["placed.cobblestone"] == 2
    assert (facts["life"], feet(game)[1]) == (20, y)


def test_a_ditch_with_lava_in_it_is_crossed_unhurt(game):
    begin(game, (0, "cobblestone", 8))
    x, y, z = feet(game)
    for i in range(x - 9, x + 10):
        for k in (z + 2, z + 3):
            put(game, (i, y - 1, k), "air:0")
            put(game, (i, y - 2, k), "lava:0")
    put(game, (x, y, z + 8), "log:0")
    for _ in range(6):
        facts = do(game, "walk_to", TREE)
    assert facts["in.lava"] == 0
    assert facts["life"] == 20


def test_a_block_that_cannot_be_dug_safely_is_left_for_another(game):
    """All are looked at: the one below the player, over a deep hole, with no firm ground beside it."""
    begin(game, (0, "iron_pickaxe", 1))
    x, y, z = feet(game)
    clear(game, 3, 30)
    for i in (x - 4, x + 4):
        put(game, (i, y, z), "diamond_ore:0")
    put(game, (x, y - 1, z), "diamond_ore:0")
    for action in ("look_down", "look_down", "look_down", "look_down", "look_down", "look_down", "mine"):
        facts = do(game, action, DIAMOND)
    assert facts["mined.diamond_ore"] == 0
    assert facts["distance.diamond_ore"] > 2


def test_who_is_buried_in_gravel_digs_on_though_it_hurts(game):
    x, y, z = feet(game)
    for up in (1, 2):
        put(game, (x, y + up, z), "gravel:0")
    wound(game, 12.0, 17)
    facts = do(game, "mine", TREE)
    assert game.world.block(x, y + 1, z) == "air"
    assert 6 <= facts["life"] < 12


def test_who_is_in_lava_comes_out_of_it(game):
    x, y, z = feet(game)
    for i in range(x - 1, x + 2):
        for k in range(z - 1, z + 2):
            put(game, (i, y - 1, k), "lava:0")
    game.world.record[0]["y"] = y - 0.5
    for _ in range(3):
        facts = do(game, "walk_to", TREE)
    assert facts["in.lava"] == 0
    assert facts["life"] > 0


@pytest.mark.parametrize("off", [(0.05, 0.5), (0.95, 0.95), (0.5, 0.2)])
def test_who_stands_at_the_edge_of_a_place_hides_as_well(game, off):
    begin(game, (0, "cobblestone", 16), position=(8 + off[0], 65.0, 8 + off[1], 0.0, 10.0))
    assert do(game, "hide")["enclosed"] == 1


def test_after_a_wound_from_behind_one_looks_at_who_shot(game):
    begin(game, position=(8.5, 65.0, 8.5, 0.0, 10.0))
    game.world.command("/summon Skeleton 8 65 0")
    wound(game, 20.0, 17)
    for _ in range(12):
        facts = do(game, "walk_to", Focus(seek=("melon",), explore="desert"))
        if facts["life"] < 20:
            break
    assert facts["life"] < 20
    assert facts["threat"] <= 16


def test_a_monster_is_gone_round(game):
    """The straight way leads past a creeper; another one is hardly longer."""
    begin(game, position=(8.5, 65.0, 8.5, 0.0, 10.0))
    game.world.command("/summon Creeper 8 65 14")
    game.step(0)
    aside = []
    for _ in range(2):
        do(game, "walk_to", TREE)
        aside.append(abs(feet(game)[0] - 8))
    assert max(aside) >= 2
