"""Saved states that practice may start from: bounded, diverse, in one file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from envs.disk import Written
from envs.rollout.episode import Start
from envs.text import plain
from skills.array_file import read_arrays
from skills.errors import LibraryDamaged
from skills.files import write_atomically

SCHEMA = 1
"""Schema number of a bank's file."""

MOST_STATES = 30_000
"""States of all labels together, unless told; of Crafter's they take about 200 MB."""

_ARRAYS = ("facts", "origins", "ends", "states", "meta", "digest")


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One saved state.

    Attributes:
        start: the state and the seed of its episode.
        facts: int32[F], in the order of the bank's fact names.
        label: why it was saved, usually the skill that had just succeeded.
    """

    start: Start
    facts: NDArray[np.int32]
    label: str


class StartBank:
    """A bounded store of states.

    Each label keeps a uniform sample of what was offered under it (reservoir sampling, Vitter's Algorithm R),
    with at most `per_origin` states of one episode, so that one long episode cannot fill the bank.

    Args:
        fact_names: the game's facts, in order.
        capacity: most states per label.
        per_origin: most states per label and episode seed.
        total: most states of all labels together; beyond it, the largest label gives one up.
        seed: of the draws that decide what is replaced.
    """

    def __init__(
        self,
        fact_names: Sequence[str],
        *,
        capacity: int = 200,
        per_origin: int = 4,
        total: int = MOST_STATES,
        seed: int = 0,
    ) -> None:
        if capacity < 1 or per_origin < 1:
            raise ValueError(f"capacity is {capacity} and per_origin {per_origin}; both must be at least 1")
        if total < 1:
            raise ValueError(f"total is {total}; it must be at least 1")
        self.fact_names = tuple(fact_names)
        self.capacity, self.per_origin, self.total = capacity, per_origin, total
        self._index = {name: i for i, name in enumerate(self.fact_names)}
        self._entries: dict[str, list[BankEntry]] = {}
        self._offered: dict[str, int] = {}
        self._rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    @property
    def labels(self) -> dict[str, int]:
        """Label -> number of states kept."""
        return {label: len(entries) for label, entries in self._entries.items()}

    def add(self, start: Start, facts: NDArray[np.int32], label: str = "") -> bool:
        """Offer a state; returns whether it was kept."""
        if facts.shape != (len(self.fact_names),):
            raise ValueError(f"facts have shape {facts.shape}; expected ({len(self.fact_names)},)")
        entry = BankEntry(start, np.array(facts, np.int32), label)
        entries = self._entries.setdefault(label, [])
        self._offered[label] = self._offered.get(label, 0) + 1
        same_episode = [i for i, other in enumerate(entries) if other.start.origin == start.origin]
        if len(same_episode) >= self.per_origin:
            entries[same_episode[int(self._rng.integers(len(same_episode)))]] = entry
        elif len(entries) < self.capacity:
            entries.append(entry)
            self._make_room()
        else:
            slot = int(self._rng.integers(self._offered[label]))
            if slot >= self.capacity:
                return False
            entries[slot] = entry
        return True

    def fact_rows(self) -> NDArray[np.int32]:
        """The facts of all states kept, ``int32[n, F]``."""
        return np.array([entry.facts for entry in self._all()], np.int32).reshape(-1, len(self.fact_names))

    def _make_room(self) -> None:
        """Drop a state of the largest label when there are too many."""
        if len(self) > self.total:
            largest = max(self._entries.values(), key=len)
            del largest[int(self._rng.integers(len(largest)))]

    def matching(self, needs: Mapping[str, int], label: str | None = None) -> list[Start]:
        """States whose facts cover `needs` (of one label only, when given), oldest first."""
        return [start for start, _ in self.states(needs, label)]

    def states(
        self, needs: Mapping[str, int], label: str | None = None
    ) -> list[tuple[Start, NDArray[np.int32]]]:
        """As `matching`, each state with its facts."""
        found = self.labelled(needs)
        return [(start, facts) for start, facts, found_label in found if label in (None, found_label)]

    def labelled(self, needs: Mapping[str, int]) -> list[tuple[Start, NDArray[np.int32], str]]:
        """States whose facts cover `needs`, oldest first, each with its facts and its label."""
        for name in needs:
            if name not in self._index:
                raise ValueError(
                    f"the bank knows no fact {name!r}; it was made for: {', '.join(self.fact_names)}"
                )
        columns = [self._index[name] for name in needs]
        counts = np.array(list(needs.values()), np.int32)
        return [
            (entry.start, entry.facts, entry.label)
            for entry in self._all()
            if bool((entry.facts[columns] >= counts).all())
        ]

    def _all(self) -> list[BankEntry]:
        return [entry for entries in self._entries.values() for entry in entries]

    def to_bytes(self) -> bytes:
        """Everything as one ``.npz`` file."""
        entries = self._all()
        sizes = [len(entry.start.snapshot) for entry in entries]
        facts = self.fact_rows()
        meta = {
            "schema": SCHEMA,
            "fact_names": self.fact_names,
            "capacity": self.capacity,
            "per_origin": self.per_origin,
            "total": self.total,
            "labels": [entry.label for entry in entries],
            "offered": self._offered,
        }
        arrays: dict[str, NDArray[np.generic]] = {
            "facts": facts,
            "origins": np.array([entry.start.origin for entry in entries], np.int64),
            "ends": np.cumsum(sizes, dtype=np.int64),
            "states": np.frombuffer(b"".join(entry.start.snapshot for entry in entries), np.uint8),
            "meta": np.frombuffer(json.dumps(meta).encode(), np.uint8),
        }
        arrays["digest"] = np.frombuffer(_digest(arrays), np.uint8)
        file = io.BytesIO()
        np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes allow_pickle for an array
        return file.getvalue()

    def save(self, path: Path) -> None:
        """Write everything to one ``.npz`` file, atomically. Raises `OSError`."""
        write_atomically(path, self.to_bytes(), Written.BANK)

    @classmethod
    def load(cls, path: Path, seed: int = 0) -> StartBank:
        """Read what `save` wrote. Raises `FileNotFoundError` or `LibraryDamaged`."""
        if not path.exists():
            raise FileNotFoundError(f"no start bank {str(path)!r}")
        try:
            arrays = read_arrays(path, _ARRAYS)
            digest = bytes(arrays.pop("digest"))
        except (LibraryDamaged, KeyError) as error:
            raise LibraryDamaged(f"the start bank {path.name} cannot be read: {error}; delete it") from error
        if digest != _digest(arrays):
            raise LibraryDamaged(f"the start bank {path.name} does not match its own hash; delete it")
        try:
            return cls._from_arrays(arrays, seed)
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise LibraryDamaged(
                f"the start bank {path.name} holds no states: {plain(error, 200)}; delete it"
            ) from error

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], seed: int) -> StartBank:
        meta = json.loads(bytes(arrays["meta"]))
        if meta["schema"] != SCHEMA:
            raise ValueError(f"schema {meta['schema']!r}, expected {SCHEMA}")
        bank = cls(
            meta["fact_names"], capacity=meta["capacity"], per_origin=meta["per_origin"],
            total=meta.get("total", MOST_STATES), seed=seed,
        )  # fmt: skip
        bank._offered = dict(meta["offered"])
        bank._fill(arrays, meta["labels"])
        return bank

    def _fill(self, arrays: Mapping[str, NDArray[np.generic]], labels: Sequence[str]) -> None:
        states, ends = bytes(np.asarray(arrays["states"])), [0, *np.asarray(arrays["ends"]).tolist()]
        origins = np.asarray(arrays["origins"]).tolist()
        for i, label in enumerate(labels):
            start = Start(states[ends[i] : ends[i + 1]], origins[i])
            facts = np.array(arrays["facts"][i], np.int32)
            self._entries.setdefault(label, []).append(BankEntry(start, facts, label))


def _digest(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.digest()
