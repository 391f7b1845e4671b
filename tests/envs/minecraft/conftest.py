"""What tests of Minecraft share that is made once for a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.envs.minecraft.package.hollow import hollow


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a side environment: an interpreter that says what it has, without the packages."""
    folder = tmp_path_factory.mktemp("side")
    hollow(folder)
    return folder
