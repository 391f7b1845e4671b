"""NetHack started, seeded, judged and ended; bad options; a program that fails."""

from __future__ import annotations

import glob
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from envs.errors import BadGameOption, MissingDependency
from envs.facts import FAR, EndStatus
from envs.nethack import levels
from envs.nethack.character import ROLES, check_character
from envs.nethack.engine import Engine, Setup
from envs.nethack.game import NetHackGame
from envs.nethack.screen import terminal_text
from envs.registry import make_game
from tests.envs.nethack.nethack_level import ROOM, level, walk_to

EAT = "MiniHack-Eat-v0"
QUEST = "MiniHack-Quest-Easy-v0"


def trace(engine: Engine, seed: int, keys: int = 150) -> list[bytes]:
    engine.begin(seed)
    rng = random.Random(seed)
    seen = []
    while engine.status is EndStatus.RUNNING and engine.keys < keys:
        engine.press(27 if engine.asks else rng.choice(b"hjklyubnse,.<>q"))
        seen.append(engine.glyphs.tobytes() + engine.stats.tobytes() + engine.screen.tobytes())
    return seen


class TestSeeds:
    @pytest.mark.parametrize("setup", [Setup(), Setup(character="@"), Setup(level=QUEST)], ids=repr)
    def test_a_seed_repeats_an_episode_in_any_engine_and_after_any_other(self, setup: Setup) -> None:
        one, other = Engine(setup), Engine(setup)
        random.seed(1)
        first = trace(one, 5)
        random.seed(2)
        assert trace(other, 6) != first
        assert trace(other, 5) == first
        assert trace(one, 5) == first
        one.close()
        other.close()

    def test_the_global_generators_are_left_as_they_were(self) -> None:
        engine = Engine(Setup(level=EAT))
        random.seed(7)
        np.random.seed(7)
        engine.begin(1)
        drawn = random.random(), np.random.random()
        random.seed(7)
        np.random.seed(7)
        assert drawn == (random.random(), np.random.random())
        engine.close()

    def test_level_seeds_fix_the_level_and_not_the_rest(self) -> None:
        engine = Engine(Setup(level_seed=3))
        starts = []
        for seed in (1, 2):
            engine.begin(seed)
            starts.append((int(engine.stats[0]), int(engine.stats[1])))
        assert starts[0] == starts[1]
        engine.close()


class TestCharacters:
    def test_every_role_starts_as_itself(self) -> None:
        for role, (name, *_) in ROLES.items():
            engine = Engine(Setup(character=role))
            engine.begin(0)
            screen = engine.message() + engine.screen.tobytes().decode("latin-1")
            assert name.title() in screen or "welcome" in screen
            engine.close()

    def test_the_protocols_monk_is_petless_neutral_and_human(self) -> None:
        game = NetHackGame(character="mon-hum-neu-mal")
        for seed in range(3):
            game.reset(seed)
            assert "Agent the Candidate" in game.screen_text()
            assert (game.facts()["alignment"], game.facts()["spellbooks"]) == (0, 1)
            assert game.facts()["distance.pet"] == FAR
        game.close()

    def test_pets_come_when_asked_for(self) -> None:
        game = NetHackGame(pet=True)
        game.reset(0)
        assert game.facts()["near.pet"] == 1
        game.close()

    @pytest.mark.parametrize(
        ("text", "match"),
        [
            ("valkirie", r"no role 'valkirie'; did you mean 'valkyrie'\? There are: archeologist"),
            ("val-elf", "a valkyrie is human, dwarf"),
            ("val-hum-neu-mal", "valkyries female"),
            ("mon-hum-blu-mal", "no race, alignment or gender 'blu'"),
        ],
    )
    def test_others_are_refused_with_what_there_is(self, text: str, match: str) -> None:
        with pytest.raises(BadGameOption, match=match):
            NetHackGame(character=text)

    def test_missing_parts_are_filled_in(self) -> None:
        assert check_character("Monk") == "mon-hum-law-mal"
        assert check_character("wiz-gno") == "wiz-gno-neu-mal"
        assert check_character("@") == "@"


