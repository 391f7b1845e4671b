"""The part of a game's picture that shows what is carried and the player's bars."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from envs.game import Game
from envs.wrapped_game import innermost


@runtime_checkable
class StatusGame(Protocol):
    """A game that draws this part alone, for less than the whole picture costs."""

    def status_picture(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """``spec.status_area`` of ``frame(size)``, pixel by pixel."""
        ...


def status_picture(game: Game) -> NDArray[np.uint8] | None:
    """What shows inventory and bars now, at the size that judges are shown; None where nothing does."""
    area, size = game.spec.status_area, game.spec.judged_size
    if area is None:
        return None
    inner = innermost(game)
    return inner.status_picture(size) if isinstance(inner, StatusGame) else area.of(game.frame(size))
