"""However the process that uses workers ends, they end with it, and say nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
USER = """
import sys, time
from pathlib import Path

from envs.workers.processes import ProcessPool
from envs.workers.servant import SameEverywhere


class Busy:
    def work(self, task):
        Path(f"working-{task}").touch()
        time.sleep(0.3 if task else 3600)

    def close(self):
        raise RuntimeError("what it used is gone already")


if __name__ == "__main__":
    if sys.argv[1] == "starting":
        names = [f"worker-{index}" for index in range(6)]
    else:
        names = ["one", "two"]
    pool = ProcessPool(SameEverywhere(Busy), names)
    print(*pool.pids, flush=True)
    if sys.argv[1] == "working":
        for worker in range(2):
            pool.send(worker, "work", worker)
    if sys.argv[1] == "idle":
        pool.wait_started()
        Path("working-0").touch()
        Path("working-1").touch()
    time.sleep(3600)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def wait_for(what: str, holds: object) -> None:
    """Wait until a condition holds; only what hangs meets the bound."""
    until = time.monotonic() + 120
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, what
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["starting", "idle", "working"])
@pytest.mark.parametrize("group", [False, True], ids=["alone", "group"])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.one_in(2)
def test_they_end_quietly(sent: signal.Signals, group: bool, when: str, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(USER)
    user = subprocess.Popen(
        [sys.executable, "user.py", when], cwd=tmp_path, start_new_session=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert user.stdout is not None
    pids = [int(pid) for pid in user.stdout.readline().split()]
    assert len(pids) >= 2
    if when != "starting":
        wait_for("the workers work", lambda: len(list(tmp_path.glob("working-*"))) == 2)
    (os.killpg if group else os.kill)(user.pid, sent)
    said = user.communicate(timeout=120)[1]  # it ends when nobody holds the pipe any more
    assert user.returncode == -sent
    assert "Traceback" not in said and "RuntimeError" not in said
    wait_for("all workers end", lambda: not any(map(alive, pids)))
    if not group:  # else the workers are killed, too
        assert not list(tmp_path.glob("journeyman-worker-*"))
