"""Room on the cluster for workers that belong together: a placement group, on one node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envs.workers.cluster.connection import connect


class Place:
    """CPUs on one node, taken for as long as it is open.

    A training and the processes that play for it share memory, so they have to be on one machine. When the
    node dies, Ray finds room on another one, if there is any. No GPU is taken: networks here are so small
    that a CPU learns them sooner.

    Args:
        cluster: see `connect`.
        cpus: that are taken.
    """

    def __init__(self, cluster: str, cpus: int) -> None:
        connect(cluster, cpus=cpus)
        from ray.util.placement_group import placement_group

        self._group = placement_group([{"CPU": 1}] * cpus, strategy="STRICT_PACK")

    def wait(self, seconds: float) -> bool:
        """Whether there is room for it, after so many seconds at most."""
        return bool(self._group.wait(seconds))

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
