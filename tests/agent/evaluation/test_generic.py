"""What serves every game names none: no import of a single game's modules, and no word of one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import BadConfig
from agent.evaluation.scoring.registry import criteria_of, make_criterion, units_of
from agent.evaluation.suites.suite import read_suite
from envs.registry import game_names, game_spec
from tests.test_layers import ROOT, imports, module_name

ROOMS = ("agent/evaluation", "agent/play", "agent/practice", "agent/solving", "agent/design")


def of_one_game(path: Path) -> bool:
    return bool(set(path.parts) & set(game_names()))


def generic_files() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if not of_one_game(path))


@pytest.mark.slow
def test_generic_modules_import_no_game() -> None:
    games = tuple(f"envs.{name}" for name in game_names())
    scoring = tuple(f"agent.evaluation.scoring.{name}" for name in game_names())
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in generic_files()
        for module in imports()[module_name(path)]
        if module.startswith(games + scoring)
    ]
    assert wrong == []


def test_generic_modules_name_no_skill_or_set_of_one_game() -> None:
    """Facts that a game says are looked up in its specification, by what they are for."""
    specs = [game_spec(name) for name in game_names()]
    words = {
        word
        for spec in specs
        for word in (
            *spec.fallback_skills,
            *spec.unstick_skills,
            *spec.action_sets,
            spec.health_fact,
            spec.name,
        )
    } - {"", "all"}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} says {node.value!r}"
        for path in generic_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    assert wrong == []


class TestKinds:
    def test_a_game_has_its_own_criteria_and_units_and_shares_the_rest(self) -> None:
        assert set(units_of("nethack")) - set(units_of("toy")) == {"maestromotif"}
        assert {"actions", "keys"} <= set(units_of("toy"))
        assert "level_won" in criteria_of("nethack")
        assert criteria_of("toy") == {}
        with pytest.raises(BadConfig, match=r"no criterion 'sales'; there are: none"):
            make_criterion("toy", {"kind": "sales"})

    def test_a_suite_of_an_unknown_game_is_malformed(self, tmp_path: Path) -> None:
        path = tmp_path / "x.toml"
        path.write_text(
            'schema = 1\nname = "x"\ntitle = "X"\ngame = "nethak"\nmetric = "tasks"\nprotocol = ""\n'
            '[[tasks]]\nname = "a"\ntext = "b"\ncap = 5\ncriteria = {x = {kind = "sales"}}\n'
        )
        with pytest.raises(BadConfig, match=r"malformed: no game 'nethak'; did you mean 'nethack'"):
            read_suite(path)
