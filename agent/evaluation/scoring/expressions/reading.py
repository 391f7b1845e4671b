"""Reads an expression: everything that can be wrong is found before anything is played."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agent.errors import BadConfig
from agent.evaluation.scoring.expressions.language import (
    BUILTINS,
    GEOMETRY,
    LONGEST,
    OF_FACTS,
    OF_MATERIALS,
    PLACES,
    PRELUDE,
    SIDES,
    WITH_COUNT,
)
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.registry import game_spec
from envs.text import brief, plain
from skills.code.syntax_tree import parse
from skills.errors import CodeRejected

ENTRY = "success"
PARAMETERS = ("values", "world")

_ALLOWED = (
    ast.Expression, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.BoolOp, ast.BinOp,
    ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.Constant, ast.Name, ast.Subscript, ast.Slice,
    ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp,
    ast.comprehension, ast.Starred,
)  # fmt: skip
"""Parts that an expression may have: no attributes, no functions of its own, no assignments."""


@dataclass(frozen=True, slots=True)
class Query:
    """What an expression asks of the facts of an episode.

    Attributes:
        kind: ``before``, ``after``, a function of `agent.evaluation.scoring.expressions.language.OF_FACTS`,
            or ``steps``.
        fact: the fact; empty for ``steps``.
        count: the count that is asked about.
    """

    kind: str
    fact: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read; picklable.

    Attributes:
        text: as it was written.
        source: the function that is run: ``def success(values, world)``.
        queries: what stands in ``values``, in order.
        asked: what stands in ``world``, see `agent.evaluation.scoring.expressions.world.shown_world`.
    """

    text: str
    source: str
    queries: tuple[Query, ...]
    asked: tuple[str, ...]


