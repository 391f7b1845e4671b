"""Errors of the block world."""

from __future__ import annotations

from envs.errors import GameError


class BadStart(GameError):
    """A start asks for something that the block world does not have."""


class BadControls(GameError):
    """Controls name something that is no item."""


class BadWorldSnapshot(GameError):
    """Bytes that are no snapshot of a block world, or a damaged one."""
