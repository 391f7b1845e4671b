"""Errors of the skill layer; all derive from `SkillError`."""

from __future__ import annotations

from envs.text import plain


class SkillError(Exception):
    """Base of everything the skill layer raises on purpose."""


class UnknownSkill(SkillError):
    """No skill of that name (or version) in the library."""


class LibraryDamaged(SkillError):
    """A file of the library is unreadable, half written, or not what its hash says."""


class LibraryNewer(LibraryDamaged):
    """A file of the library was written by a later version: nothing is wrong with it, and it stays."""


class LibraryConflict(SkillError):
    """An archive and the library hold different content under the same name, or are of different games."""


class LibraryLocked(SkillError):
    """Another process is writing to the library."""


class LibraryNotWritable(SkillError):
    """The library's folder cannot be written: read-only, or the disk is full."""


class CodeRejected(SkillError):
    """Model-written code failed a check; the message is fit to be sent back to the model.

    Whatever the code put into it, the message is short and has no control characters.

    Args:
        message: what was wrong, what was expected.
    """

    LONGEST = 1_500
    """Characters of a message."""

    def __init__(self, message: str) -> None:
        cut = self.LONGEST if len(message) <= self.LONGEST else self.LONGEST - 40
        super().__init__(plain(message, cut))


class CodeExhausted(CodeRejected):
    """Model-written code passed a limit of time or memory; asking it again would cost as much."""


class SandboxUnavailable(SkillError):
    """The sandbox itself broke down (not the code it ran)."""


class PolicyMismatch(SkillError):
    """Weights do not fit the network that the game's encoding asks for."""


class TrainingDiverged(SkillError):
    """Weights, rewards or values stopped being finite, also after going back to the last checkpoint."""


class ContradictoryPreferences(SkillError):
    """Preferences between events from which nothing can be learned: all ties, or contradictions only."""


class BrokenChain(SkillError):
    """A chain cannot be executed: a part is retired or missing, leads back to it, or is nested too deep."""


class BadCheckpoint(SkillError):
    """A file of somebody else's weights is none of those, or of another shape."""
