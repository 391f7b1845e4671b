"""A game on flat land, made once for a file and begun anew for each test."""

from __future__ import annotations

import pytest

from envs.minecraft.game import MinecraftGame
from tests.envs.minecraft.direct.flat_land import begin


@pytest.fixture(scope="module")
def shared() -> MinecraftGame:
    return MinecraftGame(biome="plains")


@pytest.fixture
def game(shared: MinecraftGame) -> MinecraftGame:
    begin(shared)
    return shared
