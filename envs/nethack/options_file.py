"""NLE with an options file: what stands in it, and starting it.

nle 1.3.0 cannot by itself, because it appends text to the file's name.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nle.env.base import NLE
from nle.nethack import nethack as module

from envs.errors import BadGameOption
from envs.nethack.character import DEFAULT_CHARACTER, RANDOM, check_character
from envs.nethack.options_check import before_sections, check_allowed, player_options, read_options
from envs.nethack.text_file import read_text
from envs.text import plain

_CHARACTER = ("role", "race", "align", "gender")
_ERROR_PROMPT = "Hit return to continue"
_COMPLAINT = re.compile(r"(?:Error: | \* )(.*?)(?=Error: | \* |\d+ errors? in |$)", re.DOTALL)
"""Of a file, or of options that were passed one by one."""
_UNKNOWN = re.compile(r"Unknown option '([^']*)'")
MOST_COMPLAINTS = 5
"""Lines that NetHack does not take, of which are told at most so many."""


def read_options_file(given: Path | str) -> str:
    """The text of an options file given by its path, or as it stands. Raises `BadGameOption`."""
    if isinstance(given, str) and ("\n" in given or "=" in given):
        return given.removeprefix("\ufeff")
    return read_text(Path(given), "the options file", "a text file with lines such as OPTIONS=time")


def complete_options(text: str, character: str | None, *, pet: bool, autopickup: bool | None) -> str:
    """The text of an options file as it was given, and with it who plays, as far as it does not say so.

    That stands before the first section: NetHack takes one section of several, and leaves the others out.

    Args:
        text: as it was given.
        character: role, race, alignment and gender; ``None`` leaves them to the file, or else to
            `DEFAULT_CHARACTER`.
        pet: start with a pet.
        autopickup: whether things are picked up; ``None`` leaves it to the file.

    Raises:
        BadGameOption: file and arguments both say who plays, or the file has options that are refused.
    """
    check_allowed(read_options(text))
    said = player_options(read_options(before_sections(text)))
    twice = {"character": character is not None and said & set(_CHARACTER), "pet": pet and "pettype" in said}
    twice["autopickup"] = autopickup is not None and "autopickup" in said
    if double := [name for name, both in twice.items() if both]:
        raise BadGameOption(
            f"the options file and the game's option {' and '.join(map(repr, double))} say the same thing; "
            "say it in one of them"
        )
    ours = {} if "name" in said else {"name": "Agent"}
    ours |= {part: value for part, value in _who(character, said).items() if part not in said}
    own = [f"{name}:{value}" for name, value in ours.items()]
    own += [] if pet or "pettype" in said else ["pettype:none"]
    if autopickup is not None:
        own.append(f"{'' if autopickup else '!'}autopickup")
    lines = [f"OPTIONS={option}" for option in own]
    always = before_sections(text)
    sections = text[len(always) :].rstrip("\n")
    return "\n".join([always.rstrip("\n"), *lines, *([sections] if sections else []), ""])


def _who(character: str | None, said: frozenset[str]) -> dict[str, str]:
    """Values for role, race, alignment and gender."""
    if character == RANDOM or (character is None and said & set(_CHARACTER)):
        return dict.fromkeys(_CHARACTER, "random")
    return dict(zip(_CHARACTER, check_character(character or DEFAULT_CHARACTER).split("-"), strict=True))


def with_options_file(text: str, **arguments: Any) -> Any:
    """The environment of a game with an options file; `close_with_options` ends it.

    Args:
        text: of the file.
        arguments: of `NLE`, without ``options``.

    Raises:
        BadGameOption: NetHack does not take something in the file; with its lines.
    """

    def ask(other: str) -> list[str]:
        env = _build(other, arguments)
        try:
            return complaints(env)
        finally:
            close_with_options(env)

    env = _build(text, arguments)
    try:
        refused = complaints(env)
    except BaseException:
        close_with_options(env)
        raise
    if refused:
        close_with_options(env)
        raise BadGameOption(f"NetHack does not take the options file: {explain_refusal(text, ask)}")
    return env


def _build(text: str, arguments: Mapping[str, Any]) -> Any:
    """The environment, with the folder of its file, which every start reads again."""
    folder = tempfile.TemporaryDirectory(prefix="journeyman-nethackrc-")
    path = Path(folder.name) / "nethackrc"
    path.write_text(text, encoding="utf-8")
    with _options_files_allowed():
        env: Any = NLE(options=(f"@{path}",), **arguments)
    env.options_folder = folder
    return env


def close_with_options(env: Any) -> None:
    """End the game, and remove its options file."""
    env.close()
    env.options_folder.cleanup()


@contextlib.contextmanager
def _options_files_allowed() -> Iterator[None]:
    """Inside the block, games may be built with the options ``("@path",)``."""
    original = module._pynethack

    def build(*arguments: Any) -> Any:
        cut = [
            value.partition(",")[0] if isinstance(value, str) and value.startswith("@") else value
            for value in arguments
        ]
        return original.Nethack(*cut)

    module._pynethack = SimpleNamespace(Nethack=build, nethack=original.nethack)
    try:
        yield
    finally:
        module._pynethack = original


def complaints(env: Any) -> list[str]:
    """Start a game and see what NetHack says of options that it does not take.

    Of an options file it tells the first such line, of options that were passed one by one all of them.
    """
    env.nethack.reset()
    screen = "".join(bytes(row).decode("latin-1") for row in env.nethack._obs_buffers["tty_chars"])
    if _ERROR_PROMPT not in screen:  # it may be broken over two rows, like everything that is said here
        return []
    found = _COMPLAINT.findall(screen.partition(_ERROR_PROMPT)[0])
    return [plain(" ".join(words.split()).rstrip("."), 200) for words in found] or ["it gives no reason"]


def explain_refusal(text: str, ask: Callable[[str], list[str]]) -> str:
    """What NetHack does not take, with the lines. It stops at the first, so it is asked again without that.

    Args:
        text: of the options file, of which NetHack takes something not.
        ask: what NetHack says of a text; see `complaints`.
    """
    lines = text.split("\n")
    found: list[str] = []
    while len(found) < MOST_COMPLAINTS and (words := ask("\n".join(lines))):
        number = _line_of(lines, words, ask)
        found.append(f"line {number}: {', '.join(words)}")
        lines[number - 1] = ""
    return "; ".join(found)


def _line_of(lines: list[str], words: list[str], ask: Callable[[str], list[str]]) -> int:
    """The line that NetHack complains of, from 1: the last one of the shortest beginning with complaints."""
    unknown = {name for said in words for name in _UNKNOWN.findall(said)}
    for number, line in enumerate(lines, start=1):
        if unknown and all(name in line for name in unknown):
            return number
    low, high = 1, len(lines)
    while low < high:
        middle = (low + high) // 2
        if ask("\n".join(lines[:middle])):
            high = middle
        else:
            low = middle + 1
    return low
