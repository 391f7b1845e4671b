"""The block world behind the wire: what missions ask of it, what it tells, and what it refuses."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from envs.minecraft.wire.__main__ import main
from envs.minecraft.wire.block_world import BlockWorldEngine, path_of, seed_of, start_of
from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.errors import BadMission
from envs.minecraft.wire.mission import Carried, Mission, Placement, Ray
from envs.minecraft.wire.probe import Address, EngineFound, probe
from envs.minecraft.wire.process import EngineProcess
from envs.minecraft.wire.stats import paths

MISSION = Mission(
    voxels=((-1, -1, -1), (1, 1, 1)),
    rays=(Ray(0.0, 0.0, 10.0),),
    seed="7",
    carried=(Carried(0, "iron_pickaxe", 1, 0), Carried(35, "log", 5, 0)),
    start_time=6_000,
)


@pytest.fixture(scope="module")
def engine() -> BlockWorldEngine:
    return BlockWorldEngine(3)


@pytest.mark.slow
@pytest.mark.long
class TestPlay:
    def test_a_mission_begins_as_it_says(self, engine: BlockWorldEngine) -> None:
        engine.reset(MISSION)
        seen = engine.observation()
        assert (seen.inventory[0].name, seen.inventory[0].max_durability) == ("iron_pickaxe", 250)
        assert (seen.inventory[35].name, seen.inventory[35].quantity) == ("log", 5)
        assert len(seen.voxels) == 270 and len(seen.rays) == 16
        assert engine.name == "block world: not Minecraft"
        assert engine.world.time == 6_000
        assert {type(value) for value in (*seen.voxels, *seen.rays)} <= {str, int, float, bool}

    def test_things_are_made_and_counted(self, engine: BlockWorldEngine) -> None:
        engine.reset(MISSION)
        engine.step(Commands(craft="planks"))
        seen = engine.observation()
        assert seen.stats["stat", "craft_item", "minecraft", "planks"] == 4
        assert {stack.name for stack in seen.inventory} >= {"planks", "log"}
        assert set(seen.stats) <= set(paths())

    def test_chat_is_carried_out(self, engine: BlockWorldEngine) -> None:
        engine.reset(MISSION)
        engine.step(Commands(chat=("/replaceitem entity @p slot.inventory.26 minecraft:air 1 0",)))
        assert engine.observation().inventory[35].name == "air"

    def test_a_player_that_has_died_is_back_a_tick_later(self, engine: BlockWorldEngine) -> None:
        engine.reset(MISSION)
        engine.step(Commands(chat=("/kill",)))
        assert engine.observation().life == 0
        engine.step(Commands())
        assert engine.observation().life > 0
        assert engine.observation().inventory[0].name == "air"

    def test_a_seed_is_a_world_and_none_is_another_each_time(self, engine: BlockWorldEngine) -> None:
        seeds = []
        for mission in (MISSION, MISSION, replace(MISSION, seed=""), replace(MISSION, seed="")):
            engine.reset(mission)
            seeds.append(int(engine.world.record[0]["seed"]))
        assert seeds[0] == seeds[1] == 7
        assert len(set(seeds[1:])) == 3


def test_all_of_a_start_is_passed_on() -> None:
    start = start_of(
        replace(
            MISSION,
            biome=4,
            generator="biome",
            weather="rain",
            health=7.0,
            food=3,
            break_speed=2.0,
            mobs_spawn=False,
            time_passes=False,
            placement=Placement(1.0, 70.0, 2.0, 90.0, 10.0),
        )
    )
    assert (start.biome, start.weather, start.life, start.food) == ("forest", "rain", 7.0, 3)
    assert (start.break_speed, start.allow_mob_spawn, start.time_passes) == (2.0, False, False)
    assert start.position == (1.0, 70.0, 2.0, 90.0, 10.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"generator": "file"},
            "the block world does not have a world from a file, which the mission asks for",
        ),
        ({"village": True}, "the block world does not have villages, which the mission asks for"),
        ({"drawn": True}, "the block world does not have drawn shapes, which the mission asks for"),
        ({"biome": 8}, "the block world does not have the Nether, which the mission asks for"),
        ({"width": 8}, "a picture's side is 8 pixels; the block world draws 16 to 2048"),
        ({"biome": 165}, "the block world does not have the biome 165; it has 0 ocean, 1 plains"),
        ({"carried": (Carried(0, "lgo", 1, 0),)}, "no item 'lgo'; did you mean 'log'"),
    ],
)
def test_what_the_block_world_does_not_have_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(BadMission) as caught:
        start_of(replace(MISSION, **change))
    assert str(caught.value).startswith(message)


def test_statistics_have_the_places_of_the_tree() -> None:
    assert path_of("stat.drop") == ("stat", "items_dropped")
    assert path_of("stat.mineBlock.minecraft.iron_ore") in paths()
    assert path_of("stat.timeSinceDeath") in paths()


def test_a_seed_may_be_any_text() -> None:
    assert seed_of("12") == 12
    assert 0 <= seed_of("glacier") < 2**62
    assert seed_of("glacier") != seed_of("Glacier")


@pytest.mark.slow
@pytest.mark.minedojo
def test_the_program_says_that_it_is_ready_in_malmos_words() -> None:
    with EngineProcess(pictures=False) as engine:
        assert probe(Address("127.0.0.1", engine.port)) == EngineFound("0.37.0", "block world: not Minecraft")


def test_a_port_that_is_taken_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["-port", str(port), "-env", "-seed", "NONE", "-unknown"]) == 2
    assert f"port {port} cannot be listened on: Address already in use" in caplog.text
