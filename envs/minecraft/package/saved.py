"""An episode of the package as bytes: its task, its seed, what was done, and what that must lead to.

An engine cannot be saved, so `envs.minecraft.package.game.PackageGame.restore` plays the episode again. The
body that `envs.sealed` compresses and checks is JSON: ``task`` and ``biome`` (texts), ``seed`` (a whole
number), ``limit`` (the same, or null), ``foci`` (what was attended to: names, and where to explore),
``steps`` (action and place in ``foci``, a pair each) and ``facts`` (a checksum).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from envs.errors import BadFocus, BadSnapshot
from envs.game import Focus
from envs.json_text import parsed
from envs.minecraft.spec import SPEC
from envs.sealed import Seal
from envs.text import brief

SEAL: Final = Seal(name="MineDojo", mark=b"JMDOJO01", earlier=b"JMDOJO01", level=6)
_PARTS: Final = {"task", "biome", "seed", "limit", "foci", "steps", "facts"}


@dataclass(slots=True, kw_only=True)
class Played:
    """What an episode follows from.

    Attributes:
        task: id of the package's task.
        biome: of all land; empty for all sorts.
        seed: of the episode.
        limit: most steps; None for the game's own.
        steps: every action, with what was attended to.
    """

    task: str
    biome: str = ""
    seed: int = 0
    limit: int | None = None
    steps: list[tuple[int, Focus]] = field(default_factory=list)

    def begin(self, seed: int, limit: int | None) -> None:
        """Begin another episode."""
        self.seed, self.limit = int(seed), limit
        self.steps = []

    def note(self, action: int, focus: Focus) -> None:
        """Keep what is done next."""
        self.steps.append((int(action), focus))


def require_same(expected: int, found: int) -> None:
    """Raise `BadSnapshot` unless playing an episode again has led to the same facts."""
    if expected != found:
        raise BadSnapshot(
            "the saved MineDojo episode cannot be reached again: its actions lead elsewhere; it was probably "
            "saved with another engine or another version of the game"
        )


def pack(played: Played, facts: int) -> bytes:
    """The bytes of an episode; `facts` is the checksum of the facts that it has led to."""
    foci = list(dict.fromkeys(focus for _, focus in played.steps))
    place = {focus: number for number, focus in enumerate(foci)}
    record = {
        "task": played.task,
        "biome": played.biome,
        "seed": played.seed,
        "limit": played.limit,
        "foci": [[list(focus.seek), focus.explore] for focus in foci],
        "steps": [[action, place[focus]] for action, focus in played.steps],
        "facts": facts,
    }
    return SEAL.close(json.dumps(record, separators=(",", ":")).encode())


def unpack(data: bytes, now: Played) -> tuple[Played, int]:
    """The episode, and the checksum of the facts that it must lead to.

    Args:
        data: what `pack` returned.
        now: an episode of the game that is to go on with it.

    Raises:
        BadSnapshot: the bytes are damaged, or of another task.
    """
    body = SEAL.open(data)
    try:
        record = parsed(body.decode("utf-8"))
        if not isinstance(record, dict) or set(record) != _PARTS:
            raise ValueError(f"it has other parts than {', '.join(sorted(_PARTS))}")
        played, facts = _played(record), int(record["facts"])
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, BadFocus) as error:
        raise SEAL.damaged(error) from error
    if (played.task, played.biome) != (now.task, now.biome):
        raise BadSnapshot(
            f"the saved episode is of the task {brief(played.task)}, and this game plays {brief(now.task)}"
        )
    return played, facts


def _played(record: dict[str, Any]) -> Played:
    foci = [Focus(seek=tuple(map(str, seek)), explore=str(explore)) for seek, explore in record["foci"]]
    for focus in foci:
        SPEC.check_focus(focus)
    limit = record["limit"]
    steps = []
    for action, number in record["steps"]:
        if not (0 <= int(action) < len(SPEC.actions) and 0 <= int(number) < len(foci)):
            raise ValueError(f"a step is {brief([action, number])}")
        steps.append((int(action), foci[int(number)]))
    return Played(
        task=str(record["task"]),
        biome=str(record["biome"]),
        seed=int(record["seed"]),
        limit=None if limit is None else int(limit),
        steps=steps,
    )
