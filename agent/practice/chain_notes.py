"""What a session remembers of the chains that it tried."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from agent.practice.situations import Situations


class ChainNotes(BaseModel):
    """Part of the session's state.

    Attributes:
        steps: game steps that chains took so far.
        rounds: rounds of chaining so far.
        idle: rounds in a row in which nothing was played.
        tried: chains that were considered, as the names of their parts.
        situations: how skills did in which situations.
    """

    model_config = ConfigDict(extra="forbid")

    steps: int = 0
    rounds: int = 0
    idle: int = 0
    tried: list[tuple[str, ...]] = Field(default_factory=list)
    situations: Situations = Field(default_factory=Situations)

    def known(self, parts: Sequence[str]) -> bool:
        """Whether this chain was considered before."""
        return tuple(parts) in self.tried