@lru_cache(maxsize=1_024)
def read_expression(text: str, game: str, materials: tuple[str, ...] = ()) -> Expression:
    """Read an expression; nothing is run.

    Args:
        text: one Python expression in the language of docs/evaluation.md.
        game: registry name of the game, for its facts.
        materials: what the game's world consists of; empty where the game shows a referee no world.

    Raises:
        BadConfig: it is too long, no expression, or uses what the language or the game does not have.
    """
    if len(text) > LONGEST:
        raise BadConfig(f"success has {len(text):,} characters; say it in at most {LONGEST:,}")
    try:
        parse(f"({text.strip()}\n)", ENTRY)  # for its bounds; a statement is none in brackets
        tree = ast.parse(text.strip(), mode="eval")
    except (CodeRejected, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadConfig(
            f"success is no expression: {brief(text)}: {plain(getattr(error, 'msg', error))}"
        ) from None
    rewriter = _Rewriter(game_spec(game), materials, set(_bound(tree)))
    body = ast.unparse(ast.fix_missing_locations(rewriter.visit(tree)))
    prelude = PRELUDE if rewriter.asked or rewriter.uses_prelude else ""
    source = f"{prelude}\ndef {ENTRY}({', '.join(PARAMETERS)}):\n    return bool({body})\n"
    return Expression(text, source, tuple(rewriter.queries), tuple(rewriter.asked))


def _bound(tree: ast.AST) -> Iterator[str]:
    """Names that comprehensions give a meaning to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


class _Rewriter(ast.NodeTransformer):
    """Puts a place in ``values`` or ``world`` where an expression asks for something."""

    def __init__(self, spec: GameSpec, materials: Sequence[str], bound: Collection[str]) -> None:
        self._spec, self._materials, self._bound = spec, materials, bound
        self.queries: dict[Query, int] = {}
        self.asked: dict[str, None] = {}
        self.uses_prelude = False
        known = {*SIDES, *OF_FACTS, *OF_MATERIALS, *PLACES, *GEOMETRY, *BUILTINS, "steps", "values", "world"}
        if taken := sorted(known & set(bound)):
            raise BadConfig(f"success gives {taken[0]!r} a meaning of its own; choose another name")

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__
            raise BadConfig(f"success uses {brief(ast.unparse(node))} ({kind}), which no expression here may")
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            self._require_material(node.value)
        elif not isinstance(node.value, int | float | bool):
            raise BadConfig(f"success uses the value {brief(node.value)}; expected numbers and names")
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in SIDES:
            if not isinstance(node.slice, ast.Constant):
                raise BadConfig(f"success uses {brief(ast.unparse(node))}; expected {node.value.id}['fact']")
            return self._value(Query(node.value.id, self._fact(node.slice.value)))
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = node.id
        if name in self._bound or name in BUILTINS:
            return node
        if name == "steps":
            return self._value(Query("steps"))
        if name in PLACES:
            return self._world(name)
        if name in SIDES or name in OF_FACTS:
            wanted = f"{name}['wood']" if name in SIDES else f"{name}('wood')"
            raise BadConfig(f"success uses {name} by itself; expected a fact, for example {wanted}")
        known = [*SIDES, *OF_FACTS, *OF_MATERIALS, *PLACES, *GEOMETRY, "steps", *sorted(BUILTINS)]
        raise BadConfig(
            f"success uses {plain(name, 80)!r}, which is no name of the language"
            + did_you_mean(name, known, f"there are: {', '.join(known)}")
        )

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise BadConfig(f"success uses the call {brief(ast.unparse(node))}; expected name(values)")
        name = node.func.id
        if name in OF_FACTS:
            return self._value(self._query(name, node.args))
        if name in OF_MATERIALS:
            return self._of_materials(name, node)
        if name in GEOMETRY:
            return self._geometry(name, node)
        if name not in BUILTINS:
            self.visit_Name(node.func)
            raise BadConfig(f"success calls {plain(name, 80)!r}, which is no function")
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def _query(self, name: str, arguments: Sequence[ast.expr]) -> Query:
        values = [a.value if isinstance(a, ast.Constant) else None for a in arguments]
        most = 2 if name in WITH_COUNT else 1
        if not 1 <= len(values) <= most or not all(type(count) is int for count in values[1:]):
            form = f"{name}('fact', count)" if most == 2 else f"{name}('fact')"
            raise BadConfig(f"success calls {name} with {len(values)} arguments; expected {form}")
        count = values[1] if len(values) > 1 else 1
        return Query(name, self._fact(values[0]), count if isinstance(count, int) else 1)

    def _fact(self, name: object) -> str:
        if not isinstance(name, str) or name not in self._spec.fact_index:
            hint = did_you_mean(name, self._spec.fact_index) if isinstance(name, str) else ""
            raise BadConfig(f"success names {brief(name)}: {self._spec.name} has no such fact{hint}")
        return name

    def _require_material(self, name: str) -> None:
        self._require_world(name)
        if name not in self._materials:
            raise BadConfig(
                f"success names {brief(name)}: {self._spec.name} has no such material"
                + did_you_mean(name, self._materials, f"there are: {', '.join(self._materials)}")
            )

    def _require_world(self, what: str) -> None:
        if not self._materials:
            raise BadConfig(
                f"success uses {brief(what)}, and {self._spec.name} shows a referee no world; ask for facts"
            )

    def _of_materials(self, name: str, node: ast.Call) -> ast.AST:
        self._require_world(name)
        names = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        if len(names) != OF_MATERIALS[name] or not all(isinstance(value, str) for value in names):
            raise BadConfig(
                f"success calls {brief(ast.unparse(node))}; expected {OF_MATERIALS[name]} materials, "
                f"for example {name}({', '.join(map(repr, self._materials[: OF_MATERIALS[name]]))})"
            )
        for value in names:
            self._require_material(str(value))
        if name == "sides":
            self._world("player")
            cells = f"cells {names[0]!s}"
            self._world(cells)
            return _called("sides_in", ast.Name("world", ast.Load()), ast.Constant(cells))
        return self._world(" ".join([name, *map(str, names)]))

    def _geometry(self, name: str, node: ast.Call) -> ast.AST:
        arguments = [self.visit(argument) for argument in node.args]
        self.uses_prelude = True
        if name == "at":
            self._world("grid")
        if name == "near":
            self._world("player")
        if name in ("at", "near"):
            return _called(f"{name}_in", ast.Name("world", ast.Load()), *arguments)
        return _called(name, *arguments)

    def _value(self, query: Query) -> ast.AST:
        place = self.queries.setdefault(query, len(self.queries))
        return ast.Subscript(ast.Name("values", ast.Load()), ast.Constant(place), ast.Load())

    def _world(self, name: str) -> ast.AST:
        self._require_world(name)
        self.asked[name] = None
        return ast.Subscript(ast.Name("world", ast.Load()), ast.Constant(name), ast.Load())


def _called(name: str, *arguments: ast.expr) -> ast.AST:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def example_values(expression: Expression, spec: GameSpec) -> list[list[int]]:
    """Values to try an expression with: the least, the middle and the largest of its facts."""
    bounds: Mapping[str, Any] = {fact.name: fact for fact in spec.facts}
    rows: list[list[int]] = []
    for share in (0.0, 0.5, 1.0):
        row = []
        for query in expression.queries:
            fact = bounds.get(query.fact)
            low, high = (fact.low, fact.high) if fact else (0, spec.max_steps)
            row.append(round(low + share * (high - low)))
        rows.append(row)
    return rows
