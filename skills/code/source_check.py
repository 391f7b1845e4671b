"""Checks of model-written source without running it: its function, the facts it reads, its imports."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from envs.errors import did_you_mean
from envs.text import brief, listed, plain
from skills.code.returned import RESERVED
from skills.code.syntax_tree import bound_names, parse
from skills.errors import CodeRejected

SHOWN_UNKNOWN = 5
"""Unknown names that a message lists."""

ALLOWED_MODULES = ("math", "typing", "__future__")

REFUSED_CALLS = frozenset(
    {"open", "eval", "exec", "compile", "input", "globals", "locals", "vars", "setattr", "__import__"}
)


def check_source(source: str, entry: str, parameters: Sequence[str]) -> ast.FunctionDef:
    """The definition of function `entry` in `source`, checked without running anything.

    Args:
        source: model-written Python.
        entry: name of the function that must be defined at the top level.
        parameters: what the function must take; their number counts, the names are free.

    Raises:
        CodeRejected: syntax error, no such function, wrong parameters, a refused import or call.
    """
    signature = f"def {entry}({', '.join(parameters)})"
    tree = parse(source, entry)
    _refuse(tree, entry)
    if taken := sorted(bound_names(tree) & RESERVED):
        raise CodeRejected(f"{entry}: the code must not redefine {listed(taken)}")
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry]
    if not functions:
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        names += [f"async {node.name}" for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
        defined = f"it defines {listed(names)}" if names else "it defines no function at all"
        raise CodeRejected(f"{entry}: the code must define {signature} at its top level; {defined}")
    function = functions[-1]
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or len(plain) != len(parameters):
        found = f"def {entry}({listed(_written(arguments))})"
        raise CodeRejected(f"{entry}: the code has {found}; it must be {signature}")
    return function


def _written(arguments: ast.arguments) -> list[str]:
    """Parameters as they are written, without what they are by default."""
    return [
        *(argument.arg for argument in (*arguments.posonlyargs, *arguments.args)),
        *([f"*{arguments.vararg.arg}"] if arguments.vararg else ["*"] if arguments.kwonlyargs else []),
        *(argument.arg for argument in arguments.kwonlyargs),
        *([f"**{arguments.kwarg.arg}"] if arguments.kwarg else []),
    ]


def facts_read(function: ast.FunctionDef, parameter: int, *, partly: bool = False) -> frozenset[str] | None:
    """Names of the facts that a function reads from one of its parameters.

    Recognised are ``facts["wood"]``, ``facts.get("wood", 0)`` and ``"wood" in facts`` with constant names.

    Returns:
        The names, or None when the parameter is used in any other way (so that all facts are needed) and
        `partly` is not set.
    """
    arguments = function.args
    name = [*arguments.posonlyargs, *arguments.args][parameter].arg
    names: set[str] = set()
    understood: set[int] = set()
    for node in _walk_body(function):
        for owner, key in _constant_reads(node):
            if isinstance(owner, ast.Name) and owner.id == name:
                names.add(key)
                understood.add(id(owner))
    for node in _walk_body(function):
        if isinstance(node, ast.Name) and node.id == name and id(node) not in understood and not partly:
            return None
    return frozenset(names)


def reads_value(function: ast.FunctionDef, parameter: int) -> bool:
    """Whether a parameter is mentioned in the function's body at all."""
    arguments = function.args
    name = [*arguments.posonlyargs, *arguments.args][parameter].arg
    return any(isinstance(node, ast.Name) and node.id == name for node in _walk_body(function))


def check_fact_names(entry: str, names: Collection[str], vocabulary: Collection[str]) -> None:
    """Raise `CodeRejected` when a name is not one of the game's facts; the first unknown ones are listed."""
    if unknown := sorted(set(names) - set(vocabulary)):
        raise CodeRejected(f"{plain(entry, 80)}: the game has no fact {unknown_names(unknown, vocabulary)}")


def unknown_names(unknown: Collection[object], known: Collection[str]) -> str:
    """Names that there are not, with suggestions, as a message lists them; more than a few are counted."""
    shown = [
        f"{brief(name, 80)}{did_you_mean(name, known) if isinstance(name, str) else ''}"
        for name in islice(unknown, SHOWN_UNKNOWN)
    ]
    more = len(unknown) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _refuse(tree: ast.Module, entry: str) -> None:
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = ["." * node.level + (node.module or "")]
        for module in modules:
            if module not in ALLOWED_MODULES:
                line = getattr(node, "lineno", 0)
                raise CodeRejected(
                    f"{entry}: import of {brief(module, 80)} in line {line} is refused; "
                    "only math can be imported"
                )
        if isinstance(node, ast.Name) and node.id in REFUSED_CALLS:
            raise CodeRejected(
                f"{entry}: {node.id} in line {node.lineno} is refused; "
                "use only the function's parameters, plain Python and math"
            )


def _walk_body(function: ast.FunctionDef) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from ast.walk(statement)


def _constant_reads(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Subscript(value=owner, slice=ast.Constant(value=str(key))):
            yield owner, key
        case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(value=str(key)), *_]):
            yield owner, key
        case ast.Compare(
            left=ast.Constant(value=str(key)), ops=[ast.In() | ast.NotIn()], comparators=[owner]
        ):
            yield owner, key
        case _:
            return
