"""Minecraft's game through the package: the same facts as directly, and the package says what is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from envs.errors import BadGameOption, BadSnapshot, NotObtainable, UnknownTask
from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from envs.minecraft.package import game as package_game
from envs.minecraft.package.engine_choice import EngineChoice
from envs.minecraft.package.errors import NoSideEnvironment, PlayerDied
from envs.minecraft.package.game import PackageGame
from envs.minecraft.spec import SPEC
from tests.envs.minecraft.package.scripted_package import ScriptedPackage

TREE, SHEEP = Focus(seek=("tree",), explore="forest"), Focus(seek=("sheep",))
SCRIPT = (
    *[("walk_to", TREE)] * 8, ("face", TREE), ("mine", TREE), ("mine", TREE), ("forward", TREE),
    ("turn_right", TREE), ("jump", TREE), ("craft_planks", TREE), ("craft_stick", TREE),
    ("equip_bucket", TREE), ("craft_crafting_table", TREE), ("place_crafting_table", TREE), ("attack", TREE),
    ("eat", TREE), ("walk_to", SHEEP), ("fight", SHEEP),
)  # fmt: skip

Making = Callable[..., PackageGame]


@pytest.fixture
def make(side: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Making]:
    def made(package: ScriptedPackage, task: str = "open-ended", biome: str = "") -> PackageGame:
        monkeypatch.setattr(package_game, "PackagePlayer", lambda *given, **more: package)
        return PackageGame(EngineChoice("block-world"), task, biome, side=side)

    yield made


def do(game: MinecraftGame, action: str, focus: Focus) -> dict[str, int]:
    game.encode(focus, np.zeros(SPEC.encoding_size, np.float32))
    game.step(SPEC.action_index[action])
    return game.facts()


def test_facts_through_the_package_and_directly_are_the_same_step_by_step(make: Making) -> None:
    through, direct = make(ScriptedPackage()), MinecraftGame()
    encodings = np.zeros((2, SPEC.encoding_size), np.float32)
    for game in (through, direct):
        game.reset(7)
    assert through.facts() == direct.facts()
    for action, focus in SCRIPT:
        assert do(through, action, focus) == do(direct, action, focus), action
        for game, encoding in zip((through, direct), encodings, strict=True):
            game.encode(focus, encoding)
        assert (encodings[0] == encodings[1]).all(), action
        assert (through.caption(), through.note) == (direct.caption(), direct.note)
    assert through.facts()["mined.log"] >= 1
    assert (through.frame((64, 48)) == direct.frame((64, 48))).all()


def test_the_package_alone_says_that_its_task_is_done(make: Making) -> None:
    package = ScriptedPackage(done=lambda seen: any(stack.name == "log" for stack in seen.inventory))
    game = make(package, "harvest 1 log")
    game.reset(7)
    assert package.began == [("harvest_1_log", 7, {})]
    for _ in range(40):
        facts = do(game, "mine" if game.facts()["near.tree"] else "walk_to", TREE)
        if game.status is not EndStatus.RUNNING:
            break
    assert (game.status, facts["log"]) == (EndStatus.SUCCESS, 1)
    assert (game.reward, game.task_reward) == (1.0, 1.0)
    said = len(package.said)
    with pytest.raises(RuntimeError, match="the episode ended with SUCCESS"):
        game.step(0)
    assert len(package.said) == said


def test_what_the_task_calls_up_is_there(make: Making) -> None:
    game = make(ScriptedPackage(says={0: "/summon sheep ~2 ~ ~2"}), "harvest_wool_with_shears_and_sheep")
    game.reset(7)
    assert any(body.name == "sheep" for body in game.world.bodies())


def test_death_ends_the_episode_as_a_death(make: Making) -> None:
    game = make(ScriptedPackage(says={1: "/kill"}))
    game.reset(7)
    do(game, "noop", TREE)
    assert game.status is EndStatus.DEATH


def test_what_breaks_aborts_the_episode_and_the_next_one_is_clean(make: Making) -> None:
    package = ScriptedPackage(breaks_at=2)
    game = make(package)
    game.reset(7)
    do(game, "noop", TREE)
    do(game, "noop", TREE)
    assert game.status is EndStatus.ABORTED
    assert game.fault == "the engine broke in a step: it closed the connection"
    with pytest.raises(
        BadSnapshot, match="an aborted episode of MineDojo cannot be saved; reset the game first"
    ):
        game.snapshot()
    game.reset(8)
    assert (do(game, "noop", TREE)["ticks"], game.status, game.fault) == (1, EndStatus.RUNNING, "")


def test_a_saved_episode_is_played_again(make: Making) -> None:
    game = make(ScriptedPackage())
    game.reset(7, 100)
    for action, focus in SCRIPT[:5]:
        do(game, action, focus)
    data, expected = game.snapshot(), [do(game, *step) for step in SCRIPT[5:9]]
    game.restore(data)
    assert (game.steps, game.status) == (5, EndStatus.RUNNING)
    assert [do(game, *step) for step in SCRIPT[5:9]] == expected
    other = make(ScriptedPackage(), "harvest_1_log")
    with pytest.raises(BadSnapshot) as caught:
        other.restore(data)
    assert (
        str(caught.value)
        == "the saved episode is of the task 'open-ended', and this game plays 'harvest_1_log'"
    )
    with pytest.raises(BadSnapshot):
        game.restore(data[:-3])


def test_a_world_of_which_not_everything_is_known_is_refused(make: Making) -> None:
    game = make(ScriptedPackage(name=""))
    with pytest.raises(PlayerDied) as caught:
        game.reset(7)
    assert str(caught.value) == (
        "the engine is 'Minecraft'; so far the game is played in the block world alone, since its facts are "
        "read off a world of which everything is known"
    )


def test_a_biome_is_asked_for_where_there_is_no_task(make: Making) -> None:
    package = ScriptedPackage()
    make(package, biome="forest").reset(7)
    settings = {"generate_world_type": "specified_biome", "specified_biome": "forest"}
    assert package.began == [("open-ended", 7, settings)]
    with pytest.raises(BadGameOption) as caught:
        make(package, "harvest_1_log", "forest")
    assert str(caught.value) == (
        "game option 'biome' belongs to no task; 'harvest_1_log' says itself where it takes place"
    )


def test_what_cannot_be_played_is_refused_before_anything_is_started(make: Making, tmp_path: Path) -> None:
    with pytest.raises(UnknownTask, match=r"^MineDojo has no task 'harvest_1_lgo'; did you mean "):
        make(ScriptedPackage(), "harvest_1_lgo")
    with pytest.raises(NotObtainable, match=r"^the task 'harvest_1_spawn_egg' cannot be done: "):
        make(ScriptedPackage(), "harvest_1_spawn_egg")
    with pytest.raises(NoSideEnvironment, match=r"^there is no side environment for MineDojo in "):
        PackageGame(EngineChoice("block-world"), side=tmp_path / "none")
