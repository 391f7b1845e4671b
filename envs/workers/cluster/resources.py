"""What the cluster has, as numbers and for people; there must be a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from envs.workers.cluster.connection import load_ray


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One machine of a cluster.

    Attributes:
        id: of Ray.
        name: of the machine.
        cpus: that workers may take. gpus: the same. memory: bytes. store: bytes of the object store.
        alive: whether it answers.
    """

    id: str
    name: str
    cpus: float
    gpus: float
    memory: float
    store: float
    alive: bool = True

    @property
    def sentence(self) -> str:
        """The node in words.

        >>> Node(id="ab12", name="head", cpus=8, gpus=0, memory=16e9, store=4e9).sentence
        'head: 8 CPUs, 16.0 GB of memory, 4.0 GB of object store'
        """
        gpus = f", {self.gpus:g} GPUs" if self.gpus else ""
        memory = f"{self.memory / 1e9:.1f} GB of memory, {self.store / 1e9:.1f} GB of object store"
        return f"{self.name}: {self.cpus:g} CPUs{gpus}, {memory}" + ("" if self.alive else ", gone")


def nodes() -> Sequence[Node]:
    """All machines of the cluster, those that are gone too."""
    found = []
    for record in load_ray().nodes():
        has = record.get("Resources", {})
        node = Node(
            id=record["NodeID"], name=record.get("NodeManagerHostname", "?"), cpus=has.get("CPU", 0.0),
            gpus=has.get("GPU", 0.0), memory=has.get("memory", 0.0),
            store=has.get("object_store_memory", 0.0), alive=bool(record.get("Alive")),
        )  # fmt: skip
        found.append(node)
    return found


def free_cpus() -> float:
    """CPUs that nobody has taken, on all nodes together."""
    return float(load_ray().available_resources().get("CPU", 0.0))


def total_cpus() -> float:
    """CPUs of all nodes together."""
    return float(load_ray().cluster_resources().get("CPU", 0.0))
