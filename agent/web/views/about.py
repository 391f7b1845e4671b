"""What a page must know of whoever serves it."""

from __future__ import annotations

from typing import Any

from agent import __version__
from agent.web.views.folders import Folders
from envs.registry import game_names


def about(folders: Folders) -> dict[str, Any]:
    """Version, and the games whose libraries can be shown; the first is the one that was asked for."""
    names = sorted(game_names(), key=lambda name: (name != folders.game, name))
    return {"version": __version__, "game": folders.game, "games": names}
