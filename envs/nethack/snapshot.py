"""NetHack's state as the way that led there: seed and actions, and a digest of where they must lead.

The game's library cannot save its state in memory, so `NetHackGame.restore` plays the episode again. That
costs the time of as many steps; a digest of everything that the player sees makes sure that it led to the
same state.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Final

from envs.errors import BadSnapshot

MAGIC: Final = b"JMNETHK1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayLog:
    """How an episode came to where it is.

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
    """The course as bytes that hold no code."""
    record = {
        "setup": log.setup,
        "seed": log.seed,
        "limit": log.limit,
        "actions": base64.b64encode(log.actions).decode(),
        "digest": log.digest,
    }
    body = json.dumps(record, separators=(",", ":")).encode()
    return MAGIC + zlib.crc32(body).to_bytes(4, "little") + zlib.compress(body, 6)


def load(data: bytes, n_actions: int) -> ReplayLog:
    """The course that `dump` wrote. Raises `BadSnapshot`."""
    start = len(MAGIC)
    if data[:start] != MAGIC:
        raise BadSnapshot(f"not a saved NetHack state: it begins with {data[:start]!r}, expected {MAGIC!r}")
    try:
        body = zlib.decompress(data[start + 4 :])
        if zlib.crc32(body).to_bytes(4, "little") != data[start : start + 4]:
            raise ValueError("checksum")
        record = json.loads(body)
        log = ReplayLog(
            setup=str(record["setup"]),
            seed=int(record["seed"]),
            limit=int(record["limit"]),
            actions=base64.b64decode(record["actions"], validate=True),
            digest=str(record["digest"]),
        )
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise BadSnapshot(f"the saved NetHack state is damaged ({error}); use another one") from error
    if log.actions and max(log.actions) >= n_actions:
        raise BadSnapshot(
            f"the saved NetHack state has the action {max(log.actions)}, expected < {n_actions}"
        )
    return log
