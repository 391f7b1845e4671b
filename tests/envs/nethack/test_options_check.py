"""Which of NetHack's options are taken, which are refused, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.errors import BadGameOption
from envs.facts import EndStatus
from envs.nethack.game import NetHackGame
from envs.nethack.options_check import check_allowed, player_options, read_options, split_options
from envs.nethack.options_file import complete_options, explain_refusal

KEYS = "it changes keys, and the actions press NetHack's own"


def refusal(text: str) -> str:
    with pytest.raises(BadGameOption) as caught:
        check_allowed(read_options(text))
    return str(caught.value)


class TestReading:
    def test_statements_options_comments_and_lines_that_go_on(self) -> None:
        text = (
            "# all of it\n\nOPTIONS=time,\\\n  !color\r\n  options : NAME = Joe\nBIND=a:b\n[one]\nwords only"
        )
        found = [(option.line, str(option)) for option in read_options(text)]
        assert found == [(3, "time"), (3, "!color"), (5, "name:Joe"), (6, "BIND=a:b")]

    @pytest.mark.parametrize(
        "text", ["!time", "notime", "NOtime", "! time", "!!!time", "!nono time", "no!!time"]
    )
    def test_negations(self, text: str) -> None:
        (option,) = split_options(text)
        assert (option.name, option.on) == ("time", False)

    def test_nothing_is_nothing(self) -> None:
        assert read_options("") == read_options("OPTIONS=\nOPTIONS=,,\n\\\n") == []


class TestRefusal:
    @pytest.mark.parametrize(
        "line",
        [
            "OPTIONS=number_pad",
            "OPTIONS=number_pad:1",
            "OPTIONS=number_pad:-1",
            "OPTIONS=number_pad=2",
            "options:NUMBER_PAD : 3",
            "OPTI = time , number_pad:4",
            "OPTIONS=!!number_pad:1",
            "OPTIONS=!nonumber_pad",
            "OPTIONS=menu_select_all:;",
            "OPTIONS=menu_next_page:^F",
            "OPTIONS=menu_search:\\",
            "OPTIONS=altmeta",
            "OPTIONS=alt",
            "OPTIONS=rest_on_space",
            "OPTIONS=qwertz_layout",
            "OPTIONS=!travel",
            "OPTIONS=notravel",
            "BIND=h:movewest",
            "bind:^a=travel",
            "BINDINGS=!:kick",
            "Bindi = M-a:travel",
        ],
    )
    def test_what_changes_keys(self, line: str) -> None:
        message = refusal(f"# mine\n{line}\n")
        assert message.startswith("NetHack option that cannot be used here: line 2, ")
        assert message.endswith(f": {KEYS}; leave it out")

    @pytest.mark.parametrize(
        ("option", "reason"),
        [
            ("menustyle:traditional", "menus and questions"),
            ("force_invmenu", "menus and questions"),
            ("lootabc", "menus and questions"),
            ("!fixinv", "items apart by their letters"),
            ("noverbose", "events are read from messages"),
            ("!status_updates", "facts are read from"),
            ("paranoid_confirmation:all", "menus and questions"),
            ("windowtype:tty", "nle's own window"),
            ("symset:DECgraphics", "no sets of symbols"),
            ("IBMgraphics", "no sets of symbols"),
            ("playmode:debug", "not the game that is scored"),
        ],
    )
    def test_what_blinds_the_player(self, option: str, reason: str) -> None:
        assert reason in refusal(f"OPTIONS={option}")
        with pytest.raises(BadGameOption, match=reason):
            NetHackGame(options=("color", option))

    @pytest.mark.parametrize("line", ["HACKDIR=/tmp", "SAVEDIR=x", "INCLUDE=/etc/passwd", "WIZKIT=kit.txt"])
    def test_what_reaches_other_files(self, line: str) -> None:
        assert f"line 1, '{line}': " in refusal(line)

    def test_each_is_named_with_its_line(self) -> None:
        message = refusal("OPTIONS=time,number_pad:1\nOPTIONS=lootabc\nBIND=h:l")
        assert message.startswith("NetHack options that cannot be used here: line 1, 'number_pad:1': ")
        assert "; line 2, 'lootabc': " in message
        assert "; line 3, 'BIND=h:l': " in message
        assert message.endswith("; leave them out")

    def test_a_long_value_is_cut_and_shown_plainly(self) -> None:
        assert len(refusal("OPTIONS=number_pad:\x1b[2J" + "x" * 10_000)) < 300

    @pytest.mark.parametrize(
        "line",
        [
            "OPTIONS=number_pad:0",
            "OPTIONS=!number_pad",
            "OPTIONS=!altmeta,!rest_on_space,travel,fixinv,verbose,menustyle:full,windowtype:rl",
            "OPTIONS=name:Joe,race:elf,role:ranger,align:chaotic,gender:female,pettype:cat,autopickup",
            "OPTIONS=pickup_types:$?!/,pickup_burden:unencumbered,runmode:teleport,!autopickup,menucolors",
            "OPTIONS=menu_headings:bold,menu_objsyms,msg_window:f,statuslines:2,hilite_pet,sortloot:full",
            "SYMBOLS=S_boulder:0",
            "MENUCOLOR=\"blessed\"=green",
            "HILITE_STATUS=hp/<50%/red",
        ],
    )  # fmt: skip
    def test_others_are_taken(self, line: str) -> None:
        check_allowed(read_options(line))


class TestWhoPlays:
    def test_what_the_file_says_is_not_said_again(self) -> None:
        text = complete_options("OPTIONS=name:Joe,pettype:cat,!autopickup", None, pet=False, autopickup=None)
        assert text.split("\n")[1:] == [
            "OPTIONS=role:mon", "OPTIONS=race:hum", "OPTIONS=align:neu", "OPTIONS=gender:mal", ""
        ]  # fmt: skip

    def test_a_role_in_the_file_leaves_the_rest_to_chance(self) -> None:
        for said in ("OPTIONS=role:wizard", "ROLE=Wizard", "OPTIONS=character:wizard"):
            text = complete_options(said, None, pet=False, autopickup=None)
            assert "OPTIONS=race:random\nOPTIONS=align:random\nOPTIONS=gender:random\n" in text
            assert "role:mon" not in text and "OPTIONS=role:random" not in text

    @pytest.mark.parametrize(
        ("text", "arguments", "named"),
        [
            ("OPTIONS=role:wizard", {"character": "monk"}, "'character'"),
            ("OPTIONS=name:Joe-Wiz", {"character": "monk"}, "'character'"),
            ("OPTIONS=pettype:cat", {"pet": True}, "'pet'"),
            ("OPTIONS=!autopickup", {"autopickup": True}, "'autopickup'"),
        ],
    )
    def test_two_answers_are_refused(self, text: str, arguments: dict[str, object], named: str) -> None:
        with pytest.raises(BadGameOption, match=f"the game's option {named} say the same thing"):
            NetHackGame(nethackrc=text, **arguments)  # type: ignore[arg-type]

    def test_who_is_said(self) -> None:
        assert player_options(read_options("OPTIONS=na:x,gend:f\nNAME=Joe\nCHAR=wiz")) == {
            "gender", "name", "role"
        }  # fmt: skip

    def test_a_wizard_from_the_file_plays(self) -> None:
        game = NetHackGame(nethackrc="OPTIONS=role:wizard,name:Joe\n")
        game.reset(3)
        assert "Joe the Evoker" in game.screen_text()
        game.close()


class TestWhatNetHackSays:
    def test_every_line_that_it_does_not_take_is_told_with_its_words(self) -> None:
        text = 'OPTIONS=time\nOPTIONS=mention_decor,autounlock:apply-key kick\nFOO=bar\nMSGTYPE=hide "("\n'
        with pytest.raises(BadGameOption) as caught:
            NetHackGame(nethackrc=text)
        assert str(caught.value) == (
            "NetHack does not take the options file: "
            "line 2: Unknown option 'autounlock:apply-key kick', Unknown option 'mention_decor'; "
            "line 3: Unknown config statement; "
            "line 4: MSGTYPE regex error: Unmatched ( or \\("
        )

    def test_it_is_asked_for_five_lines_and_no_more(self) -> None:
        asked = []

        def ask(text: str) -> list[str]:
            asked.append(text)
            return ["bad"] if "bad" in text else []

        said = explain_refusal("\n".join(["good"] * 40 + ["bad"] * 10), ask)
        assert said == "; ".join(f"line {number}: bad" for number in range(41, 46))
        assert len(asked) < 50

    @pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
    def test_a_file_with_or_without_a_mark_plays(self, mark: bytes, tmp_path: Path) -> None:
        path = tmp_path / "rc"
        path.write_bytes(mark + b"OPTIONS=time,showexp\r\n")
        game = NetHackGame(nethackrc=path)
        game.reset(1)
        assert game.step(1) is EndStatus.RUNNING
        game.close()

    @pytest.mark.parametrize(
        ("data", "match"),
        [
            ("OPTIONS=time".encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
            (b"OPTIONS=time\nOPTIONS=name:Ren\xe9\n", "line 2 is not in UTF-8 .*; save it as UTF-8"),
            (b"OPTIONS=time\0\n", "it is no text"),
            (b"OPTIONS=time\n" * 100_000, "has more than 1,000,000 bytes"),
        ],
    )
    def test_a_file_that_is_no_such_text_is_refused(self, data: bytes, match: str, tmp_path: Path) -> None:
        path = tmp_path / "rc"
        path.write_bytes(data)
        with pytest.raises(BadGameOption, match=match):
            NetHackGame(nethackrc=path)

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(BadGameOption, match="is a folder; give the path of a text file with"):
            NetHackGame(nethackrc=tmp_path)
