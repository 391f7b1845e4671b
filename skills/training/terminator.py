"""A skill's termination as the workers of a training open it.

A worker loads the module of what it is told to call. With torch in it that would be seconds and hundreds of
megabytes for every worker, and for nothing: workers play, and learn nothing.
"""

from __future__ import annotations

from envs.rollout.episode import Terminator
from skills.code.functions import TerminationFunction
from skills.code.sandbox import Sandbox


def open_terminator(source: str, fact_names: tuple[str, ...]) -> Terminator:
    """A skill's termination function with a sandbox of its own; called in the worker that needs it."""
    return TerminationFunction(Sandbox(), source, fact_names).batch
