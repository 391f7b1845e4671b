"""Imports go down only: envs < skills < planners < agent; only agent talks to a model."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("envs", "skills", "planners", "agent")


@cache
def imported_modules(path: Path) -> tuple[str, ...]:
    """Every module that a file imports, at its top or inside functions, type checking included."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return tuple(names)


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
