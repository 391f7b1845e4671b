"""However the process that plays ends, the worker ends with it, and so does what the world has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from envs.remote.game import RemoteGame
from tests.envs.remote.workers import trouble
from tests.envs.workers.test_ends import alive, wait_for

ROOT = Path(__file__).resolve().parents[3]
USER = """
import sys, time
from envs.remote.game import RemoteGame
from tests.envs.remote.workers import trouble

game = RemoteGame(trouble("hangs" if sys.argv[1] == "in a step" else "starts", at=2))
game.reset(1)
game.step(1)
child = 0
if sys.argv[1] == "idle":
    game.step(1)
    child = game.ask({"what": "version"})["child"]
print(game.pid, child, flush=True)
if sys.argv[1] == "in a step":
    game.step(1)
time.sleep(3600)
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("way", ["close", "kill"])
def test_nothing_is_left_after_close(way: str, folders: Path) -> None:
    game = RemoteGame(trouble("starts", at=1))
    game.reset(1)
    game.step(1)
    told = game.ask({"what": "version"})
    assert Path(told["folder"]).parent == folders
    assert alive(game.pid) and alive(told["child"])
    files = len(os.listdir("/proc/self/fd"))
    game.close() if way == "close" else game._worker.kill()
    assert not alive(game.pid)
    wait_for("what the world started ends", lambda: not alive(told["child"]))
    assert list(folders.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == files - 2  # the stream, and what it prints
    game.close()


def test_a_worker_that_does_not_end_when_asked_is_ended(folders: Path) -> None:
    game = RemoteGame(trouble("will not close"))
    game.close()
    assert not alive(game.pid)
    assert list(folders.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("when", ["idle", "in a step"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_the_worker_ends_with_the_process_that_plays(sent: signal.Signals, when: str, tmp_path: Path) -> None:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, when], cwd=tmp_path, start_new_session=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert user.stdout is not None
    pids = [int(pid) for pid in user.stdout.readline().split() if pid != "0"]
    assert len(pids) == (2 if when == "idle" else 1)
    os.killpg(user.pid, sent)  # as a terminal does
    said = user.communicate(timeout=120)[1]
    assert user.returncode == -sent
    if sent is signal.SIGINT:
        assert said.rstrip().endswith("KeyboardInterrupt")
    else:
        assert said == ""
    wait_for("all processes end", lambda: not any(map(alive, pids)))
    wait_for("the folder is removed", lambda: not list(tmp_path.iterdir()))
