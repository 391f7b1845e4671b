"""The facts that an expression of success asks for, where they are all that it asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def stated_facts(expression: str) -> dict[str, int]:
    """Facts with their least counts; none where the expression says anything else too.

    Args:
        expression: in the language of suite files.

    >>> stated_facts('after["iron"] >= 3 and after["near.table"]')
    {'iron': 3, 'near.table': 1}
    >>> stated_facts('gain("stone") > 2')
    {'stone': 3}
    >>> stated_facts('after["iron"] >= 3 and lowest("health") > 4')
    {}
    """
    try:
        body = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, int] = {}
    for part in _parts(body):
        fact, count = _stated(part)
        if not fact:
            return {}
        found[fact] = max(count, found.get(fact, count))
    return found


def _parts(body: ast.expr) -> Iterator[ast.expr]:
    """The parts that are joined by ``and``."""
    waiting = [body]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, ast.BoolOp) and isinstance(part.op, ast.And):
            waiting = [*part.values, *waiting]
        else:
            yield part


def _stated(part: ast.expr) -> tuple[str, int]:
    """The fact and the count of a part; an empty name where it is nothing of the kind."""
    match part:
        case ast.Compare(left=left, ops=[ast.GtE()], comparators=[ast.Constant(value=int(count))]):
            return _fact(left), count
        case ast.Compare(left=left, ops=[ast.Gt()], comparators=[ast.Constant(value=int(count))]):
            return _fact(left), count + 1
    return _fact(part), 1


def _fact(part: ast.expr) -> str:
    """The fact of ``after["..."]`` or ``gain("...")``."""
    match part:
        case ast.Subscript(value=ast.Name(id="after"), slice=ast.Constant(value=str(fact))):
            return fact
        case ast.Call(func=ast.Name(id="gain"), args=[ast.Constant(value=str(fact))], keywords=[]):
            return fact
    return ""
