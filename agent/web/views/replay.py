"""Recorded episodes for pages: which there are, the course of one, and its moments in chunks."""

from __future__ import annotations

from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, Final

import numpy as np

from agent.errors import UnknownEpisode
from agent.records.episodes import Episode, episodes_of, find_episode, is_full
from agent.records.redaction import shown
from agent.records.runs import RunStatus, find_run
from agent.records.timeline import PlanShown, Span, timeline
from agent.web.views.folders import Folders
from envs.game import GameSpec
from envs.recording.bars import bar_facts
from envs.recording.playback import CHUNK, PICTURE_SIDE, SHEET_COLUMNS, Chunk, Playback, png
from envs.tiles import TileSet

MOST_LISTED: Final = 2_000
"""Episodes that a list has, the first ones."""

MOST_OPEN: Final = 4
"""Episodes whose games are kept while somebody may look at them."""

LONGEST: Final = 400
"""Characters of a text of games and models."""


def episodes(folders: Folders, run: str) -> dict[str, Any]:
    """The recorded episodes of a run.

    Raises:
        UnknownRun: there is no such run.
        RunDamaged: it cannot be read.
    """
    info = find_run(folders.runs, run)
    listed = [{**e.summary(), "asked": shown(e.asked, LONGEST)} for e in _first(episodes_of(info))]
    return {
        "run": info.name,
        "command": info.command,
        "running": info.status is RunStatus.RUNNING,
        "full": is_full(info),
        "episodes": listed,
    }


def episode(folders: Folders, run: str, name: str) -> dict[str, Any]:
    """The course of an episode: skills, plans, what stands out, and how its moments are to be drawn.

    Names stand once in ``names``; everything else points to them by their place.

    Raises:
        UnknownRun, UnknownEpisode: there is none.
        RunDamaged: its run cannot be read.
        BadTrace: it cannot be played again.
    """
    found = _found(folders, run, name)
    trace = found.trace
    line = timeline(found.events(), trace.first_step, trace.steps, found.ending)
    playing = _PLAYING.of(found)
    names = _Names()
    return {
        **found.summary(),
        "run": found.run.name,
        "asked": shown(found.asked, LONGEST),
        "goal": dict(found.goal),
        "verdict": {key: shown(value, LONGEST) for key, value in found.verdict.items()},
        "title": playing.spec.title,
        "stand_in": playing.spec.stand_in(trace.options),
        "first_step": trace.first_step,
        "moments": playing.moments,
        "chunk": CHUNK,
        "kind": playing.kind,
        "tiles": None if playing.tile_set is None else _tile_set(playing.tile_set),
        "cells": list(playing.cells),
        "sheet": {"columns": SHEET_COLUMNS, "side": PICTURE_SIDE},
        "rewards": playing.has_rewards,
        "facts": [[fact.name, fact.kind, fact.description] for fact in playing.spec.facts],
        "bars": _bars(playing.spec),
        "spans": [_span(span, names) for span in line.spans],
        "plans": [_plan(plan, names) for plan in line.plans],
        "marks": [[mark.moment, mark.kind, mark.text] for mark in line.marks],
        "names": names.listed,
    }


def moments(folders: Folders, run: str, name: str, index: int) -> dict[str, Any]:
    """A chunk of an episode's moments; see `envs.recording.playback.Chunk`, bytes as base64.

    Raises:
        UnknownRun, UnknownEpisode: there is none, or it has no such chunk.
        BadTrace: it cannot be played again.
    """
    found = _found(folders, run, name)
    chunk = _PLAYING.of(found).chunk(index)
    if chunk is None:
        raise UnknownEpisode(
            f"episode {name} of run {found.run.name!r} has no moments from {index * CHUNK} on"
        )
    return _chunk(chunk)


def forget() -> None:
    """Free all games that are kept."""
    _PLAYING.forget()


class _Playing:
    """The episodes that were looked at lately, with what was made of them so far."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, int, str], Playback] = OrderedDict()
        self._lock = Lock()

    def of(self, episode: Episode) -> Playback:
        """The episode's playback, kept or begun now. Raises `BadTrace`."""
        key = (str(episode.run.path), episode.number, episode.at)
        with self._lock:
            if key not in self._open:
                self._open[key] = Playback(episode.trace)
                while len(self._open) > MOST_OPEN:
                    self._open.popitem(last=False)[1].close()
            self._open.move_to_end(key)
            return self._open[key]

    def forget(self) -> None:
        with self._lock:
            for playing in self._open.values():
                playing.close()
            self._open.clear()


_PLAYING = _Playing()


class _Names:
    """Names, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        return self._places.setdefault(name, len(self._places))

    @property
    def listed(self) -> list[str]:
        return [shown(name, LONGEST) for name in self._places]


def _found(folders: Folders, run: str, name: str) -> Episode:
    return find_episode(find_run(folders.runs, run), name)


def _first(found: Iterable[Episode]) -> list[Episode]:
    return [episode for _, episode in zip(range(MOST_LISTED), found, strict=False)]


def _span(span: Span, names: _Names) -> Sequence[Any]:
    return [
        names(span.skill), span.role, span.depth, span.begin, span.end, span.outcome, span.reason,
        {fact: n for fact, n in span.changes.items() if not fact.startswith("known.")},
    ]  # fmt: skip


def _plan(plan: PlanShown, names: _Names) -> Sequence[Any]:
    steps = [names(step) for step in plan.steps]
    return [
        plan.moment, steps, plan.length, plan.done, round(plan.expected_steps), dict(plan.missing),
        int(plan.changed),
    ]  # fmt: skip


def _bars(spec: GameSpec) -> list[Sequence[int | None]]:
    """Place of the fact, place of the fact that says how much is full, or that number."""
    found: list[Sequence[int | None]] = []
    for name, most in bar_facts(spec).items():
        place = spec.fact_index[most] if isinstance(most, str) else None
        found.append([spec.fact_index[name], place, None if isinstance(most, str) else most])
    return found


def _tile_set(tiles: TileSet) -> dict[str, Any]:
    """The textures one below the other, as a picture."""
    count, size = tiles.textures.shape[:2]
    return {
        "columns": tiles.columns,
        "rows": tiles.rows,
        "size": size,
        "count": count,
        "lit_rows": tiles.lit_rows,
        "textures": _text(png(np.vstack(list(tiles.textures)))),
    }


def _chunk(chunk: Chunk) -> dict[str, Any]:
    return {
        "first": chunk.first,
        "count": chunk.count,
        "pictures": _text(chunk.pictures),
        "facts": _text(chunk.facts),
        "rewards": None if chunk.rewards is None else list(chunk.rewards.items()),
        "said": [[moment, shown(text, LONGEST)] for moment, text in chunk.said.items()],
        "doubt": chunk.doubt,
        "last": chunk.last,
    }


def _text(data: bytes) -> str:
    return b64encode(data).decode()
