"""States to practise from that need no play."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.practice.arenas import ArenaStates
from envs.facts import Facts


@dataclass(frozen=True, slots=True)
class Beginnings:
    """States to practise from that need no play.

    Attributes:
        first: the facts at the start of an episode, int32[facts].
        carried: what the player has at the start of an episode.
        arenas: the states at the start of the game's arenas, and who practises on which.
    """

    first: NDArray[np.int32]
    carried: Facts
    arenas: ArenaStates
