"""Where skill libraries lie: the user's own, and the one that is shipped."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import MissingPrerequisite
from agent.surroundings import expanded
from envs.text import command_line, plain

if TYPE_CHECKING:
    from planners.graph.graph import SkillGraph
    from skills.store.store import SkillLibrary

USER_LIBRARY = Path("library")
"""The user's library, in the current folder."""


def shipped_library() -> Path:
    """The folder of the starter library that comes with the package; it may lack a game."""
    spec = importlib.util.find_spec("skills")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPrerequisite("the package 'skills' is not installed; install journeyman again")
    return Path(next(iter(spec.submodule_search_locations))) / "library"


def has_skills(library: Path, game: str) -> bool:
    """Whether the library holds at least one complete skill for the game."""
    return any((library / game).glob("*/*/DONE"))


def choose_library(given: Path | None, game: str) -> Path:
    """The library to use: the one given, else the user's if it has skills, else the shipped one.

    Raises:
        MissingPrerequisite: it holds no skill for the game.
    """
    candidates = [given] if given is not None else [USER_LIBRARY, shipped_library()]
    for candidate in candidates:
        if has_skills(candidate, game):
            return candidate
    where = "neither ./library nor the starter library holds a skill"
    if given is not None:
        where = f"library {str(given)!r} holds no skill"
    raise MissingPrerequisite(
        f"{where} for {game!r}; learn some with: {command_line('practice', game=game, library=given)}"
    )


def open_store(given: str | Path | None, game: str) -> SkillLibrary:
    """The library to use, see `choose_library`, as it lies on disk.

    Raises:
        UnknownGame: no such game.
        MissingPrerequisite: it holds no skill for the game.
    """
    from envs.registry import game_spec

    game_spec(game)
    return library_at(choose_library(None if given is None else expanded(given), game), game)


def open_any(given: str | Path | None, game: str) -> SkillLibrary:
    """As `open_store`, but where none holds a skill it is the one given or the user's own, empty as it is.

    Raises:
        UnknownGame: no such game.
    """
    from envs.registry import game_spec

    game_spec(game)
    named = None if given is None else expanded(given)
    try:
        return library_at(choose_library(named, game), game)
    except MissingPrerequisite:
        return library_at(USER_LIBRARY if named is None else named, game)


def library_at(root: Path, game: str) -> SkillLibrary:
    """The library in a folder, which checks everything in it when it is verified, exported or imported."""
    from skills.store.store import SkillLibrary

    return SkillLibrary(root, game, _planners_check)


def load_library_graph(store: SkillLibrary) -> SkillGraph:
    """The skill graph of a library, with the facts that its game tells today and the skills that are in use.

    The file says which skills were admitted when it was written; skills are retired, restored and imported
    without it.

    Raises:
        BadGraph: it cannot be read, or is one of another game.
        UnknownGame: no such game.
    """
    from envs.registry import game_spec
    from planners.errors import BadGraph
    from planners.graph.graph import SkillGraph

    graph = SkillGraph.load(store.graph_path)
    if graph.game != store.game:
        raise BadGraph(
            f"{store.graph_path}: a graph of {plain(graph.game, 80)!r} in the library of {store.game!r}; "
            f"restore it: {command_line('skills', 'verify', game=store.game, library=store.root)}"
        )
    spec = game_spec(store.game)
    graph.adopt(spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    usable = _usable(store, graph)
    for name in graph.skills():
        graph.set_available(name, name in usable)
    return graph


def _usable(store: SkillLibrary, graph: SkillGraph) -> set[str]:
    """What a library can execute of a graph: what is there, in use, and whole if it is a chain."""
    from skills.chains.parts import chain_problems
    from skills.errors import LibraryDamaged

    parts: dict[str, tuple[str, ...]] = {}
    for name in store.names(retired=True):
        with suppress(LibraryDamaged):  # whoever executes or examines the library tells of it
            if _in_use(store, graph, name):
                chain = name in graph and graph.kind(name) == "chain"
                parts[name] = store.load(name).policy.parts if chain else ()
    return {name for name in parts if not any(chain_problems(name, parts))}


def _in_use(store: SkillLibrary, graph: SkillGraph, name: str) -> bool:
    """Whether a skill is not retired; as the graph has it where the record of that is damaged."""
    from skills.errors import LibraryDamaged

    try:
        return not store.is_retired(name)
    except LibraryDamaged:
        return name in graph and graph.available(name)


def _planners_check(name: str, content: bytes, game: str) -> Iterable[str]:
    """As `planners.graph.library_check.problems`, imported when something is checked at last."""
    from planners.graph.library_check import problems

    return problems(name, content, game)
