"""What the survey says of hand-drawn memories: shelters, plants, ways to creatures, edges to explore."""

from __future__ import annotations

import numpy as np
import pytest

from envs.crafter.ground import (
    COW,
    FURNACE,
    GRASS,
    PATH,
    SAPLING,
    STONE,
    TABLE,
    TREE,
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

LETTERS = {".": GRASS, "s": STONE, "p": PATH, "T": TREE, "?": 0, "t": TABLE, "f": FURNACE}


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
