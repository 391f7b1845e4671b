"""What keeps a player alive: hiding, resting, running from creepers, sparing tools, and no step too deep."""

import pytest

from envs.game import Focus
from envs.minecraft.direct import calls
from envs.minecraft.spec import SPEC
from envs.minecraft.world.tables.blocks import FIRST_STATE
from envs.minecraft.world.tables.items import ITEMS
from tests.envs.minecraft.direct.flat_land import DIAMOND, around, begin, do, feet, put, wound


def test_who_hides_on_open_ground_digs_in_and_is_enclosed(game):
    assert game.facts()["enclosed"] == 0
    assert do(game, "hide")["enclosed"] == 1
    x, y, z = feet(game)
    assert y < 65
    assert all(
        game.world.block(*place) not in ("air", "water")
        for place in (*around(x, y, z), *around(x, y + 1, z), (x, y + 2, z), (x, y - 1, z))
    )


def test_in_a_tunnel_the_ends_are_closed_with_what_is_carried(game):
    begin(game, (0, "cobblestone", 8))
    x, y, z = feet(game)
    for up in range(3):
        for side in (-1, 1):
            for along in range(-3, 4):
                put(game, (x + side, y + up, z + along), "stone:0")
        for along in range(-3, 4):
            put(game, (x, y + 2, z + along), "stone:0")
    facts = do(game, "hide")
    assert (facts["enclosed"], facts["cobblestone"], facts["placed.cobblestone"]) == (1, 4, 4)
    assert feet(game)[1] == y


def test_hiding_in_water_does_nothing(game):
    x, y, z = feet(game)
    for i in range(x - 2, x + 3):
        for k in range(z - 2, z + 3):
            for j in range(y - 3, y + 1):
                put(game, (i, j, k), "water:0")
    before = feet(game)
    assert do(game, "hide")["enclosed"] == 0
    assert feet(game)[0] == before[0] and feet(game)[2] == before[2]


@pytest.mark.parametrize(("food", "heals"), [(20, True), (18, True), (17, False)])
def test_rest_brings_life_back_to_who_is_fed(game, food, heals):
    do(game, "hide")
    wound(game, 8.0, food)
    game.world.record[0]["saturation"] = 0.0
    before = game.facts()["ticks"]
    facts = do(game, "rest")
    assert (facts["life"] > 8) == heals
    assert facts["ticks"] - before <= 200
    assert facts["enclosed"] == 1


def test_a_rest_ends_when_a_monster_comes_close(game):
    begin(game, mobs=("zombie",), mob_range=(4, 5), time=15_000)
    wound(game, 10.0)
    before = game.facts()["ticks"]
    assert do(game, "rest")["ticks"] - before < 100


def test_walking_ends_when_a_monster_comes_close(game):
    begin(game, mobs=("zombie",), mob_range=(12, 14), time=15_000)
    for _ in range(12):
        facts = do(game, "walk_to", Focus(seek=("zombie",)))
        if facts["threat"] <= 8:
            break
    assert 2 <= facts["threat"] <= 8
    assert facts["life"] == 20


def test_a_creeper_is_run_from(game):
    begin(game, mobs=("creeper",), mob_range=(4, 5), time=15_000)
    for _ in range(6):
        facts = do(game, "fight")
    assert facts["life"] == 20
    assert facts["killed.creeper"] == 0


def test_a_zombie_is_kept_at_the_length_of_a_sword(game):
    begin(game, (0, "stone_sword", 1), mobs=("zombie",), mob_range=(5, 6), time=15_000)
    for _ in range(8):
        facts = do(game, "fight")
        if facts["killed.zombie"]:
            break
    assert facts["killed.zombie"] == 1
    assert facts["life"] >= 14


def test_what_bears_the_player_over_a_deep_hole_is_not_dug(game):
    begin(game, (0, "iron_pickaxe", 1))
    x, y, z = feet(game)
    for i in range(x - 3, x + 4):
        for k in range(z - 3, z + 4):
            for j in range(y - 30, y - 1):
                put(game, (i, j, k), "air:0")
            put(game, (i, y - 1, k), "stone:0")
    put(game, (x, y - 1, z), "diamond_ore:0")
    for action in ("look_down", "look_down", "look_down", "look_down", "look_down", "mine", "mine", "mine"):
        facts = do(game, action, DIAMOND)
    assert facts["life"] >= 17
    assert feet(game)[1] >= y - 1


def test_no_way_leads_down_a_fall_that_hurts_much(game):
    """A floor that turns out to be missing is noticed, and gone round."""
    x, y, z = feet(game)
    for i in range(x - 6, x + 7):
        for k in range(z + 3, z + 7):
            for j in range(y - 12, y):
                put(game, (i, j, k), "air:0")
    put(game, (x, y, z + 12), "log:0")
    for _ in range(10):
        facts = do(game, "walk_to", Focus(seek=("tree",)))
    assert facts["life"] >= 19


def test_a_head_in_sand_is_dug_free(game):
    x, y, z = feet(game)
    put(game, (x, y + 1, z), "sand:0")
    facts = do(game, "walk_to", Focus(seek=("tree",), explore="forest"))
    assert not game.world.block(*feet(game)[:1], feet(game)[1] + 1, feet(game)[2]).endswith("sand")
    assert facts["life"] >= 18


def test_lava_behind_a_block_is_closed_off_again(game):
    begin(game, (0, "iron_pickaxe", 1), (1, "cobblestone", 4))
    x, y, z = feet(game)
    put(game, (x, y + 1, z + 2), "stone:0")
    put(game, (x, y, z + 2), "stone:0")
    for i, j, k in ((x, y + 1, z + 3), (x, y, z + 3)):
        put(game, (i, j, k), "lava:0")
    for i in (x - 1, x + 1):
        for j in (y, y + 1):
            put(game, (i, j, z + 3), "stone:0")
    for j in (y, y + 1):
        put(game, (x, j, z + 4), "stone:0")
    put(game, (x, y + 2, z + 3), "stone:0")
    game.step(SPEC.action_index["look_up"])
    facts = do(game, "mine")
    assert facts["mined.stone"] == 1
    assert game.world.block(x, y + 1, z + 2) in ("cobblestone", "stone")


def test_a_cheap_tool_spares_a_precious_one_that_is_not_much_faster(game):
    begin(game, (0, "iron_pickaxe", 1), (1, "stone_pickaxe", 1), (2, "wooden_pickaxe", 1))
    store = game.world.record[0]
    for block, tool in (("stone", "stone_pickaxe"), ("diamond_ore", "iron_pickaxe")):
        slot, _, drops = calls.tool_for(game.world.record, FIRST_STATE[block])
        assert (ITEMS[int(store["slot_item"][slot])], bool(drops)) == (tool, True)
