"""What is remembered of a level: taken in from glyphs, and surveyed; on maps drawn by hand."""

from __future__ import annotations

import numpy as np
from nle import nethack

from envs.grid.navigation import UNREACHED
from envs.nethack import kinds
from envs.nethack.glyphs import TERRAIN, THING, being_name
from envs.nethack.memory import Memory
from envs.nethack.spec import KINDS, REGIONS
from envs.nethack.survey import _TERRAIN_KIND, _THING_KIND, _costs, _known_part

CMAP = nethack.GLYPH_CMAP_OFF
NEWT = next(i for i in range(nethack.NUMMONS) if nethack.permonst(i).mname == "newt")
APPLE = next(i for i in range(nethack.NUM_OBJECTS) if nethack.OBJ_NAME(nethack.objclass(i)) == "apple")
BOULDER = next(i for i in range(nethack.NUM_OBJECTS) if nethack.OBJ_NAME(nethack.objclass(i)) == "boulder")
KEEPER = next(i for i in range(nethack.NUMMONS) if nethack.permonst(i).mname == "shopkeeper")
SIGNS = {
    " ": CMAP, "|": CMAP + 1, ".": CMAP + 19, "#": CMAP + 21, "-": CMAP + 14, "+": CMAP + 15, ">": CMAP + 24,
    "<": CMAP + 23, "}": CMAP + 32, "d": CMAP + 12, "^": CMAP + 42, "_": CMAP + 27, "n": NEWT,
    "f": nethack.GLYPH_PET_OFF + NEWT, "@": NEWT, "%": nethack.GLYPH_OBJ_OFF + APPLE,
    "0": nethack.GLYPH_OBJ_OFF + BOULDER, "S": KEEPER,
}  # fmt: skip
LEVEL = (0, 1)


def seen(*rows: str) -> tuple[np.ndarray, int, int]:
    """The glyphs of a drawing, and where the player ``@`` stands; the drawing begins at column 1, row 1."""
    glyphs = np.full((21, 79), CMAP, np.int16)
    x = y = 0
    for row, line in enumerate(rows, start=1):
        for column, sign in enumerate(line, start=1):
            glyphs[row, column] = SIGNS[sign]
            if sign == "@":
                x, y = column, row
    return glyphs, x, y


def remembered(*rows: str, floats: bool = False) -> Memory:
    memory = Memory(TERRAIN, THING)
    glyphs, x, y = seen(*rows)
    assert memory.look(glyphs, LEVEL, x, y)
    memory.survey(floats)
    return memory


def cost(memory: Memory, name: str) -> int:
    return int(memory.nearest[KINDS[name], 0])


class TestTables:
    def test_stairs_are_where_the_papers_code_has_them(self) -> None:
        assert TERRAIN[2383] == kinds.STAIRS_DOWN
        assert TERRAIN[2382] == kinds.STAIRS_UP

    def test_every_object_and_monster_is_some_thing(self) -> None:
        assert (THING[nethack.GLYPH_OBJ_OFF : nethack.GLYPH_CMAP_OFF] > 0).all()
        assert (THING[: nethack.GLYPH_PET_OFF] >= kinds.MONSTER).all()
        assert (THING[CMAP : nethack.GLYPH_EXPLODE_OFF] == 0).all()

    def test_beings_have_names(self) -> None:
        assert being_name(NEWT) == "newt"
        assert being_name(nethack.GLYPH_BODY_OFF + NEWT) == "newt corpse"
        assert being_name(CMAP) == ""


