"""An episode as what it follows from: game, seed or saved state, and actions; a few thousand bytes.

Games are deterministic, so these are enough to see every step again (`envs.recording.rebuilding`). Checksums
of the facts on the way tell whether this version of the game still plays it as it was played.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.errors import BadTrace
from envs.facts import EndStatus
from envs.game import Focus, GameSpec
from envs.schema import why_not
from envs.text import brief

SCHEMA: Final = 1
"""Schema number of `Trace.to_record`."""

EVERY: Final = 64
"""Steps between two checksums of the facts."""

MOST_ACTIONS: Final = 1_000_000
"""Actions that are read of one episode; a game's own limit is far below."""

MOST_START_BYTES: Final = 4_000_000
"""Bytes of a saved state at the start that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One episode, or the part of it that was played from a saved state.

    Attributes:
        game: registry name.
        options: arguments of the game.
        seed: of the episode; of no meaning where `start` is not empty.
        limit: steps after which the episode ends; None for the game's own number.
        start: the saved state that it begins with; empty for `Game.reset`.
        first_step: the game's step counter at the beginning.
        actions: indices into ``spec.actions``; bytes where each fits into one.
        attended: for every action what the game was asked to encode for just before, None for nothing; empty
            for games whose actions do not depend on it, see `GameSpec.attends`.
        checksums: of the facts at the beginning, after every `EVERY` steps, and at the end.
        vocabulary: checksum of the names of the game's facts and actions.
        status: name of the `EndStatus` of the game at the end.
        last_facts: facts at the end that are not 0, of the kinds that stay: counts, levels and events.
        cause: what the player died of, as far as it could be seen; empty if it lives, or if nothing was seen.
    """

    game: str
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    limit: int | None = None
    start: bytes = b""
    first_step: int = 0
    actions: Sequence[int] = b""
    attended: tuple[Focus | None, ...] = ()
    checksums: tuple[int, ...] = ()
    vocabulary: int = 0
    status: str = EndStatus.RUNNING.name
    last_facts: Mapping[str, int] = field(default_factory=dict)
    cause: str = ""

    @property
    def steps(self) -> int:
        """Steps that were taken."""
        return len(self.actions)

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values; actions and checksums are packed."""
        return {
            "schema": SCHEMA,
            "game": self.game,
            "options": dict(self.options),
            "seed": self.seed,
            "limit": self.limit,
            "start": _packed(self.start),
            "first_step": self.first_step,
            "steps": self.steps,
            **_actions_record(self.actions),
            **_attended_record(self.attended),
            "checksums": _packed(np.array(self.checksums, "<u4").tobytes()),
            "vocabulary": self.vocabulary,
            "status": self.status,
            "last_facts": dict(self.last_facts),
            "cause": self.cause,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Trace:
        """From what `to_record` gave; other keys are ignored.

        Raises:
            BadTrace: of another schema, damaged, or too long.
        """
        if problem := why_not(record.get("schema"), SCHEMA):
            raise BadTrace(f"an episode that was kept {problem}")
        try:
            return cls(
                game=_text(record["game"]),
                options=dict(record["options"]),
                seed=int(record["seed"]),
                limit=None if record["limit"] is None else int(record["limit"]),
                start=_unpacked(record["start"], MOST_START_BYTES),
                first_step=int(record["first_step"]),
                actions=_actions(record),
                attended=_attended(record),
                checksums=_numbers(_unpacked(record["checksums"], MOST_ACTIONS)),
                vocabulary=int(record["vocabulary"]),
                status=EndStatus[record["status"]].name,
                last_facts={_text(name): int(n) for name, n in record["last_facts"].items()},
                cause=_text(record["cause"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
            raise BadTrace(
                f"an episode's record is damaged: {brief(str(error))}; others can be read"
            ) from error


def vocabulary_of(spec: GameSpec) -> int:
    """A checksum of the names of a game's facts and actions: checksums of facts compare only within one."""
    names = "\n".join([*(fact.name for fact in spec.facts), "", *spec.actions])
    return zlib.crc32(names.encode())


def checked_columns(spec: GameSpec) -> NDArray[np.intp]:
    """Indices of the facts that checksums cover: all but distances, one of which depends on who looks."""
    return np.array([i for i, fact in enumerate(spec.facts) if fact.kind != "distance"], np.intp)


def checksum(row: NDArray[np.int32], columns: NDArray[np.intp]) -> int:
    """The checksum of the facts of one moment.

    >>> checksum(np.array([1, 2, 3], np.int32), np.array([0, 2]))
    3141365785
    """
    return zlib.crc32(row[columns].astype("<i4").tobytes())


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unpacked(text: Any, most: int) -> bytes:
    if not isinstance(text, str) or len(text) > 2 * most:
        raise ValueError("packed bytes are no text, or too long")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _inflated(data: bytes, length: int, size: int = 1) -> bytes:
    if not 0 <= length <= MOST_ACTIONS:
        raise ValueError(f"{length} actions; expected 0..{MOST_ACTIONS}")
    stream = zlib.decompressobj()
    actions = stream.decompress(data, size * length + 1)
    if len(actions) != size * length:
        raise ValueError(f"there are not the {length} actions that there should be")
    return actions


def _actions_record(actions: Sequence[int]) -> dict[str, Any]:
    """Actions a byte each, or two where that is needed, which is said then."""
    if isinstance(actions, bytes):
        return {"actions": _packed(zlib.compress(actions, 9))}
    wide = np.array(actions, "<u2").tobytes()
    return {"actions": _packed(zlib.compress(wide, 9)), "action_bytes": 2}


def _actions(record: Mapping[str, Any]) -> Sequence[int]:
    length, wide = int(record["steps"]), record.get("action_bytes", 1)
    packed = _unpacked(record["actions"], MOST_ACTIONS)
    if wide == 1:
        return _inflated(packed, length)
    if wide != 2:
        raise ValueError(f"actions of {brief(wide)} bytes; expected 1 or 2")
    found: list[int] = np.frombuffer(_inflated(packed, length, 2), "<u2").tolist()
    return tuple(found)


def _attended_record(attended: tuple[Focus | None, ...]) -> dict[str, Any]:
    """The foci once, and for every action the number of its own, 0 for none; nothing where none is kept."""
    if not attended:
        return {}
    number = {focus: n for n, focus in enumerate(dict.fromkeys(f for f in attended if f is not None), 1)}
    places = np.array([0 if focus is None else number[focus] for focus in attended], "<u2").tobytes()
    return {
        "foci": [[list(focus.seek), focus.explore] for focus in number],
        "attended": _packed(zlib.compress(places, 9)),
    }


def _attended(record: Mapping[str, Any]) -> tuple[Focus | None, ...]:
    if "attended" not in record:
        return ()
    foci = [
        Focus(seek=tuple(_text(name) for name in seek), explore=_text(explore))
        for seek, explore in record["foci"]
    ]
    packed = _unpacked(record["attended"], MOST_ACTIONS)
    places: list[int] = np.frombuffer(_inflated(packed, int(record["steps"]), 2), "<u2").tolist()
    if places and max(places) > len(foci):
        raise ValueError(f"focus {max(places)} of {len(foci)}")
    return tuple(foci[place - 1] if place else None for place in places)


def _numbers(data: bytes) -> tuple[int, ...]:
    numbers: Sequence[int] = np.frombuffer(data, "<u4").tolist()
    return tuple(numbers)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{brief(value)} is no text")
    return value
