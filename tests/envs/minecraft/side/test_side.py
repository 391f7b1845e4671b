"""What runs in the side environment is of the oldest grammar, and imports nothing of ours."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import envs.minecraft

FILES = sorted((Path(envs.minecraft.__file__).parent / "side").glob("*.py"))
THEIRS = {"minedojo", "gym", "numpy", "cv2"}
LATER = {"zip": {"strict"}, "dataclass": {"slots", "kw_only"}}
"""Function -> arguments that Python 3.9 does not know."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_written_in_the_oldest_grammar(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert future or path.stem == "__init__", "without it the newer annotations are evaluated"
    found = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in LATER.get(ast.unparse(node.func), ())
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_imports_nothing_of_ours(path: Path) -> None:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "files here are loaded by their paths"
            found.add((node.module or "").split(".")[0])
    assert found <= sys.stdlib_module_names | THEIRS