class TestLevels:
    def test_a_level_by_id_has_its_own_limit_and_judge(self) -> None:
        game = NetHackGame(level=EAT)
        game.reset(4)
        walk_to(game, "food")
        assert game.step(game.spec.action_index["eat"]) is EndStatus.SUCCESS, game.caption()
        game.close()

    def test_a_level_ends_at_its_own_step_limit_unless_told_otherwise(self) -> None:
        game = NetHackGame(level="MiniHack-Room-5x5-v0")
        game.reset(1)
        while game.step(game.spec.action_index["search"]) is EndStatus.RUNNING:
            pass
        assert (game.status, game.steps) == (EndStatus.TIME_LIMIT, 100)
        game.reset(1, max_steps=7)
        while game.step(game.spec.action_index["search"]) is EndStatus.RUNNING:
            pass
        assert game.steps == 7
        game.close()

    def test_a_level_by_text_and_by_path(self, tmp_path: Path) -> None:
        path = tmp_path / "room.des"
        path.write_text(ROOM)
        captions = []
        for what in (ROOM, str(path)):
            game = NetHackGame(level=what)
            game.reset(2)
            captions.append(game.caption())
            game.close()
        assert captions[0] == captions[1]

    @pytest.mark.parametrize(
        ("what", "match"),
        [
            ("MiniHack-Eta-v0", r"no MiniHack level 'MiniHack-Eta-v0'; did you mean 'MiniHack-Eat"),
            ("no/such/file.des", "cannot be read .*; give the path of a text file ending in .des"),
            (ROOM + "BOGUS:(1\n", r'does not compile: mylevel.des: line \d+, pos 0: syntax error at "BOGUS"'),
            (
                ROOM + f'ENGRAVING:(1,1),engrave,"{"E" * 3_000}"\n',
                r"text is longer than 255 characters; the longest line is line \d+, with 3,0\d\d: shorten",
            ),
            (ROOM.replace("mylevel", "other"), "makes the level other, expected 'mylevel'"),
        ],
    )
    def test_others_are_refused_with_what_is_wrong(self, what: str, match: str) -> None:
        with pytest.raises(BadGameOption, match=match):
            NetHackGame(level=what)

    @pytest.mark.parametrize(
        "text",
        [
            "MAZE: \"mylevel\", ' '\n",
            "MAZE: \"mylevel\", '-'\n",
            'LEVEL: "mylevel"\n',
            "MAZE: \"mylevel\", ' '\nGEOMETRY:center,center\nMAP\n-----\n-----\nENDMAP\n",
            "MAZE: \"mylevel\", ' '\nGEOMETRY:center,center\nMAP\n     \n     \nENDMAP\n",
            "MAZE: \"mylevel\", ' '\nGEOMETRY:center,center\nMAP\n}}}}}\nLLLLL\nTTFHT\nENDMAP\n",
        ],
        ids=["nothing", "rock", "no rooms", "walls", "blank", "water"],
    )
    def test_a_level_where_nobody_can_stand_is_refused(self, text: str, tmp_path: Path) -> None:
        with pytest.raises(BadGameOption, match=r"^nobody can stand on this level: .*draw some in its MAP"):
            NetHackGame(level=text)
        recorded = NetHackGame(level=text, ttyrec=tmp_path)  # it is not started for the check, but for play
        with pytest.raises(BadGameOption, match="nobody can stand"):
            recorded.reset(1)
        recorded.close()

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: b"\xef\xbb\xbf" + text.encode(),
            lambda text: text.replace("\n", "\r\n").encode(),
            lambda text: text.rstrip("\n").encode(),
        ],
        ids=["mark", "line ends", "no last line end"],
    )
    def test_how_an_editor_saved_it_makes_no_difference(
        self, change: Callable[[str], bytes], tmp_path: Path
    ) -> None:
        path = tmp_path / "room.des"
        path.write_bytes(change(ROOM))
        game = NetHackGame(level=str(path))
        game.reset(2)
        assert game.step(game.spec.action_index["wait"]) is EndStatus.RUNNING
        game.close()

    @pytest.mark.parametrize(
        ("data", "match"),
        [
            (ROOM.encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
            ((ROOM + "# \xe9\n").encode("latin-1"), r"line \d+ is not in UTF-8"),
            (b"\x7fELF\0\0", "it is no text; give the path of a text file ending in .des"),
            (ROOM.encode() + b"\x1b[2J\n", r"holds \\x1b, so it is no text of a level"),
            (b"#" * 1_000_001, "has more than 1,000,000 bytes"),
            (b"", "the des-file makes no level, expected 'mylevel'"),
        ],
    )
    def test_a_file_that_is_no_such_text_is_refused(self, data: bytes, match: str, tmp_path: Path) -> None:
        path = tmp_path / "room.des"
        path.write_bytes(data)
        with pytest.raises(BadGameOption, match=match):
            NetHackGame(level=str(path))

    def test_a_folder_or_a_device_is_no_level(self, tmp_path: Path) -> None:
        (tmp_path / "folder.des").mkdir()
        (tmp_path / "device.des").symlink_to("/dev/zero")
        for name, kind in (("folder", "a folder"), ("device", "no file")):
            with pytest.raises(BadGameOption, match=rf"{name}.des' is {kind}; give the path of"):
                NetHackGame(level=str(tmp_path / f"{name}.des"))

    def test_a_compiler_that_does_not_run_or_end_is_told(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(levels, "_COMPILER", Path("/no/such/compiler"))
        with pytest.raises(MissingDependency, match="level compiler does not run"):
            NetHackGame(level=ROOM)
        endless = tmp_path / "endless"
        endless.write_text("#!/bin/sh\nexec sleep 600\n")
        endless.chmod(0o755)
        monkeypatch.setattr(levels, "_COMPILER", endless)
        monkeypatch.setattr(levels, "_COMPILER_TIMEOUT_S", 0.1)
        with pytest.raises(BadGameOption, match=r"was not compiled within 0.1 s"):
            NetHackGame(level=ROOM)

    def test_levels_whose_maps_are_not_there_say_so(self) -> None:
        with pytest.raises(MissingDependency, match=r"level 'MiniHack-Boxoban-Hard-v0' needs .*download"):
            NetHackGame(level="MiniHack-Boxoban-Hard-v0")

    def test_options_that_would_spoil_the_option_string_are_refused(self) -> None:
        with pytest.raises(BadGameOption, match="give them one by one"):
            NetHackGame(options=("time,color",))
        with pytest.raises(BadGameOption, match="a level brings its own NetHack options"):
            NetHackGame(level=EAT, options=("time",))

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (
                ("time", "foo", "bar"),
                r"time, foo, bar: Unknown option 'bar', Unknown option 'foo'$",
            ),
            (("settings/nethackrc",), r"; an options file is given as nethackrc$"),
            (("disclose:zz",), r": Unknown disclose parameter 'z'$"),
            (("name:",), r": Missing parameter for 'name:'$"),
        ],
    )
    def test_options_that_nethack_does_not_take_are_refused_in_its_own_words(
        self, options: tuple[str, ...], words: str
    ) -> None:
        with pytest.raises(BadGameOption, match=f"^NetHack does not take the options .*{words}"):
            NetHackGame(options=options)


