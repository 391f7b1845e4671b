"""One finding of the doctor: how something is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding.

    Attributes:
        name: what was looked at.
        health: ``optional`` is missing but needed only by some; ``missing`` must be mended.
        detail: what was found.
        remedy: what to do; empty when nothing needs doing.
    """

    name: str
    health: Health
    detail: str
    remedy: str = ""

    def to_record(self) -> dict[str, str]:
        """As plain JSON values."""
        return {
            "name": self.name,
            "health": self.health.value,
            "detail": self.detail,
            "remedy": self.remedy,
        }
