"""NetHack's state as seed and actions, with a digest of the state that they must lead to.

The game's library cannot save its state in memory, so `NetHackGame.restore` plays the episode again, at the
cost of its steps. The digest of what the player sees shows whether it came to the same state.

The body that `envs.sealed` compresses and checks is JSON: ``setup`` (text), ``seed`` and ``limit`` (whole
numbers), ``actions`` (base64, a byte each) and ``digest`` (text).
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from envs.errors import BadSnapshot
from envs.sealed import Seal

SEAL: Final = Seal(name="NetHack", mark=b"JMNETHK2", earlier=b"JMNETHK1", level=6)
MAX_LOADED: Final = 256
"""Saved states that are kept unpacked, since episodes begin at the same few again and again."""
_PARTS: Final = ("setup", "seed", "limit", "actions", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayLog:
    """An episode so far.

    Attributes:
        setup: what is played, as text; a snapshot fits only the same set-up.
        seed: the episode's.
        limit: its length in steps.
        actions: indices of the actions taken, a byte each.
        digest: of what the player saw at the end.
    """

    setup: str
    seed: int
    limit: int
    actions: bytes
    digest: str


def digest_of(*parts: bytes) -> str:
    """A digest of what the player sees."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(part)
    return f"blake2b:{state.hexdigest()}"


def dump(log: ReplayLog) -> bytes:
    """The log as bytes that hold no code."""
    record = {
        "setup": log.setup,
        "seed": log.seed,
        "limit": log.limit,
        "actions": base64.b64encode(log.actions).decode(),
        "digest": log.digest,
    }
    return SEAL.close(json.dumps(record, separators=(",", ":")).encode())


@lru_cache(maxsize=MAX_LOADED)
def load(data: bytes, n_actions: int) -> ReplayLog:
    """The log that `dump` wrote. Raises `BadSnapshot`."""
    body = SEAL.open(data)
    try:
        record = json.loads(body)
        if not isinstance(record, dict) or set(record) != set(_PARTS):
            raise ValueError(f"it has other parts than {', '.join(_PARTS)}")
        if type(record["seed"]) is not int or type(record["limit"]) is not int or record["limit"] < 1:
            raise ValueError("seed and limit are whole numbers, and the limit is at least 1")
        log = ReplayLog(
            setup=str(record["setup"]),
            seed=record["seed"],
            limit=record["limit"],
            actions=base64.b64decode(record["actions"], validate=True),
            digest=str(record["digest"]),
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise SEAL.damaged(error) from error
    if log.actions and max(log.actions) >= n_actions:
        raise BadSnapshot(
            f"the saved NetHack state has the action {max(log.actions)}, expected < {n_actions}"
        )
    return log
