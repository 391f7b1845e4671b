"""Commands in places that are no places: each says in one line what is wrong, without a traceback."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.surroundings import LEAST_MEMORY_BYTES, real_path

ROOT = Path(__file__).resolve().parents[2]
SOLVE = ("solve", "collect_wood", "--episodes", "2", "--max-steps", "50", "--workers", "2")


def journeyman(
    *arguments: str, cwd: Path, before: Callable[[], None] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, after `before` was done there."""
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        cwd=cwd, preexec_fn=before, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


def one_line(ended: subprocess.CompletedProcess[str]) -> str:
    """What a command said that could not begin."""
    assert ended.returncode == 3, (ended.returncode, ended.stderr)
    assert "Traceback" not in ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.startswith("journeyman: ")]
    assert len(lines) == 1, ended.stderr
    return lines[0].removeprefix("journeyman: ")


@pytest.mark.parametrize("command", [SOLVE, ("plan", "collect_wood"), ("doctor",), ("runs", "list")])
def test_a_working_folder_that_is_gone(command: tuple[str, ...], tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    said = one_line(journeyman(*command, cwd=gone, before=gone.rmdir))
    assert said.startswith("the working folder does not exist any more")


def test_no_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    from agent.cli import main

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    assert main(["plan", "collect_wood"]) == 3


def test_a_temporary_folder_that_does_not_exist_and_no_home(tmp_path: Path) -> None:
    ended = journeyman(
        "plan", "collect_wood", cwd=tmp_path, TMPDIR="/no/such", HOME="/no/such", XDG_CACHE_HOME="/no/such"
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_files_are_allowed_as_many_as_may_be() -> None:
    code = (
        "import resource\nfrom agent.surroundings import allow_many_files\n"
        "limit = lambda: resource.getrlimit(resource.RLIMIT_NOFILE)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 300))\nprint(allow_many_files(), *limit())\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))\nprint(allow_many_files(), *limit())\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 90))\nprint(allow_many_files(), *limit())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "256 256 300\n300 300 300\n90 90 90\n"


@pytest.mark.parametrize("command", ["solve", "plan"])
def test_a_home_that_nobody_knows(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from agent.cli import main

    assert main([command, "collect_wood", "--library", "~nobody-of-this-name/lib"]) == 2
    assert "no home is known for '~nobody-of-this-name/lib'" in capsys.readouterr().err


def few(which: int, limit: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(which, (limit, limit))


@pytest.mark.slow
@pytest.mark.parametrize("files", [9, 12, 16])
@pytest.mark.one_in(2)
def test_too_few_files(files: int, tmp_path: Path) -> None:
    said = one_line(journeyman(*SOLVE, cwd=tmp_path, before=few(resource.RLIMIT_NOFILE, files)))
    assert f"too many open files: this process may have {files}; allow more with 'ulimit -n 1024'" in said
    assert "install" not in said


@pytest.mark.slow
@pytest.mark.parametrize("tenths", [3, 5, 7, 9])
@pytest.mark.one_in(2)
def test_too_little_memory(tmp_path: Path, tenths: int) -> None:
    """Between these, it depends on what was compiled before how far a game gets."""
    limit = few(resource.RLIMIT_AS, tenths * 100_000_000)
    said = one_line(journeyman(*SOLVE, cwd=tmp_path, before=limit))
    assert f"not enough memory: this process may have 0.{tenths} GB" in said
    assert "train the skill again" not in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        SOLVE,
        ("eval", "crafter-progress", "--episodes", "2", "--workers", "2"),
        ("practice", "--game", "toy", "--library", "lib", "--workers", "2", "--budget-steps", "2000"),
    ],
    ids=["solve", "eval", "practice"],
)
@pytest.mark.one_in(3)
def test_the_sandbox_program_is_missing(command: tuple[str, ...], tmp_path: Path) -> None:
    said = one_line(journeyman(*command, cwd=tmp_path, MONTY_BIN="/no/such/program"))
    assert said.startswith("the sandbox cannot start: ")
    assert said.endswith("install it again with: pip install --force-reinstall pydantic-monty")


def test_a_link_that_leads_in_a_circle_is_no_error_yet(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert real_path(tmp_path / "circle") == tmp_path / "circle"
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert real_path(tmp_path / "link" / "x") == tmp_path / "there" / "x"


@pytest.mark.parametrize("megabytes", [110, 200])
def test_next_to_no_memory(tmp_path: Path, megabytes: int) -> None:
    """Libraries would end the process by themselves, with words and exit codes of their own."""

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))

    ended = journeyman("skills", "list", "--game", "toy", cwd=tmp_path, before=little)
    assert ended.returncode == 3
    assert f"this process may have {megabytes} MiB, and needs {LEAST_MEMORY_BYTES // 2**20}" in one_line(
        ended
    )
