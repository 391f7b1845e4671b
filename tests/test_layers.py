"""Imports go down only (envs < skills < planners < agent), and the command line loads nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("envs", "skills", "planners", "agent")
HEAVY = ("torch", "stable_baselines3", "langchain", "crafter", "numba", "openai", "xllamacpp", "tensorboard")
MODEL_PACKAGES = ("langchain", "openai", "xllamacpp")
LEARNING_PACKAGES = ("torch", "stable_baselines3")


def sources(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


def imported(path: Path, source: str) -> set[str]:
    """Every module that `source` imports, relative imports resolved; `path` is relative to the root."""
    found = set()
    package = path.with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def belongs(module: str, packages: tuple[str, ...]) -> bool:
    """Whether `module` is in one of `packages`; ``langchain`` stands for ``langchain_openai`` too."""
    top = module.split(".")[0]
    return any(top == name or top.startswith(f"{name}_") for name in packages)


def offenders(layer: str, packages: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources(layer)
        for module in sorted(imported(path.relative_to(ROOT), path.read_text(encoding="utf-8")))
        if belongs(module, packages)
    ]


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_no_layer_imports_one_above_it(layer):
    assert sources(layer), f"{layer} has no source files; is {ROOT} the project's root?"
    assert offenders(layer, LAYERS[LAYERS.index(layer) + 1 :]) == []


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_only_the_agent_talks_to_a_model(layer):
    assert offenders(layer, MODEL_PACKAGES) == []


@pytest.mark.parametrize("layer", ["envs", "planners"])
def test_only_skills_and_agent_know_of_learning(layer):
    assert offenders(layer, LEARNING_PACKAGES) == []


@pytest.mark.parametrize("layer", LAYERS)
def test_nothing_imports_the_tests(layer):
    assert offenders(layer, ("tests",)) == []


def test_the_walk_sees_every_kind_of_import():
    source = "import a.b\nfrom c import d\ndef f():\n    from . import e\n    from ..g import h\n"
    assert imported(Path("skills/rewards/event.py"), source) == {
        *("a.b", "c", "c.d", "skills.rewards", "skills.rewards.e", "skills.g", "skills.g.h")
    }
    assert belongs("langchain_openai.chat", MODEL_PACKAGES)
    assert not belongs("skills", ("skill",))


@pytest.mark.parametrize("module", ["agent.cli", "envs.game", "planners", "skills.skill"])
def test_starting_loads_nothing_heavy(module):
    code = f"import sys, {module}; print('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert [name for name in run.stdout.split() if belongs(name, HEAVY)] == []
