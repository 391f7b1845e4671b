"""Errors of the embedded judge."""

from __future__ import annotations

from agent.errors import AgentError, MissingPrerequisite


class BadPicture(AgentError):
    """A picture is not one that the judge can read."""


class BadWeights(AgentError):
    """The judge's weights are damaged, or not those that its card names."""


class NoTextEncoder(MissingPrerequisite):
    """A sentence cannot be encoded: the package with the encoder is not installed."""


class BadWords(AgentError):
    """A file with the words or sentences of claims cannot be used."""
