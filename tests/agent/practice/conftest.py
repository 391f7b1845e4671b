from collections.abc import Iterator

import pytest

from tests.agent.practice.small_session import OPENED


@pytest.fixture(autouse=True)
def runs_are_closed() -> Iterator[None]:
    """After each test, those of its small sessions."""
    yield
    while OPENED:
        OPENED.pop().close()
