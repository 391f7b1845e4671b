"""Minecraft's game by its options, as people give them; what is wrong is said before anything is started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from agent.testing.scripted_peer import READ, Script, ScriptedServer, send
from envs.errors import BadGameOption, GameError, NotObtainable
from envs.game_options import read_assignments
from envs.minecraft.carrying import in_slots
from envs.minecraft.package.errors import BrokenSideEnvironment, NoSideEnvironment
from envs.minecraft.package.game import PackageGame
from envs.minecraft.package.place import VARIABLE
from envs.minecraft.task_game import TaskGame
from envs.minecraft.wire.errors import EngineMissing, OtherEngine
from envs.minecraft.wire.frames import framed
from envs.minecraft.wire.probe import ECHOED
from envs.registry import game_spec, make_game
from tests.envs.minecraft.package.hollow import hollow

SPEC = game_spec("minecraft")
ENGINES = (
    "block-world or minedojo (the block world, directly or through the package minedojo; not Minecraft), "
    "launch (Minecraft, as MineDojo does it), or attach:HOST:PORT"
)


def refused(*given: str) -> GameError:
    with pytest.raises(GameError) as caught:
        make_game("minecraft", **read_assignments(SPEC, given))
    return caught.value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "engine=blockworld",
            f"game option 'engine' is 'blockworld'; did you mean 'block-world'? expected {ENGINES}",
        ),
        ("engine=minecraft", f"game option 'engine' is 'minecraft'; expected {ENGINES}"),
        (
            "engine=attach:",
            "game option 'engine' is 'attach:', which names no port; expected attach:HOST:PORT, such as "
            "attach:localhost:9000",
        ),
        (
            "engine=attach:here",
            "game option 'engine' is 'attach:here': 'here' names no port; expected HOST:PORT, such as "
            "localhost:9000",
        ),
        (
            "carried=lgo=3",
            "game option 'carried' names 'lgo'; did you mean 'log' or 'log2' or 'melon'? expected items "
            "such as log=10,shears",
        ),
        ("carried=log=x", "game option 'carried' has 'log=x'; expected a count such as log=10"),
        ("carried=log=9999", "nobody can carry that much: there are 36 slots; leave some out"),
    ],
)
def test_options_that_cannot_be(given: str, message: str) -> None:
    error = refused(given)
    assert type(error) is BadGameOption
    assert str(error) == message


def test_options_that_do_not_go_together() -> None:
    assert str(refused("task=harvest_1_log", "biome=forest")) == (
        "game option 'biome' belongs to no task; a task says itself where it takes place and what is carried"
    )
    assert str(refused("task=harvest_1_log", "carried=log=1")).startswith(
        "game option 'carried' belongs to no"
    )
    assert str(refused("engine=minedojo", "carried=log=1")) == (
        "game option 'carried' is for the engine block-world; the package gives what its tasks begin with"
    )


@pytest.mark.parametrize("engine", ["block-world", "minedojo"])
def test_a_task_that_is_none_or_that_nobody_can_do(
    engine: str, side: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(side))
    assert str(refused(f"engine={engine}", "task=harvest_1_lgo")) == (
        "MineDojo has no task 'harvest_1_lgo'; did you mean 'harvest_1_log' or 'harvest_8_log' or "
        "'harvest_1_egg'? There are 1,572, such as 'harvest_1_log'"
    )
    error = refused(f"engine={engine}", "task=harvest_1_spawn_egg")
    assert type(error) is NotObtainable
    assert str(error) == (
        "the task 'harvest_1_spawn_egg' cannot be done: spawn_egg cannot be had: eggs that call up mobs are "
        "given in creative mode only"
    )


def test_a_task_of_a_place_that_the_block_world_lacks() -> None:
    error = refused("task=combat_blaze_nether_iron_armors_iron_sword_shield")
    assert type(error) is NotObtainable
    assert str(error).startswith(
        "the task 'combat_blaze_nether_iron_armors_iron_sword_shield' cannot be played here: the block world "
        "does not have the biome 'nether'; it has ocean, plains, "
    )


def test_no_side_environment_and_a_broken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "none"
    monkeypatch.setenv(VARIABLE, str(place))
    error = refused("engine=minedojo")
    assert type(error) is NoSideEnvironment
    assert str(error) == (
        f"there is no side environment for MineDojo in {str(place)!r}; build it (half a minute, 300 MB): "
        "journeyman setup minecraft"
    )
    broken = tmp_path / "broken"
    hollow(broken, recipe="another")
    monkeypatch.setenv(VARIABLE, str(broken))
    error = refused("engine=launch")
    assert type(error) is BrokenSideEnvironment
    assert str(error) == (
        f"the side environment in {str(broken)!r} was built by another recipe ('another'); build it anew: "
        "journeyman setup minecraft"
    )


def test_an_engine_that_does_not_answer_or_answers_something_else(
    side: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(side))
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    error = refused(f"engine=attach:127.0.0.1:{port}")
    assert type(error) is EngineMissing
    assert str(error) == (
        f"nothing listens at 127.0.0.1:{port}; start an engine there, or use the world that comes with "
        "Journeyman: -o engine=block-world"
    )
    script: Script = [READ, send(framed(b"no")), READ]
    with ScriptedServer([script]) as server:
        error = refused(f"engine=attach:localhost:{server.port}")
    assert type(error) is OtherEngine
    assert str(error) == (
        f"what answers at localhost:{server.port} is no engine of Malmo 0.37.0: b'no'; name the port after "
        "'Start MalmoEnvServer on port' in the engine's log"
    )


def test_an_engine_of_another_version(side: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(side))
    older: Script = [READ, send(framed(ECHOED)), READ, send(framed(b"{}")), READ]
    with ScriptedServer([[READ], older]) as server:
        error = refused(f"engine=attach:localhost:{server.port}")
    assert type(error) is OtherEngine
    assert str(error) == (
        f"the engine at localhost:{server.port} is Malmo 0.36.0; minedojo 0.1 speaks to 0.37.0 alone, the "
        "one that its own folder Malmo builds"
    )


def test_the_engines_that_there_are(side: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(side))
    assert isinstance(make_game("minecraft", engine="minedojo"), PackageGame)
    assert isinstance(make_game("minecraft", engine="launch", task="harvest_1_log"), PackageGame)
    assert isinstance(make_game("minecraft", task="harvest 1 log"), TaskGame)
    carrying = make_game("minecraft", **read_assignments(SPEC, ["carried=log=70,iron_helmet"]))
    carrying.reset(1)
    facts = carrying.facts()
    assert (facts["log"], facts["worn.iron_helmet"]) == (70, 1)


def test_it_says_what_is_played_in_place_of_minecraft() -> None:
    label = "block world: not Minecraft"
    assert [SPEC.stand_in(given) for given in (None, {}, {"engine": "minedojo"})] == [label] * 3
    assert SPEC.stand_in({"engine": "attach:localhost:9000"}) == "attached engine: perhaps not Minecraft"
    assert SPEC.stand_in({"engine": "launch"}) == ""
    assert game_spec("toy").stand_in({}) == ""


def test_nobody_wears_two_helmets() -> None:
    with pytest.raises(BadGameOption, match=r"^nobody wears golden_helmet and iron_helmet at once"):
        in_slots({"iron_helmet": 1, "golden_helmet": 1})
