"""What can be wrong on the wire."""

from __future__ import annotations

from envs.errors import GameDied, MissingDependency


class WireError(GameDied):
    """Base of these errors: the episode is aborted, not failed."""


class LyingLength(WireError):
    """A frame says that it is longer than any can be."""


class HalfMessage(WireError):
    """The stream ended within a frame."""


class BadMessage(WireError):
    """A frame holds no message of the protocol, or one that cannot come now."""


class BadMission(WireError):
    """A mission is no XML of the kind expected, or asks for what no engine here has."""


class EngineMissing(MissingDependency):
    """No engine answers where one was named; the message says what answers there instead."""


class OtherEngine(EngineMissing):
    """An engine of another version, or of another protocol, answers."""
