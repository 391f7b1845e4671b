"""An engine in a process of its own: started, waited for, ended."""

from __future__ import annotations

import os
import sys

import pytest

from envs.minecraft.wire.process import EngineNotStarted, EngineProcess

READY = (
    "import time; print('***** Start MalmoEnvServer on port 4711'); "
    "print('CLIENT enter state: DORMANT', flush=True); time.sleep(600)"
)


def program(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def test_it_is_ready_when_it_says_so_and_ends_when_it_is_closed() -> None:
    with EngineProcess(program=program(READY)) as engine:
        assert engine.port == 4711
        assert not engine.ended
        pid = engine.pid
    assert engine.ended
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_that_ends_before_it_is_ready_is_told_by_its_last_words() -> None:
    with pytest.raises(EngineNotStarted) as caught:
        EngineProcess(program=program("import sys; print('begun', flush=True); sys.exit('no memory\\x1b')"))
    assert str(caught.value) == (
        "the block world's engine ended with exit code 1 before it was ready; it said last: no memory\\x1b"
    )
