"""Distinct events of a game, collected by exploring: what preferences are asked about.

As kept on disk::

    {"schema": 1, "game": "toy", "steps": 4000, "seed": 0,
     "events": [{"signs": {"did.collect_wood": 1, "wood": 1}, "count": 93}, ...]}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.errors import BadEventList
from agent.preferences.explorer import Explorer
from envs.fact_changes import FactChanges
from envs.game import GameSpec
from envs.json_text import parsed
from envs.registry import make_game
from skills.files import to_json, write_atomically

SHIPPED = Path(__file__).parent / "event_lists"
SCHEMA = 1

GAME_STEPS = 40_000
"""Steps of exploring in the game itself."""
ARENA_STEPS = 4_000
"""Steps on each of its arenas."""
COMBINATIONS_PER_CHANGE = 2
"""Events of several parts that are kept of each change, the most frequent ones."""
KEPT_COMBINATIONS = 40
"""Events of several parts that are kept besides; all others are counted as their parts."""


@dataclass(frozen=True, slots=True)
class DistinctEvent:
    """What may happen in a step, and how often it happened in play.

    Attributes:
        signs: fact -> 1 for a rise, -1 for a fall; empty for nothing worth telling.
        text: the same in words.
        count: steps in which exactly this happened; rarer combinations are counted with each part.
    """

    signs: Mapping[str, int]
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class EventList:
    """The distinct events of a game, in a fixed order.

    Attributes:
        game: registry name.
        events: the most frequent first; equally frequent ones by their text.
        steps: of play that they were collected in.
        seed: of that play.
    """

    game: str
    events: tuple[DistinctEvent, ...]
    steps: int
    seed: int

    def signs(self, changes: FactChanges) -> NDArray[np.int8]:
        """All events as rows of signs, int8[n, C]."""
        return np.array([changes.row(event.signs) for event in self.events], np.int8)

    def to_record(self) -> dict[str, Any]:
        """The list as JSON values."""
        events = [{"signs": dict(sorted(e.signs.items())), "count": e.count} for e in self.events]
        return {"schema": SCHEMA, "game": self.game, "steps": self.steps, "seed": self.seed, "events": events}

    def save(self, path: Path) -> None:
        """Write the list, atomically. Raises `OSError`."""
        write_atomically(path, to_json(self.to_record()))


def shipped_events(spec: GameSpec) -> EventList | None:
    """The list that comes with a game; None for a game without one. Raises `BadEventList`."""
    path = SHIPPED / f"{spec.name}.json"
    return load_events(path, spec) if path.is_file() else None


def load_events(path: Path, spec: GameSpec) -> EventList:
    """Read a list that was saved.

    Raises:
        BadEventList: it is no such list, is of another game, or speaks of facts that the game does not have.
    """
    changes = FactChanges(spec)
    try:
        data = parsed(path.read_bytes())
        if data["schema"] != SCHEMA or data["game"] != spec.name:
            raise ValueError(f"schema {data['schema']!r} for game {data['game']!r}")
        events = tuple(
            _event(changes, changes.row(entry["signs"]), entry["count"]) for entry in data["events"]
        )
        return EventList(spec.name, events, int(data["steps"]), int(data["seed"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadEventList(
            f"{path.name} is no list of events of {spec.name!r} ({type(error).__name__}: {error}); collect "
            f"one with: journeyman preferences --game {spec.name} --collect"
        ) from error


def collect_events(spec: GameSpec, seed: int = 0, steps: int = GAME_STEPS) -> EventList:
    """Explore the game and its arenas, on training seeds; the same seed gives the same list.

    Every kind of event fact is listed, also when play never showed it: what is rare in random play may
    be common for a skilled player.

    Args:
        spec: the game.
        seed: root of all draws.
        steps: of play in the game itself; its arenas get a tenth of it each.

    Raises:
        MissingDependency: the game's package is not there.
    """
    changes, rows, total = FactChanges(spec), [], 0
    places = {"": {}, **{name: dict(arena.options) for name, arena in sorted(spec.arenas.items())}}
    for place, options in places.items():
        game = make_game(spec.name, **options)
        share = steps if not place else max(1, steps * ARENA_STEPS // GAME_STEPS)
        before, after = Explorer(game, seed, place).play(share)
        rows.append(changes.signs(before, after))
        total += len(before)
        game.close()
    counts = _distinct(changes, np.concatenate(rows), spec)
    events = [_event(changes, np.array(row, np.int8), count) for row, count in counts.items()]
    events.sort(key=lambda event: (-event.count, event.text))
    return EventList(spec.name, tuple(events), total, seed)


def _event(changes: FactChanges, row: NDArray[np.int8], count: int) -> DistinctEvent:
    return DistinctEvent(changes.by_name(row), changes.text(row), int(count))


def _distinct(changes: FactChanges, rows: NDArray[np.int8], spec: GameSpec) -> Counter[tuple[int, ...]]:
    """Row of signs -> count; combinations beyond the most frequent are broken into their parts."""
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    combined = [i for i in np.lexsort((np.arange(len(kinds)), -counts)) if np.count_nonzero(kinds[i]) > 1]
    kept = _kept(kinds, combined)
    found: Counter[tuple[int, ...]] = Counter()
    for i, kind in enumerate(kinds):
        parts = [kind] if i in kept or np.count_nonzero(kind) <= 1 else _parts(kind)
        for part in parts:
            found[tuple(part.tolist())] += int(counts[i])
    for column, channel in enumerate(changes.channels):
        if spec.fact_kinds[channel.fact] == "event":
            found[tuple(int(i == column) for i in range(len(changes.channels)))] += 0
    return found


def _kept(kinds: NDArray[np.int8], combined: list[int]) -> set[int]:
    """Indices of the combinations to keep: the most frequent of each change, then those of all changes."""
    kept: set[int] = set()
    for column in range(kinds.shape[1]):
        for sign in (1, -1):
            kept.update([i for i in combined if kinds[i, column] == sign][:COMBINATIONS_PER_CHANGE])
    return kept.union([i for i in combined if i not in kept][:KEPT_COMBINATIONS])


def _parts(row: NDArray[np.int8]) -> list[NDArray[np.int8]]:
    parts = []
    for column in np.flatnonzero(row):
        part = np.zeros_like(row)
        part[column] = row[column]
        parts.append(part)
    return parts
