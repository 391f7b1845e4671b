"""Imports within the planners go down only, and no modules import each other in a circle."""

import ast
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parents[2]
ROOMS = {"errors": 0, "plan": 0, "graph": 1, "search": 2, "goal": 2, "execution": 3}
"""Room or module of `planners` -> floor; a floor imports its own room and lower floors."""


def modules():
    """Module -> modules of the planners that it imports."""
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in (ROOT / "planners").rglob("*.py")
        if path.name != "__init__.py"
    }
    return {
        name: [
            node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module in names
        ]
        for name, path in names.items()
    }


def room(module):
    return module.split(".")[1]


def test_rooms_import_lower_rooms_only():
    wrong = [
        f"{name} imports {other}"
        for name, others in modules().items()
        for other in others
        if room(other) != room(name) and ROOMS[room(other)] >= ROOMS[room(name)]
    ]
    assert wrong == []


def test_modules_import_in_no_circle():
    assert list(nx.simple_cycles(nx.DiGraph(modules()))) == []
