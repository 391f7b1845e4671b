"""Whether the player crossed water on stones that it put there."""

from __future__ import annotations

from agent.evaluation.scoring.crafter.referee import CrafterCriterion, CrafterReferee, CrafterStep
from agent.evaluation.scoring.expressions.world import Cell


class WaterCrossed(CrafterCriterion):
    """The player walked from land over cells that it had filled with stone in place of water, to other land.

    Args:
        cells: how many different cells that were water lie on the way, one beside the other.
    """

    def __init__(self, *, cells: int = 2) -> None:
        super().__init__()
        self._wanted = cells
        self._land: Cell | None = None
        """The cell of land from which the player came onto what was water."""
        self._way: list[Cell] = []
        """Cells that were water, walked on since then."""

    def begin(self, game: CrafterReferee) -> None:
        """See `Criterion.begin`."""
        self._land, self._way = game.view.player, []

    def watch(self, step: CrafterStep) -> None:
        """See `Criterion.watch`."""
        cell = step.after.cell
        if cell == step.before.cell:
            return
        if cell in step.game.view.replaced("water", "stone"):
            self._way.append(cell)
            return
        if len(set(self._way)) >= self._wanted and cell != self._land:
            self._reach(step)
        self._land, self._way = cell, []
