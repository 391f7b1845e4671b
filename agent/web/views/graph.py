"""A library's skill graph, as the explorer shows it: the picture, the corrected claims, and differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent.web.views.opened import Opened, making_much, named_library, open_library
from agent.web.views.scene import scene


def graph_view(library: Path | None, game: str, *, name: str = "", events: bool = False) -> dict[str, Any]:
    """The picture of a library's graph, see `agent.web.views.scene`; kept while nothing in it changes.

    Args:
        library: folder of skill libraries; None for the one that commands take by default.
        game: registry name.
        name: empty for that library, ``starter`` for the one that comes with Journeyman.
        events: show also the ``did.`` facts that no skill needs.

    Raises:
        UnknownGame, MissingPrerequisite, BadGraph: see `open_library`.
    """
    opened = open_library(named_library(library, name), game)
    return picture(opened, events=events)


def picture(opened: Opened, *, events: bool) -> dict[str, Any]:
    """The scene of an opened library; worked out once for each."""
    known = _kept.get(events)
    if known is None or known[0] is not opened:
        with making_much():
            known = _kept[events] = (opened, scene(opened, events=events))
    return known[1]


_kept: dict[bool, tuple[Opened, dict[str, Any]]] = {}
