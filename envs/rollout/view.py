"""What one of many games shows at a moment, for a person who looks on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class GameView:
    """One game as it stands.

    Attributes:
        picture: ``uint8[height, width, 3]``.
        facts: int32[F], in the order of the game's facts.
        steps: taken in the episode, or in the execution where several skills are practised.
        skill: place of the skill in hand, where several are practised; else 0.
    """

    picture: NDArray[np.uint8] = field(repr=False)
    facts: NDArray[np.int32] = field(repr=False)
    steps: int
    skill: int = 0
