"""NetHack's options as people write them, and which of them would blind or bind the player.

The player presses keys and reads messages, menus and inventory letters (`envs.nethack.player`, `prompts`).
Options that change one of these are refused by name. What NetHack itself does not take, it says at its start.

Source: NetHack 3.6.6, ``parseoptions`` in ``options.c``, ``parse_config_line`` in ``files.c``: names may be
cut short, upper or lower case, negated with ``!`` or ``no``, and followed by a value after ``:`` or ``=``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from envs.errors import BadGameOption
from envs.text import plain

_KEYS = "it changes keys, and the actions press NetHack's own"
_MENUS = "it changes menus and questions that the player answers"
_OTHER_GAME = "it is not the game that is scored"
_FOLDERS = "the game brings its own folders and files"
_WINDOW = "the game is seen through nle's own window"

_ON, _OFF, _ANY = "on", "off", "any"


@dataclass(frozen=True, slots=True)
class _Refused:
    """An option that is refused.

    Attributes:
        least: letters of its name that NetHack asks for at least.
        when: whether it is refused switched on, switched off, or always.
        reason: why.
        harmless: values with which it is taken all the same.
    """

    least: int
    when: str
    reason: str
    harmless: tuple[str, ...] = ()


_REFUSED_OPTIONS: Final = {
    "number_pad": _Refused(10, _ON, _KEYS, ("0",)),
    **{
        f"menu_{name}": _Refused(6, _ANY, _KEYS)
        for name in (
            "first_page", "last_page", "next_page", "previous_page", "select_all", "deselect_all",
            "invert_all", "select_page", "deselect_page", "invert_page", "search",
        )
    },
    "altmeta": _Refused(3, _ON, _KEYS),
    "altkeyhandler": _Refused(4, _ANY, _KEYS),
    "subkeyvalue": _Refused(5, _ANY, _KEYS),
    "qwertz_layout": _Refused(3, _ON, _KEYS),
    "rest_on_space": _Refused(3, _ON, _KEYS),
    "travel": _Refused(4, _OFF, _KEYS),
    "extmenu": _Refused(3, _ON, _MENUS),
    "menustyle": _Refused(4, _ANY, _MENUS, ("full", "f")),
    "force_invmenu": _Refused(4, _ON, _MENUS),
    "lootabc": _Refused(3, _ON, _MENUS),
    "whatis_menu": _Refused(8, _ON, _MENUS),
    "fixinv": _Refused(3, _OFF, "the player tells items apart by their letters"),
    "paranoid_confirmation": _Refused(8, _ON, _MENUS, ("pray", "quit", "bones", "die", "none")),
    "status_updates": _Refused(8, _OFF, "facts are read from what it leaves out"),
    "verbose": _Refused(4, _OFF, "events are read from messages that it leaves out"),
    "windowtype": _Refused(4, _ANY, _WINDOW, ("rl",)),
    "windowchain": _Refused(7, _ANY, _WINDOW),
    "symset": _Refused(3, _ANY, "nle brings no sets of symbols", ("default",)),
    "roguesymset": _Refused(3, _ANY, "nle brings no sets of symbols", ("default",)),
    "decgraphics": _Refused(3, _ON, "nle brings no sets of symbols"),
    "ibmgraphics": _Refused(3, _ON, "nle brings no sets of symbols"),
    "cursesgraphics": _Refused(4, _ON, "nle brings no sets of symbols"),
    "macgraphics": _Refused(4, _ON, "nle brings no sets of symbols"),
    "playmode": _Refused(4, _ANY, _OTHER_GAME, ("normal",)),
}  # fmt: skip

_REFUSED_STATEMENTS: Final = {
    "bindings": _Refused(4, _ANY, _KEYS),
    "wizkit": _Refused(6, _ANY, _OTHER_GAME),
    "include": _Refused(4, _ANY, _FOLDERS),
    **{
        name: _Refused(4, _ANY, _FOLDERS)
        for name in (
            "hackdir", "leveldir", "levels", "savedir", "save", "bonesdir", "datadir", "scoredir", "lockdir",
            "configdir", "troubledir",
        )
    },
}  # fmt: skip

PLAYER_OPTIONS: Final = ("name", "role", "race", "align", "gender", "pettype", "autopickup")
"""What the adapter says of the player itself where the file does not."""

_WHO: Final = {"name": "name", "role": "role", "character": "role"}
"""Statements, beside options, that say who plays."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option, or one statement that is none.

    Attributes:
        line: where it begins, from 1; 0 where there are no lines.
        name: as it was written, without a negation, in lower case.
        value: what follows, if anything.
        on: whether it was written without a negation.
        statement: whether it is a statement of its own, as ``BIND=`` is.
    """

    line: int
    name: str
    value: str = ""
    on: bool = True
    statement: bool = False

    def __str__(self) -> str:
        mark = "" if self.on else "!"
        value = f"{'=' if self.statement else ':'}{self.value}" if self.value else ""
        return plain(f"{mark}{self.name.upper() if self.statement else self.name}{value}", 60)


def read_options(text: str) -> list[Option]:
    """The options and statements of an options file, in order; sections that may be left out are read too."""
    return [option for line, statement in _statements(text) for option in _of_statement(line, statement)]


def split_options(text: str, line: int = 0) -> list[Option]:
    """The options of a text such as ``time,!color,name:Joe``.

    >>> [str(option) for option in split_options("time, !!color,NOnumber_pad")]
    ['time', 'color', '!number_pad']
    """
    found = []
    for part in text.split(","):
        name, on = part.strip(), True
        while name.startswith("!") or name[:2].lower() == "no":
            name, on = name[1 if name.startswith("!") else 2 :].lstrip(), not on
        name, _, value = _parted(name)
        if name:
            found.append(Option(line, name.lower(), value.strip(), on))
    return found


def _parted(text: str) -> tuple[str, str, str]:
    """Name, sign and value."""
    name, sign, value, *_ = [*re.split(r"\s*([:=])\s*", text, maxsplit=1), "", ""]
    return name, sign, value


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each statement; a backslash at the end of a line goes on with the next."""
    begun, start = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not begun and (not stripped or stripped.startswith("#")):
            continue
        start = start if begun else number
        if stripped.endswith("\\"):
            begun += stripped[:-1]
            continue
        yield start, begun + stripped
        begun = ""
    if begun:
        yield start, begun


