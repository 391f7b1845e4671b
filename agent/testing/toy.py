"""The toy game's vocabulary, and a small world of walks in it that needs no training."""

from __future__ import annotations

from typing import Any

from agent.llm.vocabulary import game_variables
from agent.testing.abilities import Ability
from envs.toy.spec import SPEC

GAME = game_variables(SPEC)
"""The prompt variables of the toy game."""
NAMES = [fact.name for fact in SPEC.facts]
"""The names of its facts."""


def walk(way: str, **rest: Any) -> Ability:
    """Walk one way until something is in the way: always works, within nine steps.

    Args:
        way: left, right, up or down.
        rest: more fields of `Ability`.
    """
    return Ability(name=f"walk_{way}", obtains={"facing.blocked": 1}, kind="find", action=way, **rest)


WALKS = (walk("up"), walk("left"), walk("down"))
"""Skills that a whole session is practised with in seconds."""

__all__ = ["GAME", "NAMES", "SPEC", "WALKS", "walk"]
