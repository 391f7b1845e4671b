"""The protocol of rewards: functions of whole batches of transitions, given as fact values."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Reward(Protocol):
    """Rewards transitions; pure: equal rows get equal rewards."""

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n].

        Args:
            before: facts before each step, int32[n, F].
            after: facts after it, before any reset.
            start: facts at the start of the episode that the step belongs to.
        """
        ...
