"""Functions that only compiled code may call are not called from Python: numba gives them no way in."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("envs", "skills", "planners", "agent", "tests")
COMPILERS = ("inner", "njit")


def decorators(function: ast.FunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def inner_functions(trees: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """Module and name of every function that only compiled code may call."""
    return {
        (module, function.name)
        for module, tree in trees.items()
        for function in functions_of(tree)
        if "inner" in decorators(function)
    }


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """The calls in what Python runs: what is compiled is left out."""
    if isinstance(node, ast.FunctionDef) and any(name in COMPILERS for name in decorators(node)):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from calls_in(child)


def wrong_calls(module: str, tree: ast.Module, inner: set[tuple[str, str]]) -> Iterator[str]:
    known = {name: (module, name) for owner, name in inner if owner == module}
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                known[name.asname or name.name] = (node.module, name.name)
                modules[name.asname or name.name] = f"{node.module}.{name.name}"
    for call in calls_in(tree):
        target = call.func
        if isinstance(target, ast.Name):
            called = known.get(target.id)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            called = (modules.get(target.value.id, ""), target.attr)
        else:
            continue
        if called in inner:
            yield f"{module}:{call.lineno} calls {called[1]}"


def parse(files: dict[str, str]) -> dict[str, ast.Module]:
    return {module: ast.parse(source) for module, source in files.items()}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """The modules that hold such functions, and those that import one of these."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    texts = {".".join(f.relative_to(ROOT).with_suffix("").parts): f.read_text() for f in files}
    holders = [module for module, text in texts.items() if "@inner" in text and module.startswith("envs.")]
    imports = {f"{module} import" for module in holders}
    imports |= {f"{module.rpartition('.')[0]} import" for module in holders}
    named = {m: t for m, t in texts.items() if m in holders or any(each in t for each in imports)}
    return parse(named)


def test_no_python_calls_what_only_compiled_code_may_call(trees: dict[str, ast.Module]) -> None:
    inner = inner_functions(trees)
    assert ("envs.minecraft.direct.looking", "look") in inner
    assert [wrong for module, tree in trees.items() for wrong in wrong_calls(module, tree, inner)] == []


def test_such_calls_are_found() -> None:
    trees = parse(
        {
            "a": "@inner\ndef deep(): pass\n@njit(cache=True)\ndef door(): deep()\n",
            "b": "from a import deep, door\nimport a\ndoor()\ndef f():\n    return deep()\n",
            "c": "from p import a\na.deep()\n",
        }
    )
    inner = inner_functions(trees) | {("p.a", "deep")}
    assert list(wrong_calls("a", trees["a"], inner)) == []
    assert list(wrong_calls("b", trees["b"], inner)) == ["b:5 calls deep"]
    assert list(wrong_calls("c", trees["c"], inner)) == ["c:2 calls deep"]


def test_they_have_no_way_in_from_python() -> None:
    """The reason for all this: should numba ever make wrappers for them, the rule can go."""
    nearest = importlib.import_module("envs.minecraft.direct.nearest")
    options = nearest.survey.targetoptions
    assert options["no_cpython_wrapper"] and options["no_cfunc_wrapper"]
