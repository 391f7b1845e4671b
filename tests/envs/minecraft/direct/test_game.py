"""Minecraft's game in the block world: what is seen, what the longer actions do, what a saved state holds."""

import numpy as np
import pytest

from envs.facts import FAR, EndStatus
from envs.game import Focus
from envs.minecraft.direct.layout import DIG, GO
from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC
from envs.minecraft.world import NOTHING, Start
from tests.envs.minecraft.direct import flat_land
from tests.envs.minecraft.direct.flat_land import feet, put
from tests.envs.minecraft.direct.scripted_player import play_seed

TREE = Focus(seek=("tree",), explore="forest")


@pytest.fixture
def game(shared: MinecraftGame) -> MinecraftGame:
    shared._start = Start(flat=True, allow_mob_spawn=False, position=(8.5, 64.0, 8.5, 0.0, 10.0))
    shared.reset(5)
    return shared


def do(game: MinecraftGame, action: str, focus: Focus = TREE) -> dict[str, int]:
    return flat_land.do(game, action, focus)


def test_what_is_behind_a_wall_is_not_known(game):
    x, y, z = feet(game)
    put(game, (x, y + 1, z + 6), "diamond_ore:0")
    for i in range(x - 12, x + 13):
        for j in range(y - 3, y + 12):
            put(game, (i, j, z + 4), "cobblestone:0")
    facts = do(game, "noop")
    assert facts["known.diamond_ore"] == 0
    assert facts["distance.diamond_ore"] == FAR
    put(game, (x, y + 1, z + 4), "air:0")
    for _ in range(4):
        facts = do(game, "noop")
    assert facts["known.diamond_ore"] == 1
    assert facts["distance.diamond_ore"] == 6
    assert facts["near.diamond_ore"] == 0


def test_what_was_seen_is_remembered_with_ones_back_to_it(game):
    x, y, z = feet(game)
    put(game, (x, y + 1, z + 9), "pumpkin:0")
    assert do(game, "noop")["known.pumpkin"] == 1
    for _ in range(12):
        facts = do(game, "turn_right")
    put(game, (x, y + 1, z + 9), "air:0")
    assert facts["known.pumpkin"] == do(game, "noop")["known.pumpkin"] == 1


def test_it_walks_to_what_it_seeks_and_digs_it(game):
    x, y, z = feet(game)
    put(game, (x + 3, y, z + 12), "log:0")
    encoding = np.zeros(SPEC.encoding_size, np.float32)
    game.facts()
    game.encode(TREE, encoding)
    assert (encoding[GO], encoding[DIG]) == (1.0, 0.0)
    for _ in range(4):
        facts = do(game, "walk_to")
        if facts["near.tree"]:
            break
    game.encode(TREE, encoding)
    assert (encoding[GO], encoding[DIG]) == (0.0, 1.0)
    facts = do(game, "mine")
    assert min(facts["log"], facts["mined.log"]) >= 1


def test_a_wall_is_climbed_over_or_dug_through_and_a_cliff_is_not_jumped_off(game):
    x, y, z = feet(game)
    put(game, (x, y, z + 14), "log:0")
    for i in range(x - 20, x + 21):
        put(game, (i, y, z + 4), "dirt:0")
        put(game, (i, y + 1, z + 8), "dirt:0")
        put(game, (i, y, z + 8), "dirt:0")
    for _ in range(8):
        facts = do(game, "walk_to")
        if facts["near.tree"]:
            break
    assert facts["near.tree"] == 1
    assert facts["life"] == 20


def test_making_things_takes_what_it_takes_and_lacking_it_nothing(game):
    game._start = Start(flat=True, inventory=((3, "log", 6),), allow_mob_spawn=False)
    game.reset(5)
    assert do(game, "craft_wooden_pickaxe")["wooden_pickaxe"] == 0
    for _ in range(5):
        facts = do(game, "craft_planks")
    assert (facts["log"], facts["planks"]) == (1, 20)
    do(game, "craft_stick")
    do(game, "craft_crafting_table")
    facts = do(game, "place_crafting_table")
    assert (facts["near.table"], facts["known.table"], facts["placed.crafting_table"]) == (1, 1, 1)
    facts = do(game, "craft_wooden_pickaxe")
    assert (facts["wooden_pickaxe"], facts["pickaxe.tier"]) == (1, 1)
    assert do(game, "equip_wooden_pickaxe")["hand.wooden_pickaxe"] == 1


def test_it_fights_what_it_seeks(game):
    game._start = Start(flat=True, mobs=("cow",), mob_range=(4, 6), allow_mob_spawn=False)
    game.reset(5)
    cow = Focus(seek=("cow",))
    for _ in range(30):
        facts = do(game, "fight" if game.facts()["near.cow"] else "walk_to", cow)
        if facts["killed.cow"]:
            break
    assert facts["killed.cow"] == 1
    assert facts["beef"] + facts["leather"] > 0


def test_a_saved_state_knows_what_was_seen_and_what_is_attended_to(game):
    put(game, (feet(game)[0], feet(game)[1], feet(game)[2] + 10), "log:0")
    do(game, "walk_to")
    data = game.snapshot()
    onward = [do(game, "walk_to"), do(game, "mine")]
    other = MinecraftGame()
    other._start = game._start
    other.restore(data)
    assert [do(other, "walk_to"), do(other, "mine")] == onward


def test_dying_ends_the_episode_and_so_do_ticks(game):
    game.world.command("/kill")
    do(game, "noop")
    assert game.status is EndStatus.DEATH
    game._start = Start(flat=True, allow_mob_spawn=False, inventory=((0, "dirt", 9),))
    game.reset(5, max_steps=2)
    game.world.tick_many(NOTHING, 90)
    do(game, "noop")
    assert game.status is EndStatus.TIME_LIMIT


def test_the_caption_says_where_it_is_played(game):
    assert game.caption().startswith("Block world: not Minecraft.")


@pytest.mark.slow
def test_an_iron_pickaxe_is_made_by_longer_actions_alone():
    ends = (play_seed(seed) for seed in (100, 109, 3, 101))
    assert any(not why and facts["iron_pickaxe"] == 1 for why, facts, _ in ends)
