"""Arenas, stairs that remember where they lead, altars, and beings that are deadly to touch."""

from __future__ import annotations

import pytest
from nle import nethack

from envs.errors import BadGameOption
from envs.facts import EndStatus
from envs.nethack import kinds, levels
from envs.nethack.game import MAX_ENGINES, NetHackGame
from envs.nethack.glyphs import being_name
from envs.nethack.levels import check_level, shipped_levels
from envs.nethack.memory import LevelMap
from envs.nethack.spec import SPEC
from tests.envs.nethack.nethack_level import act


class TestSavedStates:
    @pytest.mark.slow
    def test_a_state_of_a_named_level_can_be_restored_in_the_game_itself_until_the_next_reset(self) -> None:
        arena = NetHackGame(**SPEC.arenas["altar"].options)
        arena.reset(3)
        act(arena, "move_west", "search")
        game = NetHackGame()
        game.reset(4)
        at_home = game.facts()
        game.restore(arena.snapshot())
        assert game.facts() == arena.facts()
        act(arena, "drop")
        act(game, "drop")
        assert game.facts() == arena.facts()
        game.reset(4)
        assert game.facts() == at_home
        for name in ("shop", "lava", "altar"):
            another = NetHackGame(**SPEC.arenas[name].options)
            another.reset(1)
            game.restore(another.snapshot())
            assert game.facts() == another.facts()
            another.close()
        assert len(game._engines) <= MAX_ENGINES
        arena.close()
        game.close()


class TestStairsAndAltars:
    def test_stairs_are_remembered_by_where_they_lead(self) -> None:
        game = NetHackGame()
        game.reset(1)
        memory = game._memory
        stairs = memory.here.terrain
        stairs[memory.x, memory.y] = kinds.STAIRS_DOWN
        memory.levels[0, 2] = memory.here
        memory.here = memory.levels[0, 3] = LevelMap()
        memory.here.terrain[5, 5] = kinds.STAIRS_UP
        memory._level, (x, y) = (0, 3), (memory.x, memory.y)
        memory.x = memory.y = 5
        memory.note_taken((0, 2), x, y)
        assert memory.levels[0, 2].leads[x, y] == kinds.SAME_BRANCH
        memory._level = (2, 3)
        memory.note_taken((0, 2), x, y)
        assert memory.levels[0, 2].leads[x, y] == kinds.OTHER_BRANCH
        game.close()

    def test_what_is_dropped_on_an_altar_is_learned_about(self) -> None:
        game = NetHackGame(**SPEC.arenas["altar"].options)
        game.reset(3)
        act(game, "drop")
        assert (game.facts()["did.drop"], game.facts()["did.learn_curse"]) == (1, 0)
        memory = game._memory
        memory.here.terrain[memory.x, memory.y] = kinds.ALTAR
        act(game, "drop")
        assert (game.facts()["did.drop"], game.facts()["did.learn_curse"]) == (2, 1)
        game.close()

    @pytest.mark.slow
    @pytest.mark.parametrize("name", SPEC.arenas)
    def test_every_arena_can_be_played(self, name: str) -> None:
        game = NetHackGame(**SPEC.arenas[name].options)
        game.reset(1)
        act(game, "search")
        assert game.status is EndStatus.RUNNING
        game.close()

    @pytest.mark.parametrize("name", shipped_levels())
    def test_every_shipped_level_compiles(self, name: str) -> None:
        check_level(levels._read(levels._FOLDER / f"{name.removeprefix(levels.ARENA_PREFIX)}.des"))

    def test_an_unknown_shipped_level_is_refused_with_the_nearest(self) -> None:
        with pytest.raises(BadGameOption, match="did you mean 'Arena-altar'"):
            NetHackGame(level="Arena-alter")

    def test_prayers_are_counted_from(self) -> None:
        game = NetHackGame()
        game.reset(1)
        began = game.facts()["turn"]
        act(game, "search_10")
        facts = game.facts()
        assert 0 < facts["since_prayer"] == facts["turn"] - began
        act(game, "pray")
        assert game.facts()["since_prayer"] == 0
        game.close()

    def test_what_is_deadly_to_touch_is_shown_by_its_side_and_is_no_monster(self) -> None:
        game = NetHackGame()
        game.reset(1)
        eye = next(
            g for g in range(nethack.GLYPH_MON_OFF, nethack.GLYPH_PET_OFF) if being_name(g) == "floating eye"
        )
        memory, beside = game._memory, game.facts()["monsters_beside"]
        glyphs = game._engine.glyphs.copy()
        glyphs[memory.y, memory.x + 1] = eye
        memory.look(glyphs, (0, 1), memory.x, memory.y)
        game._fresh = False
        facts = game.facts()
        assert (facts["deadly.east"], facts["deadly.west"]) == (1, 0)
        assert facts["monsters_beside"] <= beside
        game.close()
