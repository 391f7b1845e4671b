"""One line about what is played in place of a game."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.cli.output import say


def say_played_in(game: str, options: Mapping[str, Any] | None = None) -> None:
    """Say on stderr that it is not the game itself that is played, where that is so.

    Args:
        game: registry name.
        options: of the game.
    """
    from envs.registry import game_spec

    if label := game_spec(game).stand_in(options):
        say(f"played in: {label}")
