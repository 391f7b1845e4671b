"""Imports go down only: envs < skills < planners < agent; only agent talks to a model."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("envs", "skills", "planners", "agent")


def imported_modules(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or inside functions, type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("layer", LAYERS)
def test_no_layer_imports_a_higher_one(layer: str) -> None:
    higher = LAYERS[LAYERS.index(layer) + 1 :]
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / layer).rglob("*.py")
        for module in imported_modules(path)
        if module.split(".")[0] in higher
    ]
    assert wrong == []


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_only_the_agent_talks_to_a_model(layer: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / layer).rglob("*.py")
        for module in imported_modules(path)
        if module.split(".")[0].startswith(("langchain", "openai"))
    ]
    assert wrong == []


def test_planners_do_without_networks() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / "planners").rglob("*.py")
        for module in imported_modules(path)
        if module.split(".")[0] in ("torch", "stable_baselines3")
    ]
    assert wrong == []


def test_the_fakes_are_for_tests_and_benchmarks() -> None:
    inside = (ROOT / "agent" / "testing", ROOT / "agent" / "bench")
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / "agent").rglob("*.py")
        if not any(folder in path.parents for folder in inside)
        for module in imported_modules(path)
        if module.startswith("agent.testing")
    ]
    assert wrong == []
