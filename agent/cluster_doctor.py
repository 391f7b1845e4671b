"""Checks that a cluster of Ray can be used: its nodes, and what is installed on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent.finding import Check, Health
from envs.errors import GameError
from envs.text import counted
from envs.workers.servant import Answer, SameEverywhere


class GameLooker:
    """Looks, on the node where it lives, whether a game can be played there."""

    def look(self, game: str) -> str:
        """Plays nothing but the first step. Raises whatever the game raises."""
        from envs.registry import make_game

        found = make_game(game)
        try:
            found.reset(0)
            found.step(0)
        finally:
            found.close()
        return f"plays {game}"

    def close(self) -> None:
        """Nothing to free."""


def examine_cluster(cluster: str, game: str) -> Iterator[Check]:
    """What a cluster has, node by node.

    Args:
        cluster: ``local``, ``auto`` or ``ray://HOST:PORT``.
        game: registry name of a game that is tried out on every node.
    """
    from envs.workers.cluster.connection import connect
    from envs.workers.cluster.resources import free_cpus, nodes, total_cpus

    try:
        ray = connect(cluster)
    except GameError as error:
        yield Check(
            name=f"cluster {cluster}", health=Health.MISSING, detail=str(error), remedy="see the message"
        )
        return
    alive = [node for node in nodes() if node.alive]
    free = f"{free_cpus():g} of {total_cpus():g} CPUs free"
    detail = f"Ray {ray.__version__}, {counted(len(alive), 'node')}, {free}"
    yield Check(name=f"cluster {cluster}", health=Health.OK, detail=detail)
    for node in alive:
        if not node.cpus:
            yield Check(
                name=f"node {node.name}", health=Health.OPTIONAL, detail=f"{node.sentence}; no workers"
            )
            continue
        yield _looked_at(node.name, node.sentence, cluster, game, _on(ray, node.id))


def _looked_at(name: str, has: str, cluster: str, game: str, place: Mapping[str, Any]) -> Check:
    from envs.workers.cluster.ray_pool import RayPool

    try:
        with RayPool(SameEverywhere(GameLooker), [name], cluster=cluster, place=place) as pool:
            pool.send(0, "look", game)
            outcome = pool.receive(0)
    except GameError as error:
        return Check(
            name=f"node {name}", health=Health.MISSING, detail=f"{has}; {error}", remedy="see the message"
        )
    if isinstance(outcome, Answer):
        return Check(name=f"node {name}", health=Health.OK, detail=f"{has}; {outcome.value}")
    said = getattr(outcome, "summary", "") or str(outcome)
    remedy = f"install Journeyman with the game {game} there"
    return Check(name=f"node {name}", health=Health.MISSING, detail=f"{has}; {said}", remedy=remedy)


def _on(ray: Any, node: str) -> Mapping[str, Any]:
    """Options of an actor on this node; it takes no CPU, since all may be at work."""
    affinity = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node, soft=False)
    return {"num_cpus": 0, "scheduling_strategy": affinity}
