"""Source to syntax tree within limits, so that nothing that walks the tree can run out of anything."""

from __future__ import annotations

import ast
import warnings

from envs.text import plain
from skills.errors import CodeRejected

SOURCE_CHARACTERS = 20_000
"""Longest source accepted."""

NODES = 10_000
"""Most nodes of a syntax tree: names, numbers, operators, statements."""

DEPTH = 200
"""Most nodes inside one another."""

NUMBER_BITS = 256
"""Length of a whole number that is written out."""

TEXT_CHARACTERS = 5_000
"""Length of a text that is written out."""

SHOWN_LINE = 200
"""Characters of a line of code, in messages."""

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
"""Nodes whose body has names of its own."""


def parse(source: str, entry: str) -> ast.Module:
    """The syntax tree of model-written source.

    Args:
        source: Python.
        entry: name of the function concerned, for messages.

    Raises:
        CodeRejected: it is no Python, or too long, too deep or too large.
    """
    if len(source) > SOURCE_CHARACTERS:
        raise CodeRejected(
            f"{entry}: the code has {len(source)} characters; at most {SOURCE_CHARACTERS} are taken"
        )
    try:
        with warnings.catch_warnings():  # they are for whoever wrote it, and not for the terminal
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as error:
        line = plain((error.text or "").strip(), SHOWN_LINE)
        place = f" in line {error.lineno}" if error.lineno else ""
        shown = f": {line}" if line else ""
        raise CodeRejected(f"{entry}: syntax error{place}: {plain(error.msg)}{shown}") from None
    except (RecursionError, MemoryError):
        raise CodeRejected(_too_deep(entry)) from None
    except (ValueError, OverflowError, SystemError) as error:  # half a character; a null byte, before 3.11.4
        raise CodeRejected(f"{entry}: syntax error: {plain(error)}") from None
    _measure(tree, entry)
    return tree


def _measure(tree: ast.AST, entry: str) -> None:
    """Raise `CodeRejected` for a tree that is too deep or too large; never calls itself."""
    count, level = 0, [tree]
    for _ in range(DEPTH):
        count += len(level)
        if count > NODES:
            raise CodeRejected(f"{entry}: the code has more than {NODES:,} parts; write less of it")
        for node in level:
            if isinstance(node, ast.Constant):
                _measure_literal(node, entry)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise CodeRejected(_too_deep(entry))


def _measure_literal(node: ast.Constant, entry: str) -> None:
    value = node.value
    if isinstance(value, int) and value.bit_length() > NUMBER_BITS:
        what = f"a number of {value.bit_length():,} bits; at most {NUMBER_BITS}"
    elif isinstance(value, str | bytes) and len(value) > TEXT_CHARACTERS:
        what = f"a text of {len(value):,} characters; at most {TEXT_CHARACTERS:,}"
    else:
        return
    raise CodeRejected(f"{entry}: in line {node.lineno} is {what} are taken")


def _too_deep(entry: str) -> str:
    return f"{entry}: the code is nested too deeply; write it as plain statements"


def bound_names(tree: ast.Module) -> set[str]:
    """Names that the code gives a meaning to outside its functions, or from inside by ``global``."""
    names: set[str] = set()
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, local = waiting.pop()
        if isinstance(node, ast.Global):
            names.update(node.names)
        elif not local:
            names.update(_bound_by(node))
        body = [node.body] if isinstance(node, ast.Lambda) else getattr(node, "body", [])
        inner = set(map(id, body)) if isinstance(node, SCOPES) else set()
        waiting += [(child, local or id(child) in inner) for child in ast.iter_child_nodes(node)]
    return names


def _bound_by(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.alias(name=name, asname=other):
            return [(other or name).split(".")[0]]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
        case ast.MatchMapping(rest=str(name)):
            return [name]
    return []