RC = """OPTIONS=autopickup,pickup_types:$/%?!,nolegacy,time,showexp,color,runmode:teleport,nobones
AUTOPICKUP_EXCEPTION=">.*corpse"
MSGTYPE=hide "You swap places.*"
"""


class TestOptionsFile:
    def test_it_is_read_at_every_start_and_repeats_under_a_seed(self, tmp_path: Path) -> None:
        path = tmp_path / "nethackrc"
        path.write_text(RC)
        seen = []
        for given in (RC, path):
            game = NetHackGame(nethackrc=given)
            for seed in (1, 2):
                game.reset(seed)
                assert "Agent the Candidate" in game.screen_text()
                assert game.facts()["distance.pet"] == FAR
                game.step(2)
                seen.append(game.facts())
            game.close()
        assert seen[:2] == seen[2:]

    def test_what_nethack_does_not_take_is_refused_in_its_own_words(self) -> None:
        before = set(glob.glob(f"{tempfile.gettempdir()}/journeyman-nethackrc-*"))
        with pytest.raises(BadGameOption, match=r"does not take the options file: .*regular expression"):
            NetHackGame(nethackrc=RC.replace(".*corpse", "*corpse"))
        with pytest.raises(BadGameOption, match="'options' and 'nethackrc' exclude each other"):
            NetHackGame(nethackrc=RC, options=("time",))
        with pytest.raises(BadGameOption, match="cannot be read"):
            NetHackGame(nethackrc="no/such/file")
        assert set(glob.glob(f"{tempfile.gettempdir()}/journeyman-nethackrc-*")) <= before


