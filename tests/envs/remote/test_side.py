"""What runs in the other interpreter stands apart: the standard library alone, written for Python 3.9."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from envs.facts import EndStatus
from envs.remote.game import RemoteGame
from envs.remote.launch import SIDE
from tests.envs.remote.workers import FOCUS, WORLD, launch

FILES = sorted(SIDE.parent.glob("*.py"))
OLDEST = (3, 9)
LATER = {"zip": {"strict"}, "dataclass": {"slots", "kw_only"}}
"""Function -> arguments that the oldest Python does not know."""


def test_these_are_all_the_files() -> None:
    assert [path.stem for path in FILES] == [
        "__init__",
        "__main__",
        "channel",
        "frames",
        "server",
        "watch",
        "world",
    ]
    assert [path for path in SIDE.parent.rglob("*.py") if path not in FILES] == []


@pytest.mark.parametrize("path", [*FILES, WORLD], ids=lambda path: path.stem)
def test_it_is_written_in_the_oldest_grammar(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert future or path.stem == "__init__", "without it the newer annotations are evaluated"
    found = [
        f"{ast.unparse(node.func)}({keyword.arg}=)"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in LATER.get(ast.unparse(node.func), ())
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_imports_the_standard_library_and_itself_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").split(".")[0]
            if node.level:
                assert node.level == 1 and (SIDE.parent / f"{module}.py") in FILES
            else:
                assert module in sys.stdlib_module_names


def test_it_works_wherever_the_folder_lies(tmp_path: Path) -> None:
    """Without any of our packages near it."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(SIDE.parent, copy)
    game = RemoteGame(launch(program=copy / "__main__.py"))
    game.reset(1)
    assert game.step(1) is EndStatus.RUNNING
    game.close()


def test_python_variables_of_ours_do_not_reach_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "socket.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    RemoteGame(launch()).close()


def interpreter(version: str) -> str:
    """The path of a Python of that version; skips the test where there is none."""
    name = f"python{version}"
    python = shutil.which(name) or ""
    told = python and subprocess.run(
        [python, "-I", "-c", "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2])"],
        capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    if not told or told[1] != version:
        pytest.skip(f"there is no {name} here")
    return told[0]


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_a_world_of_the_standard_library_is_played_in_every_python(version: str) -> None:
    game = RemoteGame(launch(python=interpreter(version)))
    assert game.ask({"what": "version"})["version"] == [int(part) for part in version.split(".")]
    game.reset(1, max_steps=20)
    for _ in range(2):
        assert game.step(1) is EndStatus.RUNNING
        encoding = np.zeros(3, np.float32)
        game.encode(FOCUS, encoding)
        assert encoding[0] == pytest.approx(game.facts()["number"] / 5)
        assert (game.frame((64, 64)) == game.facts()["number"] * 40).all()
    saved = game.snapshot()
    assert [game.step(1) for _ in range(2)] == [EndStatus.RUNNING, EndStatus.SUCCESS]
    game.restore(saved)
    assert (game.steps, game.facts()["number"], game.caption()) == (2, 3, "The number is 3.")
    game.close()
    assert game.restarts == 0


def test_an_interpreter_that_is_too_old_says_so() -> None:
    program = SIDE.read_text(encoding="utf-8").replace(
        "sys.version_info < (3, 9)", "sys.version_info < (9, 9)"
    )
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == f"this needs Python 3.9 or newer, and is {sys.version.split()[0]}"
