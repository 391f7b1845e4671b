"""A folder and a library of their own for tests of commands."""

from pathlib import Path

import pytest

from tests.agent.toy_library import build_toy_library


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder and on a wide terminal, without a shipped library."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("agent.play.libraries.shipped_library", lambda: tmp_path / "no-starter")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two scripted skills for the toy game, in ./library."""
    root = tmp_path / "library"
    build_toy_library(root)
    return root
