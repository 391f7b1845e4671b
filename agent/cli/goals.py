"""Goals on the terminal: what was typed, and what was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planners.plan import Goal

LONGEST_HEADING = 80
"""Characters of a typed goal above a table or beside a bar."""


def understood_line(goal: Goal) -> str:
    """What a goal was taken for, as one line."""
    return f"understood as: {goal.in_words()}"


def heading(typed: str) -> str:
    """What was typed, fit to stand above a table or beside a bar."""
    from envs.text import plain

    return plain(typed, LONGEST_HEADING)
