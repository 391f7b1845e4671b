"""Missions as the package writes them, and what is refused in them."""

from __future__ import annotations

import pytest

from envs.minecraft.wire.errors import BadMission
from envs.minecraft.wire.mission import NAMESPACE, Carried, Mission, Placement, Ray, read_mission
from tests.envs.minecraft.wire.client import MISSION

ROOT = f'<MissionInit xmlns="{NAMESPACE}">'


def of(inner: str) -> Mission:
    return read_mission(f"{ROOT}{inner}</MissionInit>".encode())


def test_a_mission_of_the_package_is_read() -> None:
    assert read_mission(MISSION) == Mission(
        width=24,
        height=16,
        voxels=((-1, -1, -1), (1, 1, 1)),
        rays=(Ray(0.0, 0.0, 10.0), Ray(0.1, 0.2, 5.0)),
        seed="7",
        placement=Placement(1.0, 64.0, 2.0, 0.0, 0.0),
    )


def test_everything_else_is_read_too() -> None:
    mission = of(
        '<BiomeGenerator forceReset="true" seed="" biome="21"/><VillageSpawnDecorator/>'
        "<Weather>rain</Weather>"
        "<StartTime>18000</StartTime><AllowPassageOfTime>false</AllowPassageOfTime>"
        '<AllowSpawning>false</AllowSpawning><StartingHealth health="7.5"/><StartingFood food="3"/>'
        "<BreakSpeedMultiplier>2.5</BreakSpeedMultiplier>"
        '<InventoryObject slot="40" type="shield" quantity="1"/>'
        '<InventoryObject slot="0" type="log" metadata="2" quantity="64"/>'
    )
    assert (mission.generator, mission.biome, mission.village) == ("biome", 21, True)
    assert (mission.weather, mission.start_time) == ("rain", 18_000)
    assert (mission.time_passes, mission.mobs_spawn) == (False, False)
    assert (mission.health, mission.food, mission.break_speed) == (7.5, 3, 2.5)
    assert mission.carried == (Carried(40, "shield", 1, 0), Carried(0, "log", 64, 2))


def test_a_flat_world_has_layers() -> None:
    mission = of('<FlatWorldGenerator forceReset="true" generatorString="1;7,2x3,2;1"/>')
    assert (mission.generator, mission.layers) == ("flat", "1;7,2x3,2;1")


DEEP = f"{ROOT}{'<a>' * 50}{'</a>' * 50}</MissionInit>".encode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "a mission has a document type or entities, which are not read",
        ),
        (b"<MissionInit>", "a mission is no XML: no element found: line 1, column 13"),
        (b"\xff\xfe\x00", "a mission is no XML: "),
        (b"<MissionInit/>", f"a mission is a 'MissionInit', expected MissionInit of {NAMESPACE}"),
        (DEEP, "a mission has elements 41 deep; the most is 40"),
    ],
)
def test_what_is_no_mission_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(BadMission) as caught:
        read_mission(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("<Width>9000</Width><Height>9000</Height>",
         "a mission asks for pictures of 9000 by 9000; the most is 4,000,000 pixels"),
        ("<Width>wide</Width>", "a mission has Width 'wide'; expected a number"),
        ("<StartTime>1e9</StartTime>", "a mission has StartTime '1e9'; expected a number"),
        ('<min x="0" y="0" z="0"/><max x="99" y="99" z="99"/>',
         "a mission asks for a grid of [100, 100, 100]; the most is 200,000 cells"),
        ('<min x="0" y="0" z="0"/><max x="-1" y="0" z="0"/>',
         "a mission asks for a grid of [0, 1, 1]; the most is 200,000 cells"),
        ('<RayOffset pitch="nan" yaw="0" distance="1"/>', "a mission has pitch 'nan'; expected a number"),
        ('<InventoryObject slot="41" type="log" quantity="1"/>',
         "a mission begins with 1 'log' in slot 41; expected 1 to 64 of an item in slot 0 to 40"),
        ('<InventoryObject slot="1" type="a b" quantity="1"/>',
         "a mission begins with 1 'a b' in slot 1; expected 1 to 64 of an item in slot 0 to 40"),
        ("<Weather>hail</Weather>",
         "a mission has the weather 'hail'; expected one of normal, clear, rain, thunder"),
        ('<Placement x="1e30" y="0" z="0" yaw="0" pitch="0"/>', "a mission has x '1e30'; expected a number"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(inner: str, message: str) -> None:
    with pytest.raises(BadMission) as caught:
        of(inner)
    assert str(caught.value) == message