def _of_statement(line: int, text: str) -> list[Option]:
    keyword, sign, value = _parted(text)
    if not sign:
        return []
    if len(keyword) >= 4 and "options".startswith(keyword.lower()):
        return split_options(value, line)
    return [Option(line, keyword.lower(), value, statement=True)]


def check_allowed(options: list[Option]) -> None:
    """Raise `BadGameOption`, naming each option and its line, if any would blind or bind the player."""
    refused = [(option, why) for option in options if (why := _why_refused(option))]
    if refused:
        several = "; ".join(f"{_place(option)}{str(option)!r}: {why}" for option, why in refused)
        what = "option" if len(refused) == 1 else "options"
        raise BadGameOption(f"NetHack {what} that cannot be used here: {several}; leave {_it(refused)} out")


def _it(several: list[tuple[Option, str]]) -> str:
    return "it" if len(several) == 1 else "them"


def _place(option: Option) -> str:
    return f"line {option.line}, " if option.line else ""


def _why_refused(option: Option) -> str:
    table = _REFUSED_STATEMENTS if option.statement else _REFUSED_OPTIONS
    for name, refused in table.items():
        short = len(option.name) >= min(refused.least, len(name)) and name.startswith(option.name)
        if not short or (refused.when == _ON and not option.on) or (refused.when == _OFF and option.on):
            continue
        if option.value.lower() not in refused.harmless or not option.value:
            return refused.reason
    return ""


def player_options(options: list[Option]) -> frozenset[str]:
    """Which of `PLAYER_OPTIONS` are set."""
    found = set()
    for option in options:
        if option.statement:
            found |= {
                who for word, who in _WHO.items() if len(option.name) > 3 and word.startswith(option.name)
            }
        elif option.name == "character":
            found.add("role")
        else:
            found |= {
                name for name in PLAYER_OPTIONS if len(option.name) >= 3 and name.startswith(option.name)
            }
        if option.name.startswith("nam") and "-" in option.value:
            found.add("role")  # name:Merlin-Wizard
    return frozenset(found)
