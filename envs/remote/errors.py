"""One error for each way in which a game in another process can break."""

from __future__ import annotations

from envs.errors import GameDied


class RemoteError(GameDied):
    """Base of these errors; the episode is aborted, not failed, and the next one has a new worker."""


class InterpreterMissing(RemoteError):
    """The program that is to run the worker is not there or cannot be run."""


class OtherProtocol(RemoteError):
    """The worker speaks another version of the protocol."""


class BrokenFrame(RemoteError):
    """What the worker sent is no frame: a lying length, no JSON, arrays that are not where they should be."""


class HalfAnswer(RemoteError):
    """The worker ended in the midst of an answer."""


class Silence(RemoteError):
    """The worker did not answer in time; it was ended."""


class WorkerEnded(RemoteError):
    """The worker ended without an answer; the message says how."""


class OutOfOrder(RemoteError):
    """The worker answered another call than the one that was asked."""


class BadAnswer(RemoteError):
    """An answer that is well formed, but cannot be one of the game described."""


class BadDescription(RemoteError):
    """The worker describes a game that contradicts itself, or is not the one expected."""


class WorldFailed(RemoteError):
    """The world itself raised an error."""
