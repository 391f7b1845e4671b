"""Room on the cluster for workers that belong together: a placement group, on one node."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from envs.workers.cluster.connection import load_ray

READY_S: Final = 30.0
"""Seconds that a place has to be found room for."""


class Place:
    """CPUs on one node, taken for as long as it is open, and a GPU where there are any.

    A training and the processes that play for it share memory, so they have to be on one machine. When the
    node dies, Ray finds room on another one, if there is any.

    Args:
        cpus: that are taken.
        gpus: the same; 0 to play and learn with CPUs.
    """

    def __init__(self, cpus: int, gpus: int = 0) -> None:
        load_ray()
        from ray.util.placement_group import placement_group

        self.cpus, self.gpus = cpus, gpus
        self._group = placement_group([{"CPU": 1}] * cpus + [{"GPU": 1}] * gpus, strategy="STRICT_PACK")

    def wait(self, seconds: float = READY_S) -> bool:
        """Whether there is room for it, after so many seconds at most."""
        until = time.monotonic() + seconds
        return bool(self._group.wait(max(0.0, until - time.monotonic())))

    def options(self, cpus: int = 1) -> Mapping[str, Any]:
        """Of an actor in it that takes so many of its CPUs."""
        from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

        return {
            "num_cpus": cpus,
            "scheduling_strategy": PlacementGroupSchedulingStrategy(self._group),
        }

    def close(self) -> None:
        """Give the room back; what runs in it is ended."""
        from ray.util.placement_group import remove_placement_group

        remove_placement_group(self._group)
