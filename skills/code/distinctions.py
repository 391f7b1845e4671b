"""What a function can tell apart: inputs on which all of its conditions agree give the same result.

In play, nearly every step changes some number that a function reads: a distance, a clock, a threat. What it
does with the number is mostly one thing: it compares it with others. Inputs that agree in every comparison
cannot be told apart by the code, so one result stands for all of them, and most calls of the sandbox are
saved. Nothing of the code is executed here: comparisons of facts, constants, sums, differences, products,
``min``, ``max`` and ``abs`` are read as data. A number that is put to any other use counts by its value.
"""

from __future__ import annotations

import ast
import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from skills.code.syntax_tree import bound_names

Number: TypeAlias = Callable[[Sequence[int]], float]
"""A number worked out from a row."""

MAX_PARTS = 40
"""Most parts of a condition that is read as data."""

EXACT = 2.0**53
"""Numbers below this are the same in every arithmetic; conditions on larger ones are not read as data."""

LARGEST_FACT = 2.0**31
"""No number in a row is larger, plus or minus."""

_COMPARISONS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_CALLS: Mapping[str, Callable[..., float]] = {"min": min, "max": max, "abs": abs}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a condition as a number, and the largest that it may be, plus or minus."""

    value: Number
    largest: float


class Distinctions:
    """What a function can tell apart in rows of integers.

    Args:
        tree: the code.
        function: the function in it.
        columns: for each parameter the column of its number, or of each fact that it reads, by name.

    Attributes:
        by_value: columns of numbers that are not only compared.
    """

    def __init__(
        self, tree: ast.Module, function: ast.FunctionDef, columns: Sequence[int | Mapping[str, int]]
    ) -> None:
        self._numbers: dict[str, int] = {}
        self._facts: dict[str, Mapping[str, int]] = {}
        for argument, places in zip((*function.args.posonlyargs, *function.args.args), columns, strict=True):
            if isinstance(places, int):
                self._numbers[argument.arg] = places
            else:
                self._facts[argument.arg] = places
        self._limits: dict[int, set[int]] = {}
        self._conditions: list[Number] = []
        self.by_value: set[int] = set()
        if _is_plain(tree, function, {*self._facts, *self._numbers}):
            for statement in function.body:
                self._read(statement)
        else:
            self.by_value.update(
                self._numbers.values(), *(places.values() for places in self._facts.values())
            )
        self._values = sorted(self.by_value)
        self._cells = [(c, sorted(at)) for c, at in self._limits.items() if c not in self.by_value]

    def key(self, row: Sequence[int]) -> tuple[float, ...]:
        """Equal for rows that give the same result."""
        return (
            *[row[column] for column in self._values],
            *[bisect_right(limits, row[column]) for column, limits in self._cells],
            *[condition(row) for condition in self._conditions],
        )

    def _read(self, node: ast.AST) -> None:
        """Note what a part of the code tells apart."""
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Compare) and self._note_comparison(node):
                continue
            column = self._column(node)
            if isinstance(node, ast.BoolOp | ast.UnaryOp | ast.If | ast.IfExp | ast.While):
                waiting += self._note_tests(node)
            elif column is not None:
                self.by_value.add(column)
                if isinstance(node, ast.Call):
                    waiting += node.args[1:]
            elif isinstance(node, ast.Name) and node.id in self._facts:
                self.by_value.update(self._facts[node.id].values())
            else:
                waiting += ast.iter_child_nodes(node)

    def _note_tests(self, node: ast.AST) -> list[ast.AST]:
        """Note what a part of the code only tests for being zero; returns its other parts.

        Of ``a and b`` a first part that is passed on is zero, so that only this can be told of it.
        """
        tests: list[ast.expr] = []
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                tests.append(test)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                tests.append(operand)
            case ast.BoolOp(op=ast.And(), values=[*first, _]):
                tests += first
        noted = set()
        for test in tests:
            column = self._column(test)
            if column is not None and _is_bare(test):
                self._limits.setdefault(column, set()).update((0, 1))
                noted.add(id(test))
        return [child for child in ast.iter_child_nodes(node) if id(child) not in noted]

    def _column(self, node: ast.AST) -> int | None:
        """The column that a part of the code reads; None where it is something else."""
        match node:
            case ast.Name(id=name):
                return self._numbers.get(name)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(fact))):
                return self._facts.get(name, {}).get(fact)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="get"),
                args=[ast.Constant(value=str(fact)), *_],
            ):
                return self._facts.get(name, {}).get(fact)
        return None

    def _note_comparison(self, node: ast.Compare) -> bool:
        """Note a comparison, if it can be read as data."""
        if sum(1 for _ in ast.walk(node)) > MAX_PARTS:
            return False
        if len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            left, right, kind = node.left, node.comparators[0], type(node.ops[0])
            for number, other, of in ((left, right, kind), (right, left, _MIRRORED[kind])):
                column, constant = self._column(number), _constant(other)
                if column is not None and constant is not None and _is_bare(number):
                    self._limits.setdefault(column, set()).update(_limits(of, constant))
                    return True
        numbers = [self._number(side) for side in (node.left, *node.comparators)]
        tests = [_COMPARISONS.get(type(op)) for op in node.ops]
        known = [number for number in numbers if number is not None]
        known_tests = [test for test in tests if test is not None]
        if len(known) < len(numbers) or len(known_tests) < len(tests):
            return False
        self._conditions.append(_all_hold([number.value for number in known], known_tests))
        return True

    def _number(self, node: ast.expr) -> _Part | None:
        """A part of a comparison as a number; None where it is anything else."""
        column, constant = self._column(node), _constant(node)
        if column is not None:
            return _Part(operator.itemgetter(column), LARGEST_FACT) if _is_bare(node) else None
        if constant is not None:
            return _Part(lambda row: constant, abs(constant))
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return _applied(_ARITHMETIC[type(op)], [self._number(left), self._number(right)])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _applied(operator.neg, [self._number(operand)])
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS:
                if (len(args) == 1) == (name == "abs") and args:
                    return _applied(_CALLS[name], [self._number(arg) for arg in args])
        return None


def _is_plain(tree: ast.Module, function: ast.FunctionDef, parameters: set[str]) -> bool:
    """Whether parameters, ``min``, ``max`` and ``abs`` mean the same everywhere, and no fact is replaced."""
    names = {*parameters, *_CALLS}
    if names & bound_names(tree).keys():
        return False
    own = set(map(id, ast.walk(function.args)))
    for node in ast.walk(function):
        if node is not function and names & set(_bound_in(node)) and id(node) not in own:
            return False
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return False
    return not names & set(_CALLS) & parameters


def _bound_in(node: ast.AST) -> Iterator[str]:
    """Names that a node gives a meaning, with the parameters of inner functions."""
    if isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]
    else:
        for field in ("name", "rest"):
            if isinstance(name := getattr(node, field, None), str):
                yield name


def _is_bare(node: ast.AST) -> bool:
    """Whether a read holds nothing else: a default after ``get`` may be any code."""
    return not isinstance(node, ast.Call) or all(isinstance(arg, ast.Constant) for arg in node.args)


def _constant(node: ast.AST) -> float | None:
    """A number written out, unless it is too large to be exact."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value: float = node.value  # type: ignore[assignment]
        return value if abs(value) < EXACT else None
    return None


