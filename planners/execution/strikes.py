"""Failures within a play, and the skills that failed too often in a row."""

from __future__ import annotations

from collections.abc import Mapping


class Strikes:
    """Counts failures in a row, per skill and overall, and raises the cost of skills that keep failing.

    Attributes:
        failures: failures in a row over all skills.

    Args:
        limit: failures in a row of one skill before it is struck.
        factor: factor on the cost of a skill, each time that it is struck.
    """

    def __init__(self, *, limit: int = 2, factor: float = 10.0) -> None:
        self._limit = limit
        self._factor = factor
        self._counts: dict[str, int] = {}
        self._lengths: dict[str, int] = {}
        self._penalties: dict[str, float] = {}
        self._struck: set[str] = set()
        self.failures = 0

    @property
    def penalties(self) -> Mapping[str, float]:
        """Skill -> factor on its cost, for the searches."""
        return self._penalties

    def succeeded(self, skill: str) -> None:
        """Forget all failures of a skill, and those in a row over all skills."""
        self.failures = 0
        for held in (self._counts, self._lengths, self._penalties):
            held.pop(skill, None)
        self._struck.discard(skill)

    def failed(self, skill: str, plan_length: int) -> float | None:
        """Count a failure of a plan's first step.

        A plan that has become shorter since the last failure shows progress; this failure is the first.

        Returns:
            The skill's new factor when this failure strikes it, otherwise None.
        """
        self.failures += 1
        progress = plan_length < self._lengths.get(skill, plan_length)
        self._counts[skill] = 1 if progress else self._counts.get(skill, 0) + 1
        self._lengths[skill] = plan_length
        if self._counts[skill] < self._limit:
            return None
        self._counts[skill] = 0
        self._struck.add(skill)
        self._penalties[skill] = self._penalties.get(skill, 1.0) * self._factor
        return self._penalties[skill]

    def wasted(self) -> None:
        """Count an attempt that no skill of a plan is to blame for."""
        self.failures += 1

    def struck(self, skill: str) -> bool:
        """Whether the skill failed too often and has not been pardoned since."""
        return skill in self._struck

    def pardon(self, skill: str) -> None:
        """Allow the skill to be tried again; its cost stays as high as it is."""
        self._struck.discard(skill)
