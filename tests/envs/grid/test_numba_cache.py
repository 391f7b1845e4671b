"""Compiled code on disk follows the constants that went into it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from envs.grid.numba_cache import drop_stale

ROOT = Path(__file__).resolve().parents[3]
CODE = """
from pathlib import Path

import numbers_of_ours
from numba import njit
from numbers_of_ours import N

from envs.grid.numba_cache import drop_stale

DATA = Path(__file__).with_name("data.txt")
M = int(DATA.read_text())


@njit(cache=True)
def n() -> int:
    return N + M


drop_stale(n, numbers_of_ours, DATA)
print(n())
"""


def run(folder: Path, code: str, **environment: str) -> str:
    env = {**os.environ, "PYTHONPATH": f"{folder}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    script = f"import {Path(code).stem}"
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def compiled(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in (folder / "__pycache__").glob("*.nb[ic]")}


@pytest.mark.slow
def test_code_compiled_with_other_constants_is_not_used(tmp_path: Path) -> None:
    constants, data = tmp_path / "numbers_of_ours.py", tmp_path / "data.txt"
    constants.write_text("N = 1\n")
    data.write_text("0")
    (tmp_path / "ours.py").write_text(CODE)
    assert run(tmp_path, "ours.py") == "1"
    before = compiled(tmp_path)
    assert before, "numba keeps what it compiled"
    assert run(tmp_path, "ours.py") == "1"
    assert compiled(tmp_path) == before, "nothing changed, so nothing is compiled again"
    constants.write_text("N = 2\n")
    assert run(tmp_path, "ours.py") == "2"
    assert run(tmp_path, "ours.py", NUMBA_DISABLE_JIT="1") == "2"
    data.write_text("5")
    os.utime(data, (0, 0))  # an installer may give it any time
    assert run(tmp_path, "ours.py") == "7"
    recent = compiled(tmp_path)
    assert run(tmp_path, "ours.py") == "7"
    assert compiled(tmp_path) == recent


def test_what_it_was_made_from_is_known_wherever_the_files_lie(tmp_path: Path) -> None:
    """As when a package is installed beside its dependencies, or away from them."""
    kept = tmp_path / "kept" / "test_numba_cache.function.nbi"
    function = SimpleNamespace(stats=SimpleNamespace(cache_path=str(kept.parent)), py_func=lambda: None)

    def still_there(first: str, second: str, text: str) -> bool:
        files = tmp_path / first, tmp_path / second
        for file, content in zip(files, ("constants", text), strict=True):
            file.write_text(content)
        drop_stale(function, *files)
        there = kept.is_file()
        kept.touch()
        return there

    still_there("a", "b", "data")
    assert still_there("d", "c", "data")
    assert not still_there("d", "c", "other data")