class TestFailures:
    def test_a_program_that_fails_aborts_the_episode_and_is_built_anew(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        game = NetHackGame()
        game.reset(1)

        def fail(key: int) -> None:
            raise RuntimeError(f"no more keys, not even {key}")

        class Broken:
            step = staticmethod(fail)
            done = staticmethod(lambda: False)

        monkeypatch.setattr(game._engine, "_native", Broken())
        assert game.step(0) is EndStatus.ABORTED
        assert "no more keys" in game.fault
        with pytest.raises(RuntimeError, match=r"ended with ABORTED"):
            game.step(0)
        game.facts()
        game.caption()
        game.reset(1)
        assert game.step(0) is EndStatus.RUNNING
        game.close()

    def test_a_prompt_that_cannot_be_left_aborts_the_episode(self, monkeypatch: pytest.MonkeyPatch) -> None:
        game = NetHackGame()
        game.reset(1)
        monkeypatch.setattr(type(game._engine), "asks", property(lambda self: True))
        monkeypatch.setattr(type(game._engine), "asks_letter", property(lambda self: True))
        assert game.step(0) is EndStatus.ABORTED
        assert "does not leave the prompt" in game.fault
        game.close()

    def test_death_is_death(self) -> None:
        game = NetHackGame(
            level=level("-----\n|...|\n-----", 'MONSTER:"black dragon",(3,1),hostile', flags="noteleport")
        )
        game.reset(0, max_steps=500)
        while game.step(game.spec.action_index["move_east"]) is EndStatus.RUNNING:
            pass
        assert game.status is EndStatus.DEATH
        assert game.facts()["hp"] == 0
        game.close()


def test_temporary_folders_are_removed() -> None:
    before = set(glob.glob(f"{tempfile.gettempdir()}/nle*"))
    game = make_game("nethack")
    game.reset(0)
    game.close()
    assert set(glob.glob(f"{tempfile.gettempdir()}/nle*")) <= before
    game.reset(0)  # a closed game can be started again
    game.close()


def test_recordings_of_nle_are_written_where_asked(tmp_path: Path) -> None:
    game = NetHackGame(ttyrec=tmp_path / "tty")
    for seed in range(2):
        game.reset(seed, max_steps=5)
        while game.step(0) is EndStatus.RUNNING:
            pass
    game.close()
    files = sorted((tmp_path / "tty").glob("*/*.ttyrec*.bz2"))
    assert len(files) == 2
    assert all(file.stat().st_size > 100 for file in files)


def test_black_is_shown_as_grey_in_terminal_text() -> None:
    chars = np.full((1, 3), ord("x"), np.uint8)
    text = terminal_text(chars, np.array([[0, 1, 9]], np.int8))
    assert text == "\x1b[90mx\x1b[31mx\x1b[91mx\x1b[0m"
