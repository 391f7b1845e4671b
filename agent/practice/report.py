"""What a practice session led to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeReport:
    """What a session led to; `to_record` is the documented JSON."""

    run: str
    game: str
    library: Path
    seed: int
    steps: int
    minutes: float
    admitted: tuple[dict[str, Any], ...]
    abandoned: tuple[dict[str, Any], ...]
    claims: dict[str, int]
    calls: int
    tokens: int
    usd: float | None
    stopped: str
    interrupted: bool = False

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "run": self.run,
            "game": self.game,
            "library": str(self.library),
            "seed": self.seed,
            "steps": self.steps,
            "minutes": round(self.minutes, 2),
            "admitted": list(self.admitted),
            "abandoned": list(self.abandoned),
            "claims": self.claims,
            "calls": self.calls,
            "tokens": self.tokens,
            "usd": self.usd,
            "stopped": self.stopped,
        }
