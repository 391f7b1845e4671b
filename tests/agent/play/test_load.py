import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.errors import MissingPrerequisite
from agent.play.kit import GuardCode, PolicyOverSkills, ShieldCode
from agent.play.load import (
    load_guards,
    load_kit,
    load_policies_over_skills,
    require_replaceable,
    save_guards,
    save_policies_over_skills,
    short_name,
)
from agent.play.player import Player
from agent.testing.toy import SPEC, walk
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import make_game
from envs.seeding import evaluation_seed
from envs.wrapped_game import WrappedGame
from planners.errors import BadGraph
from skills.errors import LibraryDamaged, LibraryNewer, PolicyMismatch
from skills.network import NumpyNetwork
from skills.skill import Effects, PolicyRecord, require_encoding
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library
from tests.agent.toy_session import contents
from tests.skills.toy_policy import toy_policy

GUARD = GuardCode(
    source="def guard(facts, remaining):\n    return 'gather' if facts['wood'] < 1 else ''\n",
    ranking=("gather", "build_bench"),
    answer_id="blake2b-16:0",
)
SHIELD = ShieldCode(
    source="def shield(facts):\n    return ['take'] if facts['wood'] >= 2 else []\n", answer_id="blake2b-16:1"
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    build_toy_library(tmp_path / "library")
    return tmp_path / "library"


def test_a_guard_comes_back_as_it_was(library: Path) -> None:
    shelf = SkillLibrary(library, "toy")
    assert load_guards(shelf) == (GuardCode(), ShieldCode())
    save_guards(shelf, GUARD, SHIELD)
    assert load_guards(shelf) == (GUARD, SHIELD)
    assert json.loads((library / "toy" / "guard.json").read_bytes())["schema"] == 2
    kit = load_kit(library, "toy")
    assert (kit.guard, kit.shield) == (GUARD, SHIELD)


def test_an_empty_guard_stays_empty(library: Path) -> None:
    shelf = SkillLibrary(library, "toy")
    save_guards(shelf, GuardCode(), ShieldCode())
    assert not load_guards(shelf)[0].source.strip()
    assert load_guards(shelf)[1] == ShieldCode()
    with Player(load_kit(library, "toy"), 0) as player:
        assert player.kit.guard.ranking == ()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"guard": 7}', '{"guard": ["x"], "ranking": []}', "\xff"])
def test_a_damaged_guard_is_named_and_kept(library: Path, text: str) -> None:
    path = library / "toy" / "guard.json"
    path.write_bytes(text.encode("latin-1"))
    before = contents(library)
    with pytest.raises(
        LibraryDamaged,
        match=r"guard\.json cannot be read \(.*\); expected a guard's code, ranking and answer id: "
        "restore it, or remove it to play without a guard$",
    ):
        load_kit(library, "toy")
    assert contents(library) == before


def test_policies_over_skills_come_back_as_they_were(library: Path) -> None:
    shelf = SkillLibrary(library, "toy")
    assert load_policies_over_skills(shelf) == {}
    policy = PolicyOverSkills(
        task="Two logs",
        source="def choose(start, facts, last, failures):\n    return 'gather'\n",
        skills=("gather", "build_bench"),
        answer_id="blake2b-16:2",
        goal={"wood": 2},
    )
    save_policies_over_skills(shelf, {"two_logs": policy})
    assert load_policies_over_skills(shelf) == {"two_logs": policy}
    assert load_kit(library, "toy").policies_over_skills == {"two_logs": policy}


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"schema": 1}', '{"schema": 0, "strategies": {}}', '{"schema": 1, "strategies": {"a": 1}}'],
)
def test_damaged_policies_over_skills_are_named_and_kept(library: Path, text: str) -> None:
    path = library / "toy" / "strategies.json"
    path.write_text(text)
    before = contents(library)
    with pytest.raises(LibraryDamaged, match=r"strategies\.json cannot be read \(.*\); expected policies"):
        load_kit(library, "toy")
    assert contents(library) == before


def test_names_of_policies_are_cut_after_sixty_letters() -> None:
    assert short_name("a" * 70) == "a" * 60
    assert short_name("a" * 59 + " b") == "a" * 59
    assert short_name("?") == "task"


