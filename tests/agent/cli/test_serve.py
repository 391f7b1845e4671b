import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli import main
from agent.web.server import listening


@pytest.mark.parametrize("there", [True, False])
def test_folders_that_are_not_there_are_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(listening, "listen", lambda app, listening: listening.close())
    for name in ("runs", "mine") if there else ():
        (tmp_path / name).mkdir()
    assert main(["serve", "--port", "0", "--library", "mine"]) == 0
    said = capsys.readouterr().err
    assert ("there is no folder 'runs' for runs" in said) == (not there)
    assert ("there is no library 'mine'" in said) == (not there)
    assert "open http://127.0.0.1:" in said


def test_pages_load_no_trainer() -> None:
    script = (
        "import sys, agent.web.server.app, agent.web.offline.bundle\n"
        "print([name for name in ('torch', 'numba', 'stable_baselines3', 'crafter') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
