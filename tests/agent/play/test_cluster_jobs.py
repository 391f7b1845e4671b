"""Jobs on a cluster: the same results, and one of each whatever dies meanwhile."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from agent.play.jobs import Job, JobPool, JobResult, in_order, run_again
from agent.play.kit import Kit
from agent.testing.abilities import kit_of
from agent.testing.toy import walk
from envs.seeding import training_seed
from envs.workers.cluster.resources import nodes

KIT = kit_of(walk("up"), walk("left"))
JOBS = [Job(seed=training_seed(0, "test", i), skill="walk_up" if i % 2 else "walk_left") for i in range(12)]


@pytest.fixture
def pool(ray_cluster: Any) -> Iterator[JobPool]:
    with closing(JobPool(2, "auto")) as pool:
        yield pool


def told(results: list[JobResult]) -> list[JobResult]:
    """Without what tells when and by whom a job was played."""
    return [replace(result, trace=None) for result in results]


def test_the_results_are_those_of_this_machine_whichever_worker_is_killed(
    pool: JobPool, worker: JobPool
) -> None:
    here = played_here(worker, KIT)
    there: list[JobResult] = []
    for number, result in enumerate(run_again(pool, KIT, JOBS)):
        there.append(result)
        if number == 1:
            os.kill(pool._pool.where(0)["pid"], signal.SIGKILL)  # type: ignore[attr-defined]
    assert [result.aborted for result in there] == [""] * len(JOBS)
    assert sorted(result.job.seed for result in there) == sorted(job.seed for job in JOBS)  # each once
    assert told(list(in_order(JOBS, there))) == told(here)
    assert pool._pool.restarts >= 1


@pytest.mark.long
def test_jobs_of_a_node_that_dies_are_played_on_another(ray_cluster: Any, worker: JobPool) -> None:
    node = ray_cluster.add_node(num_cpus=2, object_store_memory=100_000_000)
    with closing(JobPool(6, "auto")) as pool:  # on all three nodes
        workers = range(len(pool._pool.names))
        assert node.node_id in {pool._pool.where(w)["node"] for w in workers}  # type: ignore[attr-defined]
        there: list[JobResult] = []
        for number, result in enumerate(run_again(pool, KIT, JOBS)):
            there.append(result)
            if number == 1:
                ray_cluster.remove_node(node, allow_graceful=False)
    assert sorted(result.job.seed for result in there) == sorted(job.seed for job in JOBS)
    assert told(list(in_order(JOBS, there))) == told(played_here(worker, KIT))
    while any(found.alive and found.id == node.node_id for found in nodes()):  # for the tests after this one
        time.sleep(0.2)


def played_here(worker: JobPool, kit: Kit) -> list[JobResult]:
    return list(in_order(JOBS, worker.run(kit, JOBS)))
