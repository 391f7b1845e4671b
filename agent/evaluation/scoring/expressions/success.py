"""The criterion that an expression holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from functools import cache
from typing import Any, Final, Literal, get_args

from agent.errors import BadConfig
from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.expressions.course import Course
from agent.evaluation.scoring.expressions.reading import (
    ENTRY,
    PARAMETERS,
    Expression,
    example_values,
    read_expression,
)
from agent.evaluation.scoring.expressions.world import shown_world
from agent.evaluation.scoring.scored_step import ScoredStep
from envs.registry import game_spec
from envs.text import brief
from skills.code.calls import SandboxedFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

MOST_REMEMBERED: Final = 10_000
"""Results of an expression that are kept; each belongs to other values, or to another state of the world."""

When = Literal["once", "end"]


class Success(Criterion[Any, Any]):
    """Whether an expression holds: from the first time on that it does, or at the end of the episode.

    Args:
        game: registry name of the game.
        expression: in the language of docs/evaluation.md.
        when: ``once``: the task is done as soon as it holds after a step, and the episode ends; ``end``: it
            counts how things stand when the episode ends.
        materials: what the game's world consists of.

    Raises:
        BadConfig: the expression cannot be read, or `when` is something else.
    """

    def __init__(
        self, game: str, *, expression: str, when: When = "once", materials: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        if when not in get_args(When):
            raise BadConfig(f"when is {when!r}; expected 'once' or 'end'")
        if not isinstance(expression, str):
            raise BadConfig(f"success is {expression!r}; expected an expression as text")
        self.expression = read_expression(expression, game, materials)
        self._spec, self._when = game_spec(game), when
        self._course: Course | None = None
        self._known: OrderedDict[Hashable, bool] = OrderedDict()

    def begin(self, game: Any) -> None:
        """See `Criterion.begin`."""
        self._course = Course(self.expression.queries, game.facts())

    def watch(self, step: ScoredStep[Any, Any]) -> None:
        """See `Criterion.watch`. Raises `CodeRejected` where the expression fails, which is no verdict."""
        if self._course is None:
            raise RuntimeError("watch before begin")
        self._course.step(step.game.facts(), step.step)
        if self._when == "once" and self.value:
            return
        holds = float(self._holds(self._course.values(), step.game))
        if holds != self.value:
            self.value, self.at = holds, step.step

    @property
    def decided(self) -> bool:
        """See `Criterion.decided`."""
        return self._when == "once" and self.value >= 1

    def _holds(self, values: list[int], game: Any) -> bool:
        asked = self.expression.asked
        key = (*values, game.view.version) if asked else tuple(values)
        if key not in self._known:
            world = shown_world(game.view, asked) if asked else {}
            self._known[key] = bool(_function(self.expression)(values, world))
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]

    def try_out(self) -> None:
        """Run the expression on a few values.

        Raises:
            BadConfig: it fails, does not come to an end, or asks nothing of the game.
        """
        world: dict[str, Any] = {name: [] for name in self.expression.asked}
        world |= {"player": (1, 1), "front": (1, 2), "grid": [[0] * 3] * 3, "names": [""]}
        try:
            for values in example_values(self.expression, self._spec):
                _function(self.expression)(values, world)
        except CodeRejected as error:
            raise BadConfig(f"success cannot be told by {self.expression.text!r}: {error}") from None
        if not self.expression.queries and not self.expression.asked:
            raise BadConfig(
                f"success is {brief(self.expression.text)}, which is the same whatever happens; expected an "
                "expression over facts, e.g. after['wood'] >= 1"
            )


@cache
def _sandbox() -> Sandbox:
    """Where expressions run, one for this process."""
    return Sandbox()


@cache
def _function(expression: Expression) -> SandboxedFunction:
    """The function of an expression, loaded. Raises `CodeRejected`."""
    return _sandbox().load(expression.source, ENTRY, PARAMETERS)
