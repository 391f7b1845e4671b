"""Whatever breaks behind the player is one clear error, and the next episode is clean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.testing.scripted_peer import READ, Script, ScriptedServer, send
from envs.errors import BadGameOption, GameDied, NotObtainable, UnknownTask
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.package import player
from envs.minecraft.package.engine_choice import EngineChoice, read_engine
from envs.minecraft.package.errors import NoSideEnvironment, PlayerDied
from envs.minecraft.package.player import NO_OP, PackagePlayer, Patience, View
from envs.minecraft.package.task import MISNAMED, task_id
from envs.minecraft.wire.engine import Stack
from envs.minecraft.wire.errors import EngineMissing
from envs.minecraft.wire.frames import framed
from envs.minecraft.wire.probe import Address
from envs.minecraft.wire.stats import paths

LAUNCHED = EngineChoice("launch")
IMPATIENT = Patience(silence_s=0.05)
TASK = "harvest_1_log"


@pytest.fixture
def canned(side: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackagePlayer]:
    monkeypatch.setattr(player, "WORLD", Path(__file__).with_name("canned_world.py"))
    with PackagePlayer(LAUNCHED, side=side) as made:
        yield made


def test_an_episode_is_begun_and_played(canned: PackagePlayer) -> None:
    seen = canned.begin("harvest 1 log", 3)
    assert (seen.prompt, seen.ticks, seen.engine) == (TASK, 0, "canned")
    assert (seen.observation.x, seen.observation.food) == (0.5, 20)
    assert seen.observation.inventory == [Stack()] * 41
    assert seen.observation.stats == {("stat", "jump"): 3}
    assert seen.masks["action_type"] == {0, 1, 3}
    after = canned.act(NO_OP)
    assert (after.ticks, after.reward, after.success, after.notes) == (1, 0.5, True, ("a note",))
    assert (canned.frame(4, 2) == np.full((2, 4, 3), 7)).all()


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("lost", "the engine broke in a step: it closed the connection"),
        (
            "hangs",
            "the worker of 'minecraft' did not answer 'ask' within 0.2 s and was ended; if it is only slow, "
            "allow it more time",
        ),
        (
            "dies",
            "the worker of 'minecraft' ended with exit code 9 during 'ask'; it said last: "
            "java.lang.OutOfMemoryError",
        ),
    ],
)
def test_what_breaks_aborts_the_episode_and_the_next_one_is_clean(
    canned: PackagePlayer, trouble: str, message: str
) -> None:
    canned.begin(TASK, 1, {"trouble": trouble})
    before = canned.pid
    if trouble == "hangs":
        canned._patience = IMPATIENT
    with pytest.raises(GameDied) as caught:
        canned.act(NO_OP)
    assert type(caught.value) is PlayerDied
    assert str(caught.value) == message
    if trouble != "lost":
        with pytest.raises(ProcessLookupError):
            os.kill(before, 0)
        with pytest.raises(PlayerDied, match="the package has ended; begin another episode"):
            canned.act(NO_OP)
        assert not canned.frame(4, 2).any()
    canned._patience = Patience()
    assert canned.begin(TASK, 2).ticks == 0
    assert canned.act(NO_OP).ticks == 1


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"xpos": "here"}, "the engine shows xpos that cannot be: 'here', expected a number"),
        ({"food": 1.5}, "the engine shows food that cannot be: 1.5, expected a whole number"),
        ({"is_raining": 3}, "the engine shows is_raining that cannot be: 3, expected a bool"),
        ({"inventory": []}, "the engine shows an inventory of 0 slots, expected 41"),
        ({"voxels": [1]}, "the engine shows voxels that cannot be: [1], expected 10 values each"),
    ],
)
def test_what_an_engine_cannot_mean_is_refused(
    canned: PackagePlayer, info: dict[str, Any], message: str
) -> None:
    with pytest.raises(PlayerDied) as caught:
        canned.begin(TASK, 1, {"info": info})
    assert str(caught.value) == message
    assert canned.begin(TASK, 1).ticks == 0


def test_a_package_that_cannot_be_imported_is_told(side: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "WORLD", Path(__file__).with_name("canned_world.py"))
    monkeypatch.setattr(player, "probe", lambda address: None)
    with pytest.raises(PlayerDied) as caught:
        PackagePlayer(EngineChoice("attach", Address("localhost", 1)), side=side)
    assert str(caught.value) == "ImportError: cannot import name 'make' from 'minedojo'"


def test_an_action_that_cannot_be_is_a_mistake(canned: PackagePlayer) -> None:
    canned.begin(TASK, 1)
    with pytest.raises(ValueError, match=r"expected eight numbers below \(3, 3, 4, 25, 25, 8, 244, 36\)"):
        canned.act((3, 0, 0, 12, 12, 0, 0, 0))
    with pytest.raises(ValueError, match="turn is 7; expected degrees of which 180 is a multiple"):
        View(turn=7)


def test_there_is_no_side_environment(tmp_path: Path) -> None:
    with pytest.raises(NoSideEnvironment, match="there is no side environment for MineDojo in "):
        PackagePlayer(LAUNCHED, side=tmp_path / "none")


def test_the_engine_named_must_answer(side: Path) -> None:
    script: Script = [READ, send(framed(b"no")), READ]
    with ScriptedServer([script]) as server, pytest.raises(EngineMissing, match="is no engine of Malmo"):
        PackagePlayer(EngineChoice("attach", Address("localhost", server.port)), side=side)


class TestEngineChoice:
    @pytest.mark.parametrize("text", ["block-world", "launch", "attach localhost:9000"])
    def test_it_is_written_as_it_is_read(self, text: str) -> None:
        assert str(read_engine(text)) == text

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "blockworld",
                "game option 'engine' is 'blockworld'; did you mean 'block-world'? expected block-world (not "
                "Minecraft), launch (Minecraft, as MineDojo does it), or attach HOST:PORT",
            ),
            (
                "attach here",
                "game option 'engine' is 'attach here': 'here' names no port; expected HOST:PORT, such as "
                "localhost:9000",
            ),
        ],
    )
    def test_what_is_none_is_refused(self, text: str, message: str) -> None:
        with pytest.raises(BadGameOption) as caught:
            read_engine(text)
        assert str(caught.value) == message


class TestTask:
    def test_a_task_is_known_by_its_words(self) -> None:
        assert task_id("open-ended") == "open-ended"
        assert task_id("shear a sheep with shears and a sheep nearby") == "harvest_wool_with_shears_and_sheep"

    @pytest.mark.parametrize("text", ["harvest_1_lgo", "harvst one log"])
    def test_one_that_does_not_exist_is_suggested(self, text: str) -> None:
        with pytest.raises(
            UnknownTask, match=rf"^MineDojo has no task '{text}'; did you mean .*'harvest_1_log'"
        ):
            task_id(text)

    def test_one_that_nobody_can_do_is_refused(self) -> None:
        with pytest.raises(NotObtainable) as caught:
            task_id("harvest_1_spawn_egg")
        assert str(caught.value) == (
            "the task 'harvest_1_spawn_egg' cannot be done: spawn_egg cannot be had: eggs that call up mobs "
            "are given in creative mode only"
        )

    def test_one_that_the_package_fails_at_is_refused(self) -> None:
        task = "combat_mooshroom_mushroom_island_diamond_armors_wooden_sword_shield"
        with pytest.raises(NotObtainable) as caught:
            task_id(task)
        assert str(caught.value) == (
            f"the task '{task}' cannot be played: minedojo 0.1 counts kills of 'mooshroom', which "
            "Minecraft's statistics call 'mushroom_cow', and fails at the first step"
        )

    def test_all_other_mobs_of_tasks_are_counted(self) -> None:
        counted = {path[2] for path in paths() if path[:2] == ("stat", "kill_entity")}
        fought = {mob for task in load_catalogue().tasks if task.kind == "combat" for mob in task.targets}
        assert fought - counted == set(MISNAMED)
        assert set(MISNAMED.values()) <= counted
