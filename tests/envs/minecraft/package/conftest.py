"""The side environment of tests that play through the package: built once, in the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from envs.minecraft.package.building import build_side
from envs.minecraft.package.place import VARIABLE, find_side


@pytest.fixture(scope="session")
def minedojo_side() -> Path:
    """The folder that `JOURNEYMAN_MINECRAFT` names, or one that is built where it is not there yet."""
    if named := os.environ.get(VARIABLE):
        return find_side(Path(named)).folder
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return build_side(cache / "journeyman" / "minecraft-tests").folder
