"""Where the player has been: by the game's overview, as MaestroMotif's evaluation reads it, and in truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent.errors import BadConfig
from agent.evaluation.scoring.criterion import Criterion, mentions
from agent.evaluation.scoring.scored_step import RefereedGame, ScoredStep
from envs.errors import MissingDependency

_DESCENDED: Final = "You descend the stairs."


def overview_shows(step: ScoredStep, texts: Sequence[str]) -> bool:
    """Whether, after the stairs were descended, the overview's first page shows any of the texts."""
    if not step.alive or not mentions(step.said, _DESCENDED):
        return False
    return any(text in row for row in step.game.overview() for text in texts)


class OverviewShows(Criterion):
    """The overview, read whenever the game says that the stairs were descended, shows one of some texts.

    Source: MaestroMotif's evaluation code, ``monk_tasks_nle.py``.
    """

    def __init__(self, *, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = tuple(texts)

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if not self.value and overview_shows(step, self._texts):
            self._reach(step)


class PlaceReached(Criterion):
    """The player stood in a branch of the dungeon, or on one of its special levels.

    Args:
        branch: number of the branch; any level of it will do.
        special: NetHack's own name of a level (``oracle``, ``minetn``), in place of a branch.

    Raises:
        BadConfig: both are given, or neither.
    """

    def __init__(self, *, branch: int | None = None, special: str = "") -> None:
        super().__init__()
        if (branch is None) == (not special):
            raise BadConfig("place_reached wants either a branch or a special level")
        self._branch = branch
        self._special = special
        self._where: tuple[int, int] | None = None

    def begin(self, game: RefereedGame) -> None:
        """See `Criterion.begin`. Raises `MissingDependency` when there is no such level."""
        if self._special:
            levels = game.special_levels()
            if self._special not in levels:
                raise MissingDependency(
                    f"this game has no special level {self._special!r}; it has: {', '.join(levels)}"
                )
            self._where = levels[self._special]

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        place = step.after
        if place.branch == self._branch or (place.branch, place.level) == self._where:
            self._reach(step)
