import json
import re
import shutil
from pathlib import Path

import pytest
from scripted import SPEC, walk
from toy_library import build_toy_library

from agent.errors import MissingPrerequisite
from agent.kit import GuardCode
from agent.play import load_guard, load_kit, open_player, save_guard
from envs.game import make_game
from envs.seeding import evaluation_seed
from planners.errors import BadGraph
from skills.errors import LibraryDamaged
from skills.skill import PolicyRecord
from skills.store import SkillLibrary

GUARD = GuardCode(
    source="def guard(facts):\n    return 'gather' if facts['wood'] < 1 else ''\n",
    ranking=("gather", "build_bench"),
    answer_id="blake2b-16:0",
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    build_toy_library(tmp_path / "library")
    return tmp_path / "library"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_guard_comes_back_as_it_was(library: Path) -> None:
    shelf = SkillLibrary(library, "toy")
    assert load_guard(shelf) == GuardCode()
    save_guard(shelf, GUARD)
    assert load_guard(shelf) == GUARD
    assert json.loads((library / "toy" / "guard.json").read_bytes())["schema"] == 1
    assert load_kit(library, "toy").guard == GUARD


def test_an_empty_guard_stays_empty(library: Path) -> None:
    shelf = SkillLibrary(library, "toy")
    save_guard(shelf, GuardCode())
    assert not load_guard(shelf).source.strip()
    with open_player("toy", library, 0) as player:
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


def test_a_players_beliefs_follow_what_happens_to_it(library: Path) -> None:
    with open_player("toy", library, 0) as player:
        attempts = player.graph.stats("build_bench").attempts
        game = make_game("toy")
        game.reset(evaluation_seed(0, 0), max_steps=500)
        result = player.attempt(game, "build_bench")  # without wood it fails
        assert result.verdict.outcome == "not_done"
        assert player.graph.stats("build_bench").attempts == attempts + 1
    assert load_kit(library, "toy").open_graph().stats("build_bench").attempts == attempts


def test_a_guard_whose_code_fails_asks_for_nothing(library: Path) -> None:
    code = "def guard(facts):\n    return 'gather' if 1 // facts['wood'] else ''\n"
    save_guard(SkillLibrary(library, "toy"), GuardCode(source=code, ranking=("gather",)))
    with open_player("toy", library, 0) as player:
        game = make_game("toy")
        game.reset(evaluation_seed(0, 0), max_steps=500)
        result = player.attempt(game, "build_bench")
    assert (result.verdict.outcome, result.interrupted_by) == ("not_done", "")
    assert SPEC.name == "toy"
