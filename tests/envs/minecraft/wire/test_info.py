"""The JSON that goes with a picture, and the statistics in it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from envs.minecraft.wire.engine import N_SLOTS, Damage, Observation, Stack
from envs.minecraft.wire.info import InfoWriter
from envs.minecraft.wire.stats import StatsText, paths, tree

EMPTY = [Stack()] * N_SLOTS


def test_everything_is_said_once() -> None:
    pickaxe = Stack("iron_pickaxe", 1, 0, 250, 249)
    seen = Observation(
        x=1.5, y=64.0, z=-2.5, yaw=270.0, pitch=10.0, life=19.0, inventory=[pickaxe, *EMPTY[1:]],
        stats={("stat", "jump"): 2}, damage=Damage(amount=1.0, fire=True),
    )  # fmt: skip
    info = json.loads(InfoWriter("flat").text(seen))
    assert info["engine"] == "flat"
    assert (info["xpos"], info["yaw"], info["life"], info["is_alive"]) == (1.5, -90.0, 19.0, True)
    assert info["inventory"][0] == {
        "name": "iron_pickaxe", "variant": 0, "quantity": 1, "max_durability": 250, "cur_durability": 249,
        "index": 0, "inventory": "inventory",
    }  # fmt: skip
    assert info["stat"]["jump"] == 2
    assert info["is_fire_damage"] is info["damage_source"]["is_fire_damage"] is True
    assert "voxels" not in info


def test_an_inventory_of_another_size_is_a_mistake_of_the_engine() -> None:
    with pytest.raises(ValueError, match="an inventory has 40 slots, expected 41"):
        InfoWriter("flat").text(Observation(x=0.0, y=0.0, z=0.0, yaw=0.0, pitch=0.0, inventory=EMPTY[1:]))


def test_a_number_that_is_none_is_a_mistake_of_the_engine() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        InfoWriter("flat").text(
            Observation(x=float("nan"), y=0.0, z=0.0, yaw=0.0, pitch=0.0, inventory=EMPTY)
        )


def test_all_statistics_are_there() -> None:
    assert len(paths()) == 1_819
    whole = tree({})
    assert set(whole) == {"stat", "achievement"}
    assert len(whole["achievement"]) == 34
    assert len(whole["stat"]["use_item"]["minecraft"]) == 392


def test_the_text_of_statistics_follows_the_counts() -> None:
    text, counts = StatsText(), {("stat", "jump"): 1}
    assert '"jump":1' in text.of(counts)
    counts["stat", "jump"] = 2
    assert '"jump":2' in text.of(counts)
    assert '"jump":0' in text.of({})


def test_the_installed_package_has_the_same_statistics() -> None:
    found = importlib.util.find_spec("minedojo")
    if found is None or found.origin is None:
        pytest.skip("minedojo is not installed, so the statistics cannot be compared with it")
    file = Path(found.origin).parent / "sim" / "mc_meta" / "mc_constants.json"
    listed = json.loads(file.read_text(encoding="utf-8"))["stats"]
    assert sorted(tuple(entry["minerl_keys"]) for entry in listed) == list(paths())
