"""Several skills' networks as one policy: the numbers behind the encoding choose the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        actions = np.zeros(len(encodings), np.intp)
        for network, rows, own in self._by_skill(encodings):
            actions[rows] = network.act_batch(own, uniforms[rows])
        return actions

    def log_probs(self, encodings: NDArray[np.float32], actions: NDArray[np.integer]) -> NDArray[np.float32]:
        """Log-probabilities of actions ``int[...]`` for ``float32[..., D + K]``."""
        flat, taken = encodings.reshape(-1, encodings.shape[-1]), actions.reshape(-1)
        result = np.zeros(len(flat), np.float32)
        for network, rows, own in self._by_skill(flat):
            result[rows] = network.log_probs(own, taken[rows])
        return result.reshape(actions.shape)

    def _by_skill(
        self, encodings: NDArray[np.float32]
    ) -> Iterator[tuple[NumpyNetwork, NDArray[np.intp], NDArray[np.float32]]]:
        """Each skill's network, with the rows of ``float32[n, D + K]`` that execute it."""
        size = encodings.shape[1] - len(self.networks)
        skills = encodings[:, size:].argmax(axis=1)
        for skill in np.unique(skills).tolist():
            rows = np.flatnonzero(skills == skill)
            yield self.networks[skill], rows, encodings[rows, :size]
