"""Games that are played on a terminal."""

from __future__ import annotations

import re
from typing import Final, Protocol, runtime_checkable

from envs.game import Game
from envs.wrapped_game import innermost

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


@runtime_checkable
class TerminalGame(Protocol):
    """A game that is played on a terminal."""

    def screen_text(self) -> str:
        """The terminal with colour codes, rows apart by newlines."""
        ...


def terminal_text(game: Game) -> str:
    """What the terminal shows, without colours; empty for a game that has none."""
    inner = innermost(game)
    return without_colours(inner.screen_text()) if isinstance(inner, TerminalGame) else ""


def without_colours(text: str) -> str:
    r"""A terminal's text without its colour codes.

    >>> without_colours("\x1b[31mred\x1b[0m")
    'red'
    """
    return _COLOUR.sub("", text)
