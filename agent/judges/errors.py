"""Errors of judges; all derive from `JudgeError`."""

from agent.errors import AgentError


class JudgeError(AgentError):
    """A judge could not judge; it never means that the attempt failed."""


class NoJudge(JudgeError):
    """The judge that a setting names cannot be opened; the message says what it needs."""


class ClaimTooLong(JudgeError):
    """What is to be judged is said in more words than are read."""
