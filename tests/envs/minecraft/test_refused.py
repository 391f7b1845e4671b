"""What an action did not do is told, and nothing else."""

from __future__ import annotations

import pytest

from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC
from envs.minecraft.world import Start


@pytest.fixture(scope="module")
def game() -> MinecraftGame:
    made = MinecraftGame()
    made._start = Start(flat=True, allow_mob_spawn=False, inventory=((0, "log", 1), (1, "torch", 1)))
    made.reset(5)
    return made


@pytest.mark.parametrize(
    ("action", "note"),
    [
        ("equip_bucket", "equip_bucket: no bucket is carried, so nothing was done"),
        ("place_furnace", "place_furnace: no furnace is carried, so nothing was done"),
        ("craft_chest", "craft_chest: something that it takes is not there, so nothing was made"),
        ("smelt_glass", "smelt_glass: something that it takes is not there, so nothing was made"),
        ("craft_planks", ""),
        ("noop", ""),
        ("place_torch", ""),
    ],
)
def test_an_action_that_does_nothing_says_why(game: MinecraftGame, action: str, note: str) -> None:
    game.step(SPEC.action_index[action])
    assert game.note == note
    assert game.caption().endswith(f"{note[:1].upper()}{note[1:]}." if note else ".")
    assert ("Equip_" in game.caption()) is note.startswith("equip_")
