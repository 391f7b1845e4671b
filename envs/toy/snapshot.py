"""A saved toy episode: JSON bytes that hold no code, checked before anything is restored from them.

There is one way to write a state down. Bytes that say the same in another way (a blank more, parts in another
order) are refused like damaged ones, so no change of a saved state goes unseen.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from envs.errors import BadSnapshot
from envs.facts import EndStatus
from envs.toy.meadow import GRASS, LAVA, SIDE
from envs.toy.spec import ACHIEVEMENTS, MAX_COUNT, MAX_EVENTS

SCHEMA: Final = 1

LONGEST: Final = 4_096
"""Bytes of a saved state at most; it takes about 300."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyState:
    """Everything that an episode's future depends on.

    Attributes:
        squares: one digit per square, row by row: tile codes.
        player: square of the player, 0..80.
        facing: 0..3 for left, right, up, down.
        inventory: wood, stone, pick, gem.
        done: how often each achievement was reached, in the order of `ACHIEVEMENTS`.
    """

    squares: str
    player: int
    facing: int
    inventory: tuple[int, ...]
    done: tuple[int, ...]
    steps: int
    max_steps: int
    status: int


def dump(state: ToyState) -> bytes:
    """The state as JSON bytes with a checksum."""
    body = asdict(state)
    document = {"game": "toy", "schema": SCHEMA, "state": body, "check": _digest(body)}
    return json.dumps(document, separators=(",", ":")).encode()


def load(data: bytes) -> ToyState:
    """The state in `data`. Raises `BadSnapshot` for another game or schema, and for damaged bytes."""
    if len(data) > LONGEST:
        raise BadSnapshot(f"these {len(data):,} bytes are no toy snapshot, which has at most {LONGEST:,}")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadSnapshot(f"these {len(data)} bytes are no toy snapshot: {error}") from error
    if not isinstance(document, dict) or document.get("game") != "toy":
        game = document.get("game") if isinstance(document, dict) else None
        raise BadSnapshot(f"this is a snapshot of game {game!r}, not of 'toy'; restore it into that game")
    if document.get("schema") != SCHEMA:
        raise BadSnapshot(
            f"toy snapshot has schema {document.get('schema')!r}, this version reads {SCHEMA}; save it again"
        )
    body = document.get("state")
    if not isinstance(body, dict) or document.get("check") != _digest(body):
        raise BadSnapshot("toy snapshot is damaged: its checksum does not fit its content; save it again")
    state = _state(body)
    if dump(state) != data:
        raise BadSnapshot("toy snapshot is damaged: it is not written as it was saved; save it again")
    return state


def _digest(body: dict[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=8).hexdigest()


def _state(body: dict[str, Any]) -> ToyState:
    names = {field.name for field in fields(ToyState)}
    if set(body) != names:
        raise BadSnapshot(f"toy snapshot has fields {sorted(body)}, expected {sorted(names)}")
    limits = {
        "player": (0, SIDE * SIDE - 1),
        "facing": (0, 3),
        "steps": (0, None),
        "max_steps": (1, None),
        "status": (min(EndStatus), max(EndStatus)),
    }
    for name, (low, high) in limits.items():
        if not _whole(body[name], low, high):
            raise BadSnapshot(
                f"toy snapshot: {name} is {body[name]!r}, expected a whole number {low}..{high}"
            )
    _check_squares(body["squares"])
    inventory = _counts(body, "inventory", 4, MAX_COUNT)
    done = _counts(body, "done", len(ACHIEVEMENTS), MAX_EVENTS)
    return ToyState(**{**body, "inventory": inventory, "done": done})


def _whole(value: object, low: int, high: int | None) -> bool:
    return type(value) is int and value >= low and (high is None or value <= high)


def _check_squares(squares: object) -> None:
    tiles = {str(tile) for tile in range(GRASS, LAVA + 1)}
    if not isinstance(squares, str) or len(squares) != SIDE * SIDE or not set(squares) <= tiles:
        raise BadSnapshot(f"toy snapshot: squares are {squares!r}, expected {SIDE * SIDE} digits 0..{LAVA}")


def _counts(body: dict[str, Any], name: str, length: int, high: int) -> tuple[int, ...]:
    value = body[name]
    if not isinstance(value, list) or len(value) != length or not all(_whole(v, 0, high) for v in value):
        raise BadSnapshot(f"toy snapshot: {name} is {value!r}, expected {length} whole numbers 0..{high}")
    return tuple(value)