def _limits(of: type[ast.cmpop], constant: float) -> set[int]:
    """Where the outcome of a comparison with a constant changes, as a whole number rises."""
    at, beyond = math.ceil(constant), math.floor(constant) + 1
    if of in (ast.Lt, ast.GtE):
        return {at}
    return {beyond} if of in (ast.LtE, ast.Gt) else {at, beyond}


def _all_hold(numbers: Sequence[Number], tests: Sequence[Callable[[float, float], bool]]) -> Number:
    """A comparison, perhaps of several numbers in a row, as 0 or 1."""
    if len(tests) == 1:
        (left, right), test = numbers, tests[0]
        return lambda row: test(left(row), right(row))
    steps = list(zip(tests, numbers, numbers[1:], strict=False))
    return lambda row: all(test(left(row), right(row)) for test, left, right in steps)


def _applied(function: Callable[..., float], parts: Sequence[_Part | None]) -> _Part | None:
    """A function of numbers; None where one of them is none, or where it may be too large to be exact."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    sizes = [part.largest for part in known]
    largest = math.prod(sizes) if function is operator.mul else sum(sizes)
    if largest >= EXACT:
        return None
    if len(known) == 2:
        first, second = known[0].value, known[1].value
        return _Part(lambda row: function(first(row), second(row)), largest)
    numbers = [part.value for part in known]
    return _Part(lambda row: function(*[number(row) for number in numbers]), largest)
