"""NLE behind Gymnasium as its documentation shows it: what a plain training starts from."""

from __future__ import annotations

from typing import Any

import gymnasium

OBSERVED = ("glyphs", "blstats")
"""The map and the status line, the usual choice."""


def make_plain_nethack() -> gymnasium.Env[Any, Any]:
    """``NetHackScore-v0`` with Gymnasium's default wrappers."""
    import nle  # noqa: F401  # registers the names

    return gymnasium.make("NetHackScore-v0", observation_keys=OBSERVED)
