"""Docstrings: everything public has one, with words in it, and the names that they mention exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("envs", "skills", "planners", "agent")
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]

_WORD = re.compile(r"[A-Za-z]{2,}")
_LIKEWISE = re.compile(
    r"^\s*\w+: (?:[^\n]*; )?likewise\b|^likewise\b|, likewise\.$", re.IGNORECASE | re.MULTILINE
)
_NAME = re.compile(rf"(?<!`)`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`(?!`)")

_DATA = ("json", "toml", "yaml")
"""Endings of file names, which look like dotted names too."""

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def modules() -> dict[str, Path]:
    return {module_name(path): path for path in FILES}


def public(path: Path) -> Iterator[tuple[str, Documented]]:
    """The module, its public classes and functions, and the public methods of those classes."""
    yield "module", tree(path)
    yield from _public_in(tree(path), "")


def _public_in(node: ast.Module | ast.ClassDef, within: str) -> Iterator[tuple[str, Documented]]:
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if child.name.startswith("_"):
                continue
            yield within + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public_in(child, f"{within}{child.name}.")


def texts(node: ast.AST) -> Iterator[str]:
    """All docstrings, and the strings that document a constant or a field."""
    for child in ast.walk(node):
        if (
            isinstance(child, ast.Expr)
            and isinstance(child.value, ast.Constant)
            and isinstance(child.value.value, str)
        ):
            yield child.value.value


def defined_in(node: ast.Module | ast.ClassDef) -> dict[str, ast.AST]:
    """Names that a module or a class defines or imports; of a class also what its methods assign."""
    names: dict[str, ast.AST] = {}
    for child in ast.walk(node) if isinstance(node, ast.ClassDef) else _statements(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names[child.name] = child
        elif isinstance(child, ast.ImportFrom | ast.Import):
            names.update({alias.asname or alias.name: child for alias in child.names})
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            for target in child.targets if isinstance(child, ast.Assign) else [child.target]:
                if isinstance(target, ast.Name):
                    names[target.id] = child
                elif isinstance(target, ast.Attribute):
                    names[target.attr] = child
    return names


def _statements(module: ast.Module) -> Iterator[ast.AST]:
    """What stands at the top of a module, under conditions too."""
    waiting: list[ast.AST] = [*module.body]
    while waiting:
        child = waiting.pop()
        yield child
        if isinstance(child, ast.If | ast.Try | ast.With):
            waiting.extend(part for part in ast.iter_child_nodes(child) if isinstance(part, ast.stmt))


def resolves(name: str) -> bool:
    """Whether a dotted name is a module, or something that a module or one of its classes defines."""
    parts = name.split(".")
    if (ROOT / Path(*parts)).is_dir() or parts[-1] in _DATA:
        return True
    for n in range(len(parts), 0, -1):
        path = modules().get(".".join(parts[:n]))
        if path is None:
            continue
        node: ast.AST = tree(path)
        for part in parts[n:]:
            if not isinstance(node, ast.Module | ast.ClassDef):
                return False
            found = defined_in(node).get(part)
            if found is None:
                return False
            node = found
        return True
    return False


def test_everything_public_has_a_docstring_with_words_in_it() -> None:
    assert [
        (module_name(path), name)
        for path in FILES
        for name, node in public(path)
        if not _WORD.search(ast.get_docstring(node) or "")
    ] == []


def test_no_docstring_documents_anything_by_likewise() -> None:
    assert [
        (module_name(path), text) for path in FILES for text in texts(tree(path)) if _LIKEWISE.search(text)
    ] == []


def test_names_mentioned_in_docstrings_exist() -> None:
    named = {
        (name, module_name(path))
        for path in FILES
        for text in texts(tree(path))
        for name in _NAME.findall(text)
    }
    assert sorted((name, where) for name, where in named if not resolves(name)) == []


@pytest.mark.parametrize(
    ("name", "exists"),
    [
        ("agent.cli", True),
        ("agent.llm.prompts", True),
        ("skills.skill.Skill", True),
        ("skills.skill.Skill.nothing_of_this_name", False),
        ("skills.of_no_such_name", False),
    ],
)
def test_a_name_is_looked_up_in_modules_and_classes(name: str, exists: bool) -> None:
    assert resolves(name) is exists
