"""Several skills' networks as one policy: the numbers behind the encoding choose the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skills.network import NumpyNetwork


@dataclass(frozen=True, slots=True)
class RoutedPolicy:
    """Chooses actions for games that execute different skills; see `envs.rollout.joint_batch.JointTask`.

    Attributes:
        networks: one per skill, each for the game's own encoding.
    """

    networks: Sequence[NumpyNetwork]

    def act_batch(self, encodings: NDArray[np.float32], uniforms: NDArray[np.float64]) -> NDArray[np.intp]:
        """Actions int[n] for ``float32[n, D + K]``; see `NumpyNetwork.act_batch`."""
        size = encodings.shape[1] - len(self.networks)
        skills = encodings[:, size:].argmax(axis=1)
        actions = np.zeros(len(encodings), np.intp)
        for skill in np.unique(skills).tolist():
            rows = np.flatnonzero(skills == skill)
            actions[rows] = self.networks[skill].act_batch(encodings[rows, :size], uniforms[rows])
        return actions
