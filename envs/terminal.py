"""Games that are played on a terminal, and games that speak."""

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


@runtime_checkable
class SpeakingGame(Protocol):
    """A game that says in words what happens."""

    @property
    def said(self) -> tuple[str, ...]:
        """What it said during the last step."""
        ...


def last_words(game: Game) -> tuple[str, ...]:
    """What a game said during the last step; nothing of one that does not speak."""
    inner = innermost(game)
    return inner.said if isinstance(inner, SpeakingGame) else ()


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