@pytest.mark.parametrize("schema", [1, "2", None])
def test_a_guard_of_another_schema_is_not_read(library: Path, schema: object) -> None:
    path = library / "toy" / "guard.json"
    save_guards(SkillLibrary(library, "toy"), GUARD, SHIELD)
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "schema": schema}))
    with pytest.raises(LibraryDamaged, match=f"schema {schema!r} instead of 2"):
        load_kit(library, "toy")


def test_networks_for_another_encoding_are_not_used(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = SkillLibrary(library, "toy")
    skill = shelf.load("gather").model_copy(update={"policy": PolicyRecord(kind="learned"), "encoding": 1})
    require_encoding([skill], SPEC)
    newer = replace(SPEC, encoding=2)
    require_encoding([shelf.load("gather")], newer)  # scripted: no network
    with pytest.raises(
        PolicyMismatch,
        match=r"^trained on version 1 of the toy encoding, and this is version 2: gather\. Networks cannot "
        r"be carried over; practise into a new library \(--library FOLDER\)$",
    ):
        require_encoding([skill], newer)
    monkeypatch.setattr("agent.play.load.game_spec", lambda game: newer)
    monkeypatch.setattr(SkillLibrary, "load_all", lambda shelf: {"gather": skill})
    before = contents(library)
    with pytest.raises(PolicyMismatch, match="trained on version 1"):
        load_kit(library, "toy")
    assert contents(library) == before


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    message = (
        f"library {str(folder)!r} has no skills for 'toy' yet; learn some with: "
        f"journeyman practice --game toy --library {folder}"
    )
    with pytest.raises(MissingPrerequisite, match=f"^{re.escape(message)}$"):
        load_kit(folder, "toy")
    assert not folder.exists()


def test_skills_without_a_graph_are_no_kit(library: Path) -> None:
    (library / "toy" / "graph.json").unlink()
    with pytest.raises(MissingPrerequisite, match="has no skills for 'toy' yet"):
        load_kit(library, "toy")


def test_a_graph_of_before_knows_the_facts_of_today(library: Path) -> None:
    path = library / "toy" / "graph.json"
    record = json.loads(path.read_bytes())
    del record["graph"]["kinds"]["facing.lava"], record["graph"]["highs"]["facing.lava"]
    path.write_text(json.dumps(record))
    graph = load_kit(library, "toy").open_graph()
    assert graph.kinds == SPEC.fact_kinds
    assert graph.highs == {fact.name: fact.high for fact in SPEC.facts}


def test_a_damaged_graph_is_named_and_kept(library: Path) -> None:
    path = library / "toy" / "graph.json"
    path.write_text('{"schema": 1, "nodes": [')
    before = contents(library)
    with pytest.raises(BadGraph, match=rf"^{re.escape(str(path))}: not JSON: .*; expected a skill graph"):
        load_kit(library, "toy")
    assert contents(library) == before


def test_the_kit_holds_what_is_in_the_library(library: Path) -> None:
    kit = load_kit(library, "toy")
    assert sorted(kit.skills) == ["build_bench", "gather"]
    graph = kit.open_graph()
    assert graph.available("gather") and graph.stats("gather").successes == 9
    shutil.rmtree(library / "toy" / "gather")
    assert not load_kit(library, "toy").open_graph().available("gather")


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    library = tmp_path / "library"
    build_toy_library(library)
    shelf = SkillLibrary(library, "toy")
    learned = walk("up").skill.model_copy(update={"policy": PolicyRecord(kind="learned")})
    shelf.add(learned, b"weights as they were")
    path = library / "toy" / "walk_up" / "v1" / "policy.zip"
    path.write_bytes(b"weights of somebody else")
    before = contents(library)
    with pytest.raises(LibraryDamaged, match=r"walk_up v1"):
        load_kit(library, "toy")
    assert contents(library) == before


def test_weights_that_do_not_fit_are_refused_by_name(library: Path) -> None:
    learned = walk("up").skill.model_copy(update={"policy": PolicyRecord(kind="learned")})
    SkillLibrary(library, "toy").add(learned, toy_policy(0, 10, 3))
    before = contents(library)
    with pytest.raises(
        PolicyMismatch,
        match=r"^skill 'walk_up': the network takes 10 numbers and gives 3 actions; the game has",
    ):
        load_kit(library, "toy")
    assert contents(library) == before


def test_code_that_is_refused_is_named(library: Path) -> None:
    shelf = SkillLibrary(library, "toy")
    save_guards(shelf, GuardCode(source="import os\n"), ShieldCode())
    with pytest.raises(LibraryDamaged, match=r"guard\.json: the guard is refused: guard: import of 'os'"):
        load_kit(library, "toy")
    save_guards(shelf, GuardCode(), ShieldCode())
    policy = PolicyOverSkills(task="t", source="def choose(:\n", skills=())
    save_policies_over_skills(shelf, {"t": policy})
    with pytest.raises(LibraryDamaged, match=r"strategies\.json: t: choose: syntax error in line 1"):
        load_kit(library, "toy")


def test_a_players_beliefs_follow_what_happens_to_it(library: Path) -> None:
    with Player(load_kit(library, "toy"), 0) as player:
        attempts = player.graph.stats("build_bench").attempts
        game = make_game("toy")
        game.reset(evaluation_seed(0, 0), max_steps=500)
        result = player.attempt(game, "build_bench")  # without wood it fails
        assert result.verdict.outcome == "not_done"
        assert player.graph.stats("build_bench").attempts == attempts + 1
    assert load_kit(library, "toy").open_graph().stats("build_bench").attempts == attempts


def test_a_guard_whose_code_fails_asks_for_nothing(library: Path) -> None:
    code = "def guard(facts, remaining):\n    return 'gather' if 1 // facts['wood'] else ''\n"
    save_guards(SkillLibrary(library, "toy"), GuardCode(source=code, ranking=("gather",)), ShieldCode())
    with Player(load_kit(library, "toy"), 0) as player:
        game = make_game("toy")
        game.reset(evaluation_seed(0, 0), max_steps=500)
        result = player.attempt(game, "build_bench")
    assert (result.verdict.outcome, result.interrupted_by) == ("not_done", "")
    assert SPEC.name == "toy"


class Watched(WrappedGame):
    """A game that notes the actions taken in it."""

    def __init__(self, game: Game, actions: set[str]) -> None:
        super().__init__(game)
        self._actions = actions

    def step(self, action: int) -> EndStatus:
        self._actions.add(SPEC.actions[action])
        return super().step(action)


def taken(library: Path, shield: ShieldCode, steps: int = 200) -> set[str]:
    """Every action that a network without preferences takes in an episode, under the library's shield."""
    save_guards(SkillLibrary(library, "toy"), GuardCode(), shield)
    kit = load_kit(library, "toy")
    layer = (
        np.zeros((SPEC.encoding_size, len(SPEC.actions)), np.float32),
        np.zeros(len(SPEC.actions), np.float32),
    )
    learned = kit.skills["gather"].model_copy(
        update={
            "policy": PolicyRecord(kind="learned"),
            "step_cap": steps,
            "effects": Effects(obtains={"gem": 1}),
        }
    )
    kit = replace(
        kit, skills={**kit.skills, "gather": learned}, networks={"gather": NumpyNetwork((layer,), ())}
    )
    actions: set[str] = set()
    with Player(kit, 0) as player:
        game = Watched(make_game("toy"), actions)
        game.reset(evaluation_seed(0, 0), max_steps=steps)
        for _ in range(steps):  # its termination ends an attempt early
            player.attempt(game, "gather")
    return actions


def test_a_shield_keeps_actions_from_being_taken(library: Path) -> None:
    assert taken(library, ShieldCode()) == set(SPEC.actions)
    source = "def shield(facts):\n    return ['up', 'take']\n"
    assert taken(library, ShieldCode(source=source)) == set(SPEC.actions) - {"up", "take"}


def test_a_shield_whose_code_fails_forbids_nothing(library: Path) -> None:
    source = "def shield(facts):\n    return ['up'] if 1 // 0 else []\n"
    assert taken(library, ShieldCode(source=source)) == set(SPEC.actions)


@pytest.mark.parametrize("name", ["guard.json", "strategies.json"])
def test_what_a_later_version_wrote_is_neither_read_nor_replaced(name: str, library: Path) -> None:
    """Practice wrote its own guard over one of a later version, without a word."""
    shelf = SkillLibrary(library, "toy")
    path = library / "toy" / name
    require_replaceable(shelf)
    path.write_text('{"schema": 9, "guard": [], "novel": true}')
    for read in (require_replaceable, lambda shelf: load_kit(shelf.root, "toy")):
        with pytest.raises(LibraryNewer, match=rf"^{name} has schema 9; this version reads up to \d: update"):
            read(shelf)
    path.write_text("damaged")
    require_replaceable(shelf)
