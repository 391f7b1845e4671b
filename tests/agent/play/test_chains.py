"""Chains of a library opened for play."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.play.job_player import JobPlayer
from agent.play.jobs import Job
from agent.play.kit import Kit
from agent.play.load import load_kit
from agent.play.player import Player
from agent.testing.abilities import Ability, kit_of
from agent.testing.toy import SPEC, WALKS
from envs.toy.game import ToyGame
from planners.graph.graph import SkillGraph
from skills.chains.record import chain_skill
from skills.errors import BrokenChain, LibraryDamaged
from skills.skill import Effects, Lineage
from skills.store.store import SkillLibrary

UP, LEFT, DOWN = WALKS
TAKE = Ability(name="take_wood", obtains={"wood": 1}, requires={"near.tree": 1}, action="take", until=True)
CORNER = chain_skill(
    "corner", "Into the corner.", [UP.skill, LEFT.skill], Effects(obtains={"facing.blocked": 1}),
    step_cap=40, lineage=Lineage(),
)  # fmt: skip


def kit(*without: str) -> Kit:
    base = kit_of(UP, LEFT, DOWN, TAKE)
    skills = {name: skill for name, skill in base.skills.items() if name not in without}
    return replace(base, skills={**skills, "corner": CORNER})


@pytest.fixture
def player() -> Iterator[Player]:
    with Player(kit(), 0) as player:
        yield player


def test_a_chain_of_the_kit_is_executed(player: Player) -> None:
    game = ToyGame()
    game.reset(3)
    heard: list[str] = []
    player.executor.on_result = lambda execution: heard.append(execution.skill)
    execution = player.attempt(game, "corner")
    assert execution.skill == "corner" and execution.verdict.success
    assert player.graph.kind("corner") == "chain" and player.graph.available("corner")


def test_a_chain_without_its_part_is_not_available_and_says_so_when_executed() -> None:
    with Player(kit("walk_left"), 0) as player:
        assert not player.graph.available("corner")
        with pytest.raises(BrokenChain, match="'corner' cannot be executed: its part 'walk_left' is missing"):
            player.attempt(ToyGame(), "corner")


@pytest.fixture
def library(tmp_path: Path) -> SkillLibrary:
    library = SkillLibrary(tmp_path, "toy")
    for skill in (UP.skill, LEFT.skill, CORNER):
        library.add(skill)
    SkillGraph("toy", SPEC.fact_kinds).save(library.graph_path)
    return library


def test_a_library_with_chains_is_opened(library: SkillLibrary) -> None:
    loaded = load_kit(library.root, "toy")
    assert loaded.open_graph().available("corner")
    job = JobPlayer(loaded)
    outcome = job.play(Job(seed=5, skill="corner"))
    job.close()
    assert outcome.attempt is not None and outcome.attempt.verdict.success


def test_a_library_with_a_broken_chain_is_not(library: SkillLibrary) -> None:
    library.retire("walk_left", "too slow")
    with pytest.raises(LibraryDamaged, match="corner v1: its part 'walk_left' is retired"):
        load_kit(library.root, "toy")
    library.retire("corner", "its part is")
    assert set(load_kit(library.root, "toy").skills) == {"walk_up"}