class TestLook:
    def test_what_hides_the_ground_does_not_erase_it(self) -> None:
        memory = Memory(TERRAIN, THING)
        memory.look(*seen_at(".@>", LEVEL))
        memory.look(*seen_at(".@n", LEVEL))
        assert memory.here.terrain[3, 1] == kinds.STAIRS_DOWN
        assert memory.here.thing[3, 1] == kinds.MONSTER
        memory.look(*seen_at("@. ", LEVEL))
        assert memory.here.terrain[3, 1] == kinds.STAIRS_DOWN
        assert memory.here.thing[3, 1] == kinds.NOTHING

    def test_what_the_player_stands_on_is_remembered(self) -> None:
        memory = Memory(TERRAIN, THING)
        memory.look(*seen_at("@%.", LEVEL))
        memory.look(*seen_at(".@.", LEVEL))
        memory.survey(False)
        assert cost(memory, "food") == 0
        memory.take_item()
        memory.survey(False)
        assert cost(memory, "food") == UNREACHED

    def test_beings_are_listed_nearest_first(self) -> None:
        memory = remembered("n..@.f")
        assert memory.beings[: memory.n_beings, :2].tolist() == [[kinds.PET, 6], [kinds.MONSTER, 1]]

    def test_levels_are_remembered_apart(self) -> None:
        memory = Memory(TERRAIN, THING)
        memory.look(*seen_at("@.>", (0, 1)))
        memory.look(*seen_at("@..", (2, 1)))
        assert not memory.look(*seen_at("@", (0, 1)))
        memory.survey(False)
        assert cost(memory, "stairs_down") == 2
        assert memory.seen == 6

    def test_rows_without_a_change_need_no_look(self) -> None:
        """Beside a memory that looks at every cell of every row."""
        rng = np.random.default_rng(0)
        signs = np.array(sorted(SIGNS.values()), np.int16)
        one, other = Memory(TERRAIN, THING), Memory(TERRAIN, THING)
        shows = {level: np.full((21, 79), CMAP, np.int16) for level in (LEVEL, (0, 2))}
        for _ in range(300):
            level = LEVEL if rng.random() < 0.9 else (0, 2)
            x, y = int(rng.integers(1, 79)), int(rng.integers(21))
            for _ in range(rng.integers(4)):
                shows[level][rng.integers(21), rng.integers(1, 79)] = rng.choice(signs)
            if level in other.levels:
                other.levels[level].crowded[:] = True
            for memory in (one, other):
                memory.look(shows[level], level, x, y)
                memory.survey(False)
            if rng.random() < 0.1 and one.n_beings:
                for memory in (one, other):
                    memory.note_peaceful(*memory.beings[0, 1:3].tolist())
            assert one.seen == other.seen
            assert np.array_equal(one.beings[: one.n_beings], other.beings[: other.n_beings])
            for name in ("shown", "terrain", "thing", "stuck", "shop"):
                assert np.array_equal(getattr(one.here, name), getattr(other.here, name)), name
            for name in ("nearest", "frontier", "known"):
                assert np.array_equal(getattr(one, name), getattr(other, name)), name


def seen_at(row: str, level: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int], int, int]:
    glyphs, x, y = seen(row)
    return glyphs, level, x, y


