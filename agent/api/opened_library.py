"""A skill library, opened and verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planners.graph.graph import SkillGraph
    from skills.skill import Skill
    from skills.store.store import SkillLibrary


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A skill library, as it was when it was opened.

    Attributes:
        store: the library on disk: versions, weights, archives.
        skills: the newest version of every skill in use, by name.
        graph: what skills need and bring, as claimed by the model and as seen in play.
    """

    store: SkillLibrary
    skills: Mapping[str, Skill]
    graph: SkillGraph


def open_library(path: str | Path | None = None, game: str = "crafter") -> Library:
    """Open a library and verify the hash of every file in it.

    Args:
        path: folder of skill libraries; None for ./library if it has skills, else the starter library.
        game: registry name of the game.

    Raises:
        UnknownGame: no such game.
        MissingPrerequisite: there is no skill for the game, or no graph.
        LibraryDamaged: files are missing or have changed; the message names them.
    """
    from agent.play.graphs import load_graph
    from agent.play.libraries import open_store
    from skills.errors import LibraryDamaged

    store = open_store(path, game)
    if problems := store.verify():
        found = "; ".join(f"{problem.path}: {problem.message}" for problem in problems)
        raise LibraryDamaged(f"library {str(store.folder)!r} is damaged: {found}")
    return Library(store=store, skills=store.load_all(), graph=load_graph(library=store.root, game=game))
