"""Jobs on a cluster: the same results, and one of each whatever dies meanwhile."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from threading import Timer
from typing import Any

import pytest

from agent.play.job_pool import JobPool, in_order, run_again
from agent.play.jobs import Job, JobResult
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


@pytest.mark.long
@pytest.mark.parametrize("silent_s", [3, 45])
def test_jobs_of_a_node_that_is_cut_off_come_once_each(
    ray_cluster: Any, worker: JobPool, silent_s: float
) -> None:
    """A network that is cut is a node that does not answer: for a moment, or until Ray gives it up."""
    node = ray_cluster.add_node(num_cpus=2, object_store_memory=100_000_000)
    raylet = node.all_processes["raylet"][0].process.pid
    with closing(JobPool(6, "auto")) as pool:
        places = [pool._pool.where(w) for w in range(len(pool._pool.names))]  # type: ignore[attr-defined]
        stopped = [raylet, *(place["pid"] for place in places if place["node"] == node.node_id)]
        assert len(stopped) > 1
        healing = Timer(silent_s, continue_all, [stopped])
        there: list[JobResult] = []
        for number, result in enumerate(run_again(pool, KIT, JOBS)):
            there.append(result)
            if number == 1:
                for pid in stopped:
                    os.kill(pid, signal.SIGSTOP)
                healing.start()
        healing.join()
    assert sorted(result.job.seed for result in there) == sorted(job.seed for job in JOBS)
    assert [result.aborted for result in there] == [""] * len(JOBS)
    assert told(list(in_order(JOBS, there))) == told(played_here(worker, KIT))
    ray_cluster.remove_node(node, allow_graceful=False)
    while any(found.alive and found.id == node.node_id for found in nodes()):  # for the tests after this one
        time.sleep(0.2)


def continue_all(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def played_here(worker: JobPool, kit: Kit) -> list[JobResult]:
    return list(in_order(JOBS, worker.run(kit, JOBS)))
