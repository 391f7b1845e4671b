"""Games of one's own."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envs.registry import GameEntry


def register(entry: GameEntry) -> None:
    """Add a game of your own, for this process and the worker processes that it starts.

    Adding the same entry again changes nothing.

    Raises:
        ValueError: the name is taken by another game, or a target lies in the script or notebook itself,
            which worker processes do not run.
    """
    from envs import registry

    for target in (entry.spec, entry.factory):
        if target.startswith("__main__:"):
            raise ValueError(
                f"target {target!r} lies in the script itself; put the game into a module of its own"
            )
    if entry in registry.entries():
        return
    registry.register(entry)
    inherited = json.loads(os.environ.get(registry.INHERITED, "[]"))
    os.environ[registry.INHERITED] = json.dumps([*inherited, dataclasses.asdict(entry)])
