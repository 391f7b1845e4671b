"""What goes wrong on a cluster, in words: Ray's errors as ours, with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from envs.errors import GameError, MissingDependency, NoCluster, TooLittle
from envs.text import plain
from envs.workers.cluster.actor import own_version
from envs.workers.cluster.resources import free_cpus, total_cpus
from envs.workers.servant import Failure

LONGEST_REASON: Final = 500
"""Characters of what Ray says."""


def why(error: Exception) -> str:
    """What Ray says, on one line and bounded."""
    return f"{type(error).__name__}: {plain(' '.join(str(error).split()), LONGEST_REASON)}"


def unable(error: Exception) -> GameError:
    """Why an actor did not come to its first word."""
    said = plain(" ".join(str(error).split()), 4 * LONGEST_REASON)
    if "ModuleNotFoundError" in said or "failed to import" in said or "No module named" in said:
        missing = said.partition("No module named ")[2].split(" ")[0].strip("'\".") or "journeyman"
        return MissingDependency(
            f"a node of the cluster lacks the package {missing!r}; install Journeyman and its game on "
            f"every node: pip install 'journeyman[ray]=={own_version()}'"
        )
    return NoCluster(f"a worker could not be started on the cluster: {said[:LONGEST_REASON]}")


def failed(ray: Any, error: Exception) -> Failure:
    """A call that Ray could not carry out or bring back, though its worker lives.

    Args:
        ray: the module.
        error: what it raised.
    """
    full = ray.exceptions.ObjectStoreFullError, ray.exceptions.OutOfDiskError
    if isinstance(error, full) or isinstance(getattr(error, "cause", None), full):
        return Failure(store_full(0), plain(str(error), LONGEST_REASON))
    return Failure(None, why(error))


def no_room(workers: int, place: Mapping[str, Any]) -> NoCluster:
    """What is said where workers find no room."""
    each = float(place.get("num_cpus", 1))
    return NoCluster(
        f"no slot is free on the cluster: {free_cpus():g} of {total_cpus():g} CPUs are, and {workers} "
        f"{'worker wants' if workers == 1 else 'workers want'} {each:g} each; wait until others are done, "
        "add a node, or take fewer --workers (ray status shows who uses what)"
    )


def store_full(size: int) -> TooLittle:
    """What is said where Ray's object store takes no more."""
    what = f" for {size:,} bytes" if size else ""
    return TooLittle(
        f"the object store of the cluster has no room{what}; start its nodes with more "
        "(ray start --object-store-memory=BYTES), make room on their disks, or take fewer --workers"
    )
