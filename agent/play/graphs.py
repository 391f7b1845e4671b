"""Where the skill graph that a command works on comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import MissingPrerequisite
from agent.play.libraries import choose_library

if TYPE_CHECKING:
    from planners.graph.graph import SkillGraph
    from skills.skill import Skill


def load_graph(*, file: Path | None, library: Path | None, game: str) -> SkillGraph:
    """The graph in `file` when one is given, else that of the library; see `choose_library`.

    Raises:
        MissingPrerequisite: no library has skills for the game, or the library has no graph yet.
        BadGraph: the file is missing or malformed.
        UnknownGame: no such game.
    """
    from envs.registry import game_spec
    from planners.graph.formats import read_graph
    from planners.graph.graph import SkillGraph

    if file is not None:
        return read_graph(file)
    game_spec(game)
    path = choose_library(library, game) / game / "graph.json"
    if not path.is_file():
        raise MissingPrerequisite(f"no skill graph at {str(path)!r}; journeyman practice makes one")
    return SkillGraph.load(path)


def load_skills(library: Path | None, game: str) -> dict[str, Skill]:
    """The records of the library's skills, by name. Raises as `load_graph`, and `LibraryDamaged`."""
    from skills.store.store import SkillLibrary

    return SkillLibrary(choose_library(library, game), game).load_all()
