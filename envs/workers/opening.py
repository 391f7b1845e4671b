"""Which pool of worker processes: that of this machine, or one on a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from envs.workers.pool import WorkerPool
from envs.workers.processes import ProcessPool
from envs.workers.servant import ServantFactory


def open_workers(
    make: ServantFactory, names: Sequence[str], known: tuple[type[Exception], ...] = (), cluster: str = ""
) -> WorkerPool:
    """Workers, each a process; see `WorkerPool`. Ray is imported only where a cluster is asked for.

    Args:
        make: builds the servants.
        names: of the workers.
        known: errors that are raised as they are.
        cluster: ``local``, ``auto`` or ``ray://HOST:PORT``; empty for processes of this machine without Ray.

    Raises:
        TooLittle: the processes cannot be started.
        MissingDependency, NoCluster: the cluster cannot be used.
    """
    if not cluster:
        return ProcessPool(make, names, known)
    from envs.workers.cluster.ray_pool import RayPool

    return RayPool(make, names, known, cluster=cluster)
