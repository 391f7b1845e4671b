"""A library opened to be looked at: whatever can be read of it, and words on what cannot."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from agent.errors import MissingPrerequisite
from agent.play.libraries import choose_library, library_at, load_library_graph, shipped_library
from agent.surroundings import expanded
from envs.registry import game_spec
from skills.errors import LibraryDamaged, UnknownSkill
from skills.skill import Skill

if TYPE_CHECKING:
    from envs.game import GameSpec
    from planners.graph.graph import SkillGraph
    from skills.store.store import SkillLibrary

STARTER = "starter"
"""The name of the library that comes with Journeyman, beside that of the user."""

MOST_KEPT = 4
"""Libraries that are kept open while nothing in them changes."""

FEW_SKILLS = 200
"""Skills up to which all records are read at once; of larger libraries each when it is asked for."""

LOOK_AGAIN_S = 5.0
"""Seconds after which it is looked whether a larger library has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What can be shown of the skills of one game.

    Attributes:
        title: of the pages, such as ``crafter``.
        graph: of all skills; those that only the library's folders know are added.
        skills: the newest version of every skill, retired ones too.
        retired: skill -> its record of retirement.
        damaged: skill -> what is wrong with it.
        store: the library on disk; None for a graph that was read from a file.
        spec: the game; None where it is not known here.
    """

    title: str
    graph: SkillGraph
    skills: Mapping[str, Skill] = field(default_factory=dict)
    retired: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    damaged: Mapping[str, str] = field(default_factory=dict)
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
    key = (str(root), game)
    with _reading:
        known = _kept.pop(key, None)
        if known is None or not known.fresh():
            mark = _mark(root / game)
            if known is None or known.mark != mark:
                with making_much():
                    known = _Kept(mark, _read(root, game))
            known.looked = monotonic()
        _kept[key] = known
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return known.opened


@contextmanager
def making_much() -> Iterator[None]:
    """Makes many objects that stay: without looking for garbage among them, which takes as long again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@dataclass(slots=True)
class _Kept:
    """A library that was read, what it looked like then, and when it was last looked at, in seconds."""

    mark: object
    opened: Opened
    looked: float = 0.0

    def fresh(self) -> bool:
        return len(self.opened.graph) > FEW_SKILLS and monotonic() - self.looked < LOOK_AGAIN_S


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


_kept: dict[tuple[str, str], _Kept] = {}
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
    damaged: dict[str, str] = {}
    if store.graph_path.is_file():
        graph = load_library_graph(store)
    else:
        damaged["graph.json"] = "there is no graph yet; what is shown is what the skills' records say"
        graph = SkillGraph(game, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    skills: Mapping[str, Skill] = Records(store, damaged)
    retired: dict[str, Mapping[str, Any]] = {}
    for path in sorted(store.folder.glob("*/retired.json")):
        name = path.parent.name
        with suppress(LibraryDamaged):
            if (retirement := store.retirement(name)) is not None:
                retired[name] = retirement
    if len(graph) <= FEW_SKILLS:
        for name in store.names(retired=True):
            if (skill := skills.get(name)) is not None and name not in graph:
                _add(graph, skill, in_use=name not in retired)
    return Opened(
        title=game, graph=graph, skills=skills, retired=retired, damaged=damaged, store=store, spec=spec
    )


class Records(Mapping[str, Skill]):
    """The newest versions of a library's skills, each read and checked when it is first asked for."""

    def __init__(self, store: SkillLibrary, damaged: dict[str, str]) -> None:
        """Over a library; what cannot be read is noted in `damaged`, and is not there."""
        self._store, self._damaged = store, damaged
        self._read: dict[str, Skill | None] = {}

    def __getitem__(self, name: str) -> Skill:
        """The record. Raises `KeyError` where there is none that can be read."""
        if name not in self._read:
            self._read[name] = None
            with suppress(UnknownSkill):
                try:
                    self._read[name] = self._store.load(name)
                except LibraryDamaged as error:
                    self._damaged[name] = str(error)
        found = self._read[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Names of the skills that can be read."""
        return iter([name for name in self._store.names(retired=True) if self.get(name) is not None])

    def __len__(self) -> int:
        """How many can be read."""
        return sum(1 for _ in self)


def practised(opened: Opened) -> dict[str, str]:
    """Skill -> when the run began that its newest version comes from, in ISO form; unknown ones left out."""
    found = {name: opened.skills.get(name) for name in opened.graph.skills()}
    times = {name: run_time(skill.lineage.run) for name, skill in found.items() if skill is not None}
    return {name: when for name, when in times.items() if when}


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
