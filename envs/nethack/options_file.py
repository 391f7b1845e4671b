"""Starting NLE with an options file; nle 1.3.0 cannot, because it appends text to the file's name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nle.nethack import nethack as module

from envs.errors import BadGameOption
from envs.nethack.character import RANDOM

_PARTS = ("role", "race", "align", "gender")
_ERROR_PROMPT = "Hit return to continue"


def write_options(path: Path, text: str, character: str, *, pet: bool, autopickup: bool | None) -> None:
    """Write an options file: the text as given, and behind it who plays."""
    parts = dict.fromkeys(_PARTS, "random")
    if character != RANDOM:
        role, race, align, gender = character.split("-")
        parts = {"role": role, "race": race, "align": align, "gender": gender}
    lines = [f"OPTIONS={name}:{value}" for name, value in {"name": "Agent", **parts}.items()]
    lines += [] if pet else ["OPTIONS=pettype:none"]
    if autopickup is not None:
        lines.append(f"OPTIONS={'' if autopickup else '!'}autopickup")
    path.write_text("\n".join([text.rstrip("\n"), *lines, ""]), encoding="utf-8")


@contextlib.contextmanager
def options_files_allowed() -> Iterator[None]:
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


def check_options(env: Any) -> None:
    """Start a game and see whether it takes its options file. Raises `BadGameOption` with its words."""
    env.nethack.reset()
    screen = env.nethack._obs_buffers["tty_chars"]
    rows = [bytes(row).decode("latin-1").strip() for row in screen]
    if any(_ERROR_PROMPT in row for row in rows):
        words = " ".join(row for row in rows if row and _ERROR_PROMPT not in row and " in /" not in row)
        raise BadGameOption(f"NetHack does not take the options file: {words}")
