"""A library opened to be looked at: whatever can be read of it, and words on what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.errors import MissingPrerequisite
from agent.play.libraries import choose_library, library_at, load_library_graph, shipped_library
from agent.surroundings import expanded
from envs.registry import game_spec
from skills.errors import LibraryDamaged
from skills.skill import Skill

if TYPE_CHECKING:
    from envs.game import GameSpec
    from planners.graph.graph import SkillGraph
    from skills.store.store import SkillLibrary

STARTER = "starter"
"""The name of the library that comes with Journeyman, beside that of the user."""

MOST_KEPT = 4
"""Libraries that are kept open while nothing in them changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What can be shown of the skills of one game.

    Attributes:
        title: of the pages, such as ``crafter``.
        graph: of all skills; those that only the library's folders know are added.
        skills: the newest version of every skill, retired ones too.
        retired: skill -> its record of retirement.
        damaged: skill -> what is wrong with it.
        practised: skill -> when its newest version was learned, in ISO form.
        store: the library on disk; None for a graph that was read from a file.
        spec: the game; None where it is not known here.
    """

    title: str
    graph: SkillGraph
    skills: Mapping[str, Skill] = field(default_factory=dict)
    retired: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    damaged: Mapping[str, str] = field(default_factory=dict)
    practised: Mapping[str, str] = field(default_factory=dict)
    store: SkillLibrary | None = None
    spec: GameSpec | None = None

    @property
    def game(self) -> str:
        """The registry name of the game."""
        return self.graph.game


def open_library(library: Path | None, game: str) -> Opened:
    """The library in a folder; one that is half-written is shown as far as it goes.

    An unchanged library is not read again.

    Args:
        library: folder of skill libraries; None for the one that commands take by default.
        game: registry name.

    Raises:
        UnknownGame: no such game.
        MissingPrerequisite: it holds no skill for the game.
        BadGraph: its graph is malformed.
    """
    game_spec(game)
    root = choose_library(None if library is None else expanded(library), game)
    key, mark = (str(root), game), _mark(root / game)
    with _reading:
        known = _kept.get(key)
        if known is None or known[0] != mark:
            known = mark, _read(root, game)
            _kept.pop(key, None)
            _kept[key] = known
            while len(_kept) > MOST_KEPT:
                del _kept[next(iter(_kept))]
    return known[1]


def named_library(library: Path | None, name: str) -> Path | None:
    """The folder that a page may name: nothing for the user's, ``starter`` for the one that is shipped."""
    return shipped_library() if name == STARTER else library


def libraries(library: Path | None, game: str) -> list[dict[str, str]]:
    """The libraries of a game that pages may name, with titles for people."""
    found: dict[Path, dict[str, str]] = {}
    for name, title in (("", "your library"), (STARTER, "the starter library")):
        with suppress(MissingPrerequisite):
            root = choose_library(named_library(library, name), game).resolve()
            starter = root == shipped_library().resolve()
            found.setdefault(root, {"name": name, "title": "the starter library" if starter else title})
    return list(found.values())


_kept: dict[tuple[str, str], tuple[object, Opened]] = {}
_reading = Lock()


def _mark(folder: Path) -> object:
    """What changes whenever something in a library does: the times of its folders and of its graph."""
    found = []
    for path in [folder, folder / "graph.json", *sorted(folder.glob("*")), *sorted(folder.glob("*/v*"))]:
        with suppress(OSError):
            found.append((str(path), path.stat().st_mtime_ns))
    return tuple(found)


def _read(root: Path, game: str) -> Opened:
    from planners.graph.graph import SkillGraph

    store, spec = library_at(root, game), game_spec(game)
    skills: dict[str, Skill] = {}
    retired: dict[str, Mapping[str, Any]] = {}
    damaged: dict[str, str] = {}
    for name in store.names(retired=True):
        try:
            skills[name] = store.load(name)
            if (retirement := store.retirement(name)) is not None:
                retired[name] = retirement
        except LibraryDamaged as error:
            damaged[name] = str(error)
    if store.graph_path.is_file():
        graph = load_library_graph(store)
    else:
        damaged["graph.json"] = "there is no graph yet; what is shown is what the skills' records say"
        kinds, highs = spec.fact_kinds, {fact.name: fact.high for fact in spec.facts}
        graph = SkillGraph(game, kinds, highs)
    for name, skill in skills.items():
        if name not in graph:
            _add(graph, skill, in_use=name not in retired)
    practised = {name: when for name, skill in skills.items() if (when := run_time(skill.lineage.run))}
    return Opened(
        title=game,
        graph=graph,
        skills=skills,
        retired=retired,
        damaged=damaged,
        practised=practised,
        store=store,
        spec=spec,
    )


def _add(graph: SkillGraph, skill: Skill, *, in_use: bool) -> None:
    graph.add_skill(
        skill.name,
        skill.kind,
        skill.effects,
        description=skill.description,
        success_in_words=skill.claim,
        stats=skill.stats,
        available=in_use,
        step_cap=skill.step_cap,
    )


def run_time(run: str) -> str:
    """When a run began, from its name, in ISO form; empty where the name does not say.

    >>> run_time("20261122T231323Z-practice-crafter-s0-2acea1")
    '2026-11-22T23:13:23+00:00'
    >>> run_time("by hand")
    ''
    """
    try:
        return datetime.strptime(run[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""
