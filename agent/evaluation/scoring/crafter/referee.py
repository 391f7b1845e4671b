"""Crafter as a referee sees it: the engine's world before and after every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from agent.evaluation.scoring.crafter.world import CrafterWorld
from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.expressions.world import Cell
from agent.evaluation.scoring.scored_step import ScoredStep
from envs.crafter.game import CrafterGame
from envs.facts import EndStatus
from envs.wrapped_game import WrappedGame


@dataclass(frozen=True, slots=True)
class CrafterStanding:
    """How the player stands.

    Attributes:
        turn: game time, in steps.
        cell: where it is.
        sleeping: whether it is asleep.
        daylight: brightness, 0..1.
        health: the bar.
        woken: how often it woke up rested.
        enclosed: whether walls leave no way in to it.
    """

    turn: int
    cell: Cell
    sleeping: bool
    daylight: float
    health: int
    woken: int
    enclosed: bool


class CrafterReferee(WrappedGame):
    """Passes everything on, and follows the world for a referee; the player is shown nothing of it.

    Args:
        game: at the start of an episode.

    Attributes:
        view: the world now.
    """

    said: tuple[str, ...] = ()

    def __init__(self, game: CrafterGame) -> None:
        super().__init__(game)
        self._crafter = game
        self.view = CrafterWorld(game.record)
        self._place = self._standing()

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._crafter.step(action)
        self.view.follow(self._crafter.record)
        self._place = self._standing()
        return status

    @property
    def keys(self) -> int:
        """One key a step."""
        return self.steps

    @property
    def place(self) -> CrafterStanding:
        """How the player stands now."""
        return self._place

    def _standing(self) -> CrafterStanding:
        record, facts = self._crafter.record, self._crafter.facts()
        return CrafterStanding(
            turn=self.steps,
            cell=self.view.player,
            sleeping=bool(record["sleeping"]),
            daylight=float(record["daylight"]),
            health=facts["health"],
            woken=facts["did.wake_up"],
            enclosed=bool(facts["enclosed"]),
        )


CrafterStep: TypeAlias = ScoredStep[CrafterReferee, CrafterStanding]
CrafterCriterion: TypeAlias = Criterion[CrafterReferee, CrafterStanding]
