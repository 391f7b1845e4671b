"""What the survey says of hand-drawn memories: shelters, plants, ways to creatures, edges to explore."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from crafter import objects

from envs.crafter.ground import (
    COW,
    FURNACE,
    GRASS,
    LAVA,
    PATH,
    SAPLING,
    STONE,
    TABLE,
    TREE,
    WATER,
    ZOMBIE,
)
from envs.crafter.memory import Memory
from envs.crafter.reference import ReferenceGame
from envs.crafter.spec import ENCODING_SIZE
from envs.crafter.survey import KINDS, REGIONS, STEPS_OF_SPAN, survey
from envs.facts import EndStatus
from envs.game import Focus
from envs.grid.navigation import UNREACHED
from envs.registry import make_game

LETTERS = {
    ".": GRASS, "s": STONE, "p": PATH, "T": TREE, "?": 0, "t": TABLE, "f": FURNACE, "w": WATER, "l": LAVA
}  # fmt: skip


def remember(rows: list[str], x: int, y: int, creatures: dict[tuple[int, int], int] | None = None) -> Memory:
    """A memory of the top left corner of the map, the player at column x and row y facing right."""
    memory = Memory()
    for row, line in enumerate(rows):
        for column, letter in enumerate(line):
            memory.material[column, row] = LETTERS[letter]
    for (column, row), being in (creatures or {}).items():
        memory.creature[column, row] = being
    memory.x, memory.y, memory.facing = x, y, 1
    memory.survey()
    return memory


def test_enclosed_needs_a_wall_on_every_side() -> None:
    closed = ["sssss", "sppss", "sssss"]
    assert remember(closed, 1, 1).status[0] == 1
    assert remember(["sssss", "spp.s", "sss.s", "....s"], 1, 1).status[0] == 0  # open to unseen land
    assert remember(closed, 1, 1, {(2, 1): ZOMBIE}).status[0] == 0


def test_closing_says_where_one_stone_makes_a_shelter() -> None:
    # A tunnel of two cells, open on the right where the player looks, and long enough to turn in.
    tunnel = ["sssss", "spp..", "sssss"]
    assert remember(tunnel, 2, 1).closing.tolist() == [1, 0, 1, 0, 0]  # now, or one cell further out
    assert remember(tunnel, 1, 1).closing.tolist() == [1, 0, 1, 0, 0]  # the same from its end
    assert remember(tunnel, 2, 1, {(3, 1): ZOMBIE}).closing.tolist() == [0, 0, 0, 0, 0]  # no room for a stone
    assert remember([".....", ".....", "....."], 2, 1).closing.tolist() == [0, 0, 0, 0, 0]


def test_lava_beside_the_player_is_a_fact_only_once_it_was_seen() -> None:
    game = ReferenceGame()
    game.reset(1)
    world, player = game._engine.world, game._engine.player
    x, y = player.pos
    world[x - 1, y] = "lava"
    assert game.facts()["lava.left"] == 0  # remembered facts are those of the last look
    game.step(0)
    facts = game.facts()
    assert [facts[f"lava.{side}"] for side in ("left", "right", "up", "down")] == [1, 0, 0, 0]


FIELD = ["......."] * 7


def walls_of(rows: list[str], x: int, y: int, creatures: dict[tuple[int, int], int] | None = None) -> Any:
    return remember(rows, x, y, creatures).walls.tolist()


def test_a_block_in_the_open_lacks_eight_stones() -> None:
    lacking, ahead, *after, left, right, up, down = walls_of(FIELD, 3, 3)
    assert lacking == 8
    assert ahead == 1, "of blocks that lack as much, one is chosen to which the player can add"
    assert (left, right) == (1, 0)
    assert up + down == 1
    assert after == [1, 0, 1, 0] if up else [1, 0, 0, 1]


def test_water_trees_plants_and_the_edge_of_the_map_are_walls() -> None:
    rows = ["......", ".wTt..", ".w..f.", ".w..s.", "..pp..", "......"]
    assert walls_of(rows, 2, 2)[0] == 2, "the two cells below"
    assert walls_of(rows, 2, 2, {(2, 4): SAPLING})[0] == 1
    assert walls_of(rows, 2, 2, {(2, 4): COW})[0] == 2, "a cow does not stay"
    assert walls_of(["..s", "..s", "ss."], 0, 0)[:2] == [0, 0], "a shelter in the corner of the map"


def test_lava_lacks_a_stone() -> None:
    rows = ["......", ".ssss.", ".s..l.", "....s.", ".s.ss.", "......"]
    lacking, ahead, *after, _, right, _, _ = walls_of(rows, 2, 2)
    assert (lacking, ahead, right) == (3, 0, 1)
    assert after == [0, 1, 0, 1], "one step to the right it is in front; one step down, the cell below"


def test_no_block_where_something_around_was_not_seen_or_nothing_is_free() -> None:
    assert walls_of(["?..?", "?..?", "????"], 1, 0)[0] == 99
    assert walls_of(["sssss", "sp.ss", "sssss", "ss.ss"], 1, 1) == [0] * 10, "enclosed"
    assert walls_of(["TTT", "T..", "T.?"], 1, 1)[0] == 99
    assert walls_of(FIELD, 3, 3, {(3, 2): COW, (3, 4): COW, (2, 3): COW, (4, 3): COW})[0] == 99


def test_where_one_stone_closes_a_tunnel_one_is_lacking() -> None:
    memory = remember(["sssss", "spp..", "sssss"], 2, 1)
    assert memory.walls[:6].tolist() == [1, *memory.closing.tolist()]


def test_a_block_is_walled_in_from_inside_by_what_the_walls_say() -> None:
    """Stones ahead are placed, steps that bring one ahead taken; else the player goes on within the block."""
    game = ReferenceGame()
    game.reset(1)
    engine, memory = game._engine, game._memory
    for obj in list(engine.world.objects)[1:]:
        engine.world.remove(obj)
    engine.world._mat_map[26:39, 26:39] = GRASS
    engine.player.inventory["stone"] = 9
    game.step(0)
    for _ in range(20):
        memory.survey()
        lacking, ahead, *after, left, right, up, down = memory.walls.tolist()
        if not lacking:
            break
        inside = [left, right, up, down]
        moves = after if any(after) else inside
        game.step(7 if ahead else 1 + moves.index(1))
    assert game.facts()["enclosed"] == 1
    assert engine.player.inventory["stone"] == 1, "eight stones"
    assert game.facts()["distance.home"] == 0 and game.facts()["home.complete"] == 1


def test_home_is_where_the_player_was_last_enclosed() -> None:
    game = ReferenceGame()
    game.reset(1)
    world, player = game._engine.world, game._engine.player
    assert (game.facts()["distance.home"], game.facts()["home.complete"]) == (99, 0)
    x, y = (int(v) for v in player.pos)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        world[x + dx, y + dy] = "stone"
    game.step(0)
    assert (game.facts()["distance.home"], game.facts()["home.complete"]) == (0, 1)
    for dx in range(1, 5):
        world[x + dx, y] = "path"
    for _ in range(4):
        game.step(2)
    facts = game.facts()
    assert (facts["distance.home"], facts["home.complete"]) == (4, 0)
    world[x + 1, y] = "stone"
    game.step(0)
    assert game.facts()["home.complete"] == 1, "closed again, and known to be"


def test_a_home_site_is_free_ground_beside_water() -> None:
    rows = ["ssssss", "s....s", "s....s", "swwwws", "ssssss"]
    cost, _, column, row = remember(rows, 1, 1).nearest[KINDS["home_site"]].tolist()
    assert (cost, column, row) == (0, 1, 1), "the player stands on one"
    assert (
        remember(["ssssss", "s..l.s", "s..l.s", "swwwws", "ssssss"], 1, 1).nearest[KINDS["home_site"], 0]
        == UNREACHED
    ), "not beside lava"
    assert remember(["ssssss", "s....s", "s....?", "swww??"], 1, 1).nearest[KINDS["home_site"], 0] == 0
    assert remember(FIELD, 1, 1).nearest[KINDS["home_site"], 0] == UNREACHED


def test_plants_are_counted_while_the_player_is_near() -> None:
    game = ReferenceGame()
    game.reset(1)
    engine = game._engine
    x, y = (int(v) for v in engine.player.pos)
    plant = objects.Plant(engine.world, (x, y + 1))
    engine.world[x, y + 1] = "grass"
    engine.world.add(plant)
    game.step(0)
    assert game.facts()["plant.age"] == 0, "seen now"
    for _ in range(5):
        game.step(0)
    assert game.facts()["plant.age"] == 5
    game._memory.x += 18
    assert game._memory.plant_age() == 0, "too far"
    plant.grown = 400
    game.step(0)
    assert game.facts()["plant.age"] == 6
    plant.grown = 0
    game.step(0)
    assert game.facts()["plant.age"] == 0, "eaten"
    engine.world.remove(plant)
    game.step(0)
    assert game._memory.plants == []


def test_daylight_rises_and_falls() -> None:
    game = ReferenceGame()
    game.reset(1)
    rising = [game.facts()["daylight.rising"]]
    light = [game._engine.world.daylight]
    for _ in range(400):
        game._engine.player.inventory.update(health=9)
        game.step(0)
        rising.append(game.facts()["daylight.rising"])
        light.append(game._engine.world.daylight)
    assert rising[1:] == (np.diff(light) > 0).astype(int).tolist()
    assert 0 < sum(rising) < 400


def test_grassland_not_seen_lately_is_explored_before_its_edges() -> None:
    memory = remember(["." * 30] + ["s" * 30] * 4, 15, 0)
    edge = memory.frontier[REGIONS["grassland"]].tolist()
    assert memory.frontier[REGIONS["stale_grassland"]].tolist() == edge, "all was seen just now"
    memory._step, memory._surveyed = 200, False
    memory.seen_at[10:30] = 200 >> STEPS_OF_SPAN
    memory.survey()
    assert memory.frontier[REGIONS["stale_grassland"]].tolist() == [6, 0, 9, 0]
    assert memory.frontier[REGIONS["grassland"]].tolist() == edge


def test_open_sides_counts_cells_that_can_be_walked_on() -> None:
    assert remember(["s.s", ".p.", "sss"], 1, 1).status[1] == 3


def test_plant_sides_and_fence() -> None:
    around = ["ssss.", "s.s..", "s.s.."]
    memory = remember(around, 4, 1, {(1, 1): SAPLING})
    assert memory.status[2] == 1  # only the cell below is open
    assert memory.status[3] == 0
    fenced = remember(["ssss.", "s.s..", "sss.."], 4, 1, {(1, 1): SAPLING})
    assert fenced.status[2] == 0
    assert fenced.status[3] == 1


def test_a_creature_is_reached_beside_it_and_not_through_others() -> None:
    memory = remember(["....."], 0, 0, {(3, 0): COW})
    cost, move, column, row = memory.nearest[KINDS["cow"]].tolist()
    assert (cost, move, column, row) == (3, 1, 3, 0)  # two steps right, then facing it
    beside = remember(["....."], 2, 0, {(3, 0): COW})
    assert beside.nearest[KINDS["cow"]].tolist()[:2] == [1, 1]


def test_stone_is_walked_through_only_with_a_pickaxe() -> None:
    rows = [".sT"]
    without = remember(rows, 0, 0)
    assert without.nearest[KINDS["tree"], 0] == UNREACHED
    with_pickaxe = Memory()
    with_pickaxe.material[:3, 0] = [GRASS, STONE, TREE]
    with_pickaxe._tools[0] = 1
    with_pickaxe.facing = 1
    with_pickaxe.survey()
    assert with_pickaxe.nearest[KINDS["tree"], 0] == 3  # dig and step: 2, facing the tree: 1


def test_explores_the_kind_of_land_asked_for() -> None:
    rows = ["......sss"]
    memory = remember(rows, 3, 0)
    mountain = memory.frontier[REGIONS["mountain"]].tolist()
    grassland = memory.frontier[REGIONS["grassland"]].tolist()
    assert mountain[2] >= 5 or mountain[1] == 1  # towards the rock on the right
    assert memory.material[grassland[2], grassland[3]] == 0
    assert grassland[0] < UNREACHED


@pytest.mark.slow
def test_the_part_of_the_map_that_was_seen_says_as_much_as_the_whole_map() -> None:
    """In all outputs; the part is all that `survey` looks at."""
    game, whole, rng = ReferenceGame(), Memory(), np.random.default_rng(0)
    for seed in range(3):
        game.reset(seed)
        for step in range(600):
            game._engine.player.inventory.update(health=9, wood_pickaxe=step // 100 % 2)
            action = int(rng.integers(17)) if rng.random() < 0.3 else 1 + (step // 12 + seed) % 4
            if game.step(action) is not EndStatus.RUNNING:
                break
            part = game._memory
            part.survey()
            survey(
                (0, 64, 0, 64), part.material, part.creature, part.x, part.y, part.facing, part._tools,
                part.seen_at, part._step >> STEPS_OF_SPAN, part.home, *whole._scratch,
                whole.nearest, whole.frontier, whole.known, whole.status, whole.closing, whole.walls,
            )  # fmt: skip
            for name in ("frontier", "known", "status", "closing", "walls"):
                assert (getattr(part, name) == getattr(whole, name)).all(), (seed, step, name)
            assert (part.nearest[:, :2] == whole.nearest[:, :2]).all()
            reached = whole.nearest[:, 0] < UNREACHED
            assert (part.nearest[reached] == whole.nearest[reached]).all()
            seen = part.material > 0
            assert (part.enter[seen] == whole.enter[seen]).all()
        assert (whole.enter != 0).sum() > 200, "much of the map was seen"


def test_a_map_of_which_nothing_was_seen_is_surveyed_around_the_player() -> None:
    memory = Memory()
    memory.x, memory.y = 63, 0
    memory.survey()
    assert memory.status.tolist() == [0, 2, 9, 0, 0, 0]
    assert memory.frontier[0].tolist() == [1, 0, 62, 0]


def test_encoding_marks_the_way_and_the_cell_in_front() -> None:
    game = make_game("crafter")
    game.reset(1)
    out = np.zeros(ENCODING_SIZE, np.float32)
    game.encode(Focus(seek=("tree",), explore="grassland"), out)
    assert out[0] > 0  # seed 1 shows a tree at once
    assert np.count_nonzero(out[2:6]) == 1
    assert out[24:39].sum() == out[84:99].sum() == 1


def test_with_nothing_known_of_what_is_sought_the_way_leads_to_the_edge_of_the_map() -> None:
    game = make_game("crafter")
    game.reset(1)
    out = np.zeros(ENCODING_SIZE, np.float32)
    game.encode(Focus(seek=("diamond",), explore="mountain"), out)
    assert out[0] == 0 and out[12] > 0  # seed 1 shows no diamond at first
    assert np.count_nonzero(out[2:6]) == 1
    assert (out[1:6] == out[13:18]).all() and (out[8:12] == out[20:24]).all()
    assert (out[6:8] == 0).all()
