"""What an action did not do is told, and nothing else."""

from __future__ import annotations

import pytest

from envs.facts import EndStatus
from envs.minecraft.direct import saved
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


def test_a_note_ends_with_its_episode_and_is_kept_in_a_saved_state(game: MinecraftGame) -> None:
    game.reset(5)
    game.step(SPEC.action_index["equip_bucket"])
    noted, data = game.caption(), game.snapshot()
    assert "Equip_bucket" in noted
    game.reset(5)
    assert (game.note, "Equip_bucket" in game.caption()) == ("", False)
    game.restore(data)
    assert game.caption() == noted


def test_a_saved_state_from_before_there_were_notes_has_none() -> None:
    row = {"limit": 9, "steps": 1, "status": int(EndStatus.RUNNING), "seek": [], "explore": "anywhere"}
    assert saved._progress(row).note == ""
    with pytest.raises(ValueError, match="its note"):
        saved._progress({**row, "note": "x" * 1_000})
