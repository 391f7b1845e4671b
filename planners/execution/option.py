"""What executes a skill: when it may start, what it does, when it stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from envs.facts import Facts
from envs.game import Game
from skills.errors import CodeRejected


class Option(Protocol):
    """One execution of a skill, with its state."""

    def may_start(self, facts: Facts) -> bool:
        """Whether the skill can be started now (its initiation)."""
        ...

    def act(self, game: Game) -> int:
        """The next action; only looks at the game."""
        ...

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """Whether to stop now, after `steps` steps of its own (its termination)."""
        ...


OptionMaker: TypeAlias = Callable[[str], Option]
"""Skill name -> a fresh option."""


def may_start(option: Option, facts: Facts) -> bool:
    """Whether an option can start; it cannot where its code fails."""
    try:
        return option.may_start(facts)
    except CodeRejected:
        return False
