"""Random walks through a game, and what is seen along them, to be compared."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from envs.facts import EndStatus
from envs.game import Focus, Game

Trace = list[tuple[str, object]]
"""What was seen along a walk, in order: a label and a comparable value."""

PARTS_OF_A_LOOK = 5
"""Entries of a trace that one look has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far and where the checks walk.

    Attributes:
        steps: random actions per walk, in steps; longer walks see more of the game.
        seeds: episode seeds, at least two different ones.
    """

    steps: int = 60
    seeds: tuple[int, ...] = (1, 2)


def actions_for(game: Game, seed: int, count: int) -> list[int]:
    """`count` random actions."""
    rng = random.Random(seed)
    return [rng.randrange(len(game.spec.actions)) for _ in range(count)]


def foci(game: Game) -> list[Focus]:
    """Every single thing that the game can look for, and every place where it can look."""
    explore = next(iter(game.spec.explorable), "anywhere")
    sought = [Focus(seek=(name,), explore=explore) for name in game.spec.seekable]
    return sought + [Focus(explore=name) for name in game.spec.explorable]


def encoding(game: Game, focus: Focus) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The encoding, ``float32[spec.encoding_size]``; what the game leaves unwritten is not a number."""
    out = np.full(game.spec.encoding_size, np.nan, dtype=np.float32)
    game.encode(focus, out)
    return out


def look(game: Game) -> Trace:
    """What there is to be seen now."""
    focus = foci(game)[0] if game.spec.explorable else Focus()
    return [
        ("facts", game.facts()),
        ("encoding", encoding(game, focus).tobytes()),
        ("status", int(game.status)),
        ("steps", game.steps),
        ("caption", game.caption()),
    ]


def trace(game: Game, actions: list[int], *, draw: bool = False) -> Trace:
    """What is seen while the actions are taken, as long as the episode runs."""
    seen = look(game)
    for action in actions:
        if game.status != EndStatus.RUNNING:
            break
        if draw:
            game.frame()
        game.step(action)
        seen += look(game)
    return seen


def difference(one: Trace, other: Trace) -> str | None:
    """Where two traces first differ, in words; ``None`` if they are equal."""
    for i, ((label, left), (_, right)) in enumerate(zip(one, other, strict=False)):
        if left != right:
            detail = ""
            if isinstance(left, dict) and isinstance(right, dict):
                names = [name for name in left if left.get(name) != right.get(name)]
                detail = f" ({', '.join(names[:5])})"
            return f"{label}{detail} after step {i // PARTS_OF_A_LOOK}"
    if len(one) == len(other):
        return None
    return f"length ({len(one) // PARTS_OF_A_LOOK} against {len(other) // PARTS_OF_A_LOOK} looks)"
