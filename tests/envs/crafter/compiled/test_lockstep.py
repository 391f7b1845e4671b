"""The compiled simulation beside the reference, some 40,000 steps: no difference in any number."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from crafter import objects

from envs.crafter.compiled.rules import ACHIEVEMENTS, ARROW
from envs.crafter.compiled.state import COMPACT_AT, MAX_OBJECTS
from envs.facts import EndStatus
from tests.envs.crafter.compiled import lockstep, scenes
from tests.envs.crafter.compiled.pair import Pair


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "steps"),
    [
        (scenes.PLAIN, 3_000),
        (scenes.RICHES, 5_000),
        (scenes.TUNNELS, 5_000),
        (scenes.CROWD, 1_500),
    ],
    ids=lambda it: it.name if isinstance(it, scenes.Scene) else "",
)
def test_every_step_equals_the_reference(scene: scenes.Scene, steps: int) -> None:
    pair, left, seed = Pair(), steps, 1000
    while left:
        left -= scenes.play(pair, scene, seed, left)
        seed += 1


@pytest.mark.slow
def test_every_achievement_is_reached_on_the_way() -> None:
    pair, left, seed = Pair(), 25_000, 2000
    reached: Counter[str] = Counter()
    while left and not all(reached[name] for name in ACHIEVEMENTS):
        left -= scenes.play(pair, scenes.RUBBLE, seed, left)
        reached.update(pair.game._engine.player.achievements)
        seed += 1
    assert [name for name in ACHIEVEMENTS if not reached[name]] == []


@pytest.mark.slow
def test_a_whole_episode_of_ten_thousand_steps() -> None:
    pair = Pair()
    assert scenes.play(pair, scenes.LONG, 3000) == 10_000
    assert pair.game.status is EndStatus.TIME_LIMIT
    record = pair.compiled.records[0]
    assert record["n_rows"] <= COMPACT_AT < record["last_number"], "rows of removed objects were dropped"


@pytest.mark.slow
def test_arrows_fly_in_tunnels() -> None:
    pair, rng, player = Pair(), np.random.default_rng(0), scenes.RoughPlayer(1)
    pair.begin(4000)
    arrows = 0
    while pair.running and pair.game.steps < 500:
        scenes.TUNNELS.change(pair, rng)
        pair.carry({"health": 9, "energy": 9})
        pair.step(player.act())
        arrows += int((pair.compiled.records[0]["objects"]["kind"] == ARROW).sum())
    assert arrows > 50


@pytest.mark.slow
def test_a_world_with_an_object_on_every_cell() -> None:
    pair = Pair()
    pair.begin(5000)
    kinds = (objects.Skeleton, objects.Zombie, objects.Cow, objects.Plant)
    for x in range(64):
        for y in range(64):
            pair.lay(x, y, "path")
            if pair.is_empty(x, y):
                pair.add(kinds[(x + 3 * y) % 4], x, y)
    pair.save_and_restore()
    assert pair.compiled.records[0]["n_rows"] == 64 * 64
    for step in range(60):
        pair.carry({"health": 9})
        pair.step(5 if step % 2 else 1 + step % 4)
        assert pair.compiled.records[0]["n_rows"] <= MAX_OBJECTS


def test_a_run_goes_on_from_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "new" / "record.json"
    monkeypatch.setattr(lockstep, "SCENES", (scenes.PLAIN,))
    played = []
    for steps in ("1", "300"):
        monkeypatch.setattr(sys, "argv", ["lockstep", "--steps", steps, "--record", str(record)])
        assert lockstep.main() == 0
        played.append(json.loads(record.read_text()))
    assert played[0]["episodes"] == 1 and played[1]["episodes"] > 1
    assert played[1]["steps"] >= 300
    assert sum(played[1]["steps_by_scene"].values()) == played[1]["steps"]


def test_a_difference_is_found_and_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "record.json"
    spoilt = scenes.Scene("spoilt", lambda pair, rng: _spoil(pair), lambda pair, rng: None)
    monkeypatch.setattr(lockstep, "SCENES", (spoilt,))
    monkeypatch.setattr(sys, "argv", ["lockstep", "--record", str(record)])
    assert lockstep.main() == 1
    assert "spoilt, seed 0: materials differ" in json.loads(record.read_text())["difference"]


def _spoil(pair: Pair) -> None:
    pair.compiled.records[0]["materials"][0, 0] ^= 1