class TestSurvey:
    def test_how_dear_the_last_step_is_does_not_make_a_thing_farther_away(self) -> None:
        memory = remembered("+.@.n", "....^")
        assert (cost(memory, "closed_door"), cost(memory, "monster"), cost(memory, "trap")) == (2, 2, 2)
        assert memory.known[KINDS["monster"]] == 1

    def test_nothing_can_be_entered_outside_the_part_that_is_known(self) -> None:
        """Costs over the known part are those over the whole map; a gap in the dark is too narrow."""
        rng = np.random.default_rng(1)
        for _ in range(50):
            memory = Memory(TERRAIN, THING)
            glyphs = np.full((21, 79), CMAP, np.int16)
            x, y = int(rng.integers(1, 70)), int(rng.integers(1, 18))
            glyphs[y : y + 3, x : x + 6] = rng.choice(sorted(SIGNS.values()), (3, 6))
            memory.look(glyphs, LEVEL, x, y)
            memory.note_too_narrow(int(rng.integers(79)), int(rng.integers(21)))
            here = memory.here
            part = _known_part(here.terrain, here.stuck)
            found = np.nonzero((here.terrain != kinds.UNKNOWN) | here.stuck)
            assert part == (found[0].min(), found[0].max() + 1, found[1].min(), found[1].max() + 1)
            costs = []
            for columns_and_rows in (part, (0, 79, 0, 21)):
                enter, door = np.ones((79, 21), np.int8), np.ones((79, 21), np.bool_)
                _costs(here.terrain, here.thing, here.stuck, False, columns_and_rows, enter, door)
                costs.append((enter, door))
            assert np.array_equal(costs[0][0], costs[1][0])
            assert np.array_equal(costs[0][1], costs[1][1])

    def test_doors_are_approached_straight(self) -> None:
        memory = remembered(
            "...@|",
            "||+||",
        )
        # west, then south into the door: two steps, though the door is beside the player diagonally
        assert cost(memory, "closed_door") == 2
        assert memory.nearest[KINDS["closed_door"], 1] == 0

    def test_water_ends_a_way_unless_the_player_floats(self) -> None:
        drawing = ("@}}>",)
        assert cost(remembered(*drawing), "water") == 1
        assert cost(remembered(*drawing), "stairs_down") == UNREACHED
        assert cost(remembered(*drawing, floats=True), "stairs_down") == 3

    def test_boulders_that_do_not_move_are_gone_around_until_they_are_gone(self) -> None:
        drawing = (
            "@0>",
            "...",
        )
        memory = remembered(*drawing)
        memory.note_stuck(2, 1)
        memory.survey(False)
        assert memory.nearest[KINDS["stairs_down"], 1] == 7  # southeast
        glyphs, x, y = seen("@.>", "...")
        memory.look(glyphs, LEVEL, x, y)
        memory.survey(False)
        assert memory.nearest[KINDS["stairs_down"], 1] == 1  # east

    def test_the_frontier_is_what_was_not_visited_beside_what_was_not_seen(self) -> None:
        memory = remembered(
            "|||||||",
            "|..@..d###",
            "|||||||",
        )
        anywhere = memory.frontier[REGIONS["anywhere"]]
        assert anywhere.tolist() == [3, 1, 7, 2]  # the doorway, to the east
        corridors = memory.frontier[REGIONS["corridors"]]
        assert (int(corridors[0]), int(corridors[2])) == (4, 8)

    def test_where_all_is_known_dead_ends_are_searched_least_searched_first(self) -> None:
        memory = remembered(
            "|||||    ",
            "|..@d####",
            "|||||    ",
        )
        for x in range(2, 10):
            memory.here.visited[x, 2] = True
        memory._surveyed = None
        memory.survey(False)
        assert memory.frontier[REGIONS["anywhere"], 0] == UNREACHED
        assert memory.frontier[REGIONS["hidden"], 2] == 9  # the end of the corridor
        assert memory.known[KINDS["dead_end"]] == 1
        memory.here.searched[9, 2] = 80
        memory._surveyed = None
        memory.survey(False)
        assert memory.frontier[REGIONS["hidden"], 2] != 9

    def test_a_straight_run_visits_what_lies_between(self) -> None:
        memory = remembered("@....")
        glyphs, x, y = seen("....@")
        memory.look(glyphs, LEVEL, x, y)
        memory.pass_over(1, 1)
        assert memory.here.visited[1:6, 1].all()

    def test_locks_are_remembered_until_they_are_opened(self) -> None:
        memory = remembered("@+.")
        memory.note_lock(2, 1)
        glyphs, x, y = seen("@+.")
        memory.look(glyphs, LEVEL, x, y)
        memory.survey(False)
        assert (cost(memory, "locked_door"), cost(memory, "closed_door")) == (1, UNREACHED)
        assert memory.beside(frozenset((kinds.LOCKED_DOOR,)), straight=True) == [1]
        memory.note_unlocked()
        memory.survey(False)
        assert cost(memory, "closed_door") == 1


def test_everything_that_can_be_sought_is_shown_by_some_glyph() -> None:
    shown = {int(_TERRAIN_KIND[terrain]) for terrain in TERRAIN.tolist() if terrain != kinds.COVERED}
    shown |= {int(_THING_KIND[thing]) for thing in THING.tolist()}
    told = {
        "locked_door",
        "item",
        "dead_end",
        "shop",
        "new_stairs_down",
        "deeper_stairs",
        "branch_stairs",
    }  # known from messages, or derived
    assert {name for name, kind in KINDS.items() if kind not in shown} == told
