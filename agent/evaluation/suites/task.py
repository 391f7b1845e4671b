"""One task of a suite: what is played, how long, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from agent.errors import BadConfig
from agent.evaluation.scoring.expressions.success import Success
from agent.evaluation.scoring.registry import SUCCESS, make_criterion, units_of
from agent.evaluation.scoring.settings import (
    NAME,
    SWITCH,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    Setting,
    check_table,
    is_text,
    whole,
)
from agent.evaluation.suites.figure import PublishedFigure, read_figures
from envs.errors import MissingDependency, did_you_mean
from envs.game import GameSpec
from envs.registry import game_spec, make_game
from envs.text import brief
from planners.goal_parser import LONGEST_GOAL

_SETTINGS: Final = {
    "name": NAME,
    "text": Setting(
        f"the task in words, 1 to {LONGEST_GOAL:,} characters without control characters",
        is_text,
        required=True,
    ),
    "cap": Setting(f"the steps of an episode, {whole(1).expected}", whole(1).fits, required=True),
    "success": Setting("an expression as text", lambda value: isinstance(value, str)),
    "when": TEXT,
    "referee": Setting("a kind or a table with one", lambda value: isinstance(value, str | Mapping)),
    "criteria": Setting(
        "tables by name",
        lambda value: isinstance(value, Mapping) and all(isinstance(row, Mapping) for row in value.values()),
    ),
    "wordings": TEXTS,
    "options": TABLE,
    "own_options": TABLE,
    "actions": TEXTS,
    "unit": TEXT,
    "no_progress": whole(1),
    "may_be_missing": SWITCH,
    "strategy": TEXT,
    "figures": TABLES,
}
"""What a task's table in a suite's file may say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteTask:
    """A task; picklable.

    Attributes:
        game: registry name of the game.
        name: unique within the suite.
        text: what is to be done, in words.
        policy: name of the policy over skills that carries it out, in the library.
        wordings: the task in other words, which nothing was practised or tuned with.
        game_options: arguments of the game.
        cap: steps of the protocol after which an episode ends.
        unit: how these are counted, see `agent.evaluation.scoring.registry`.
        no_progress: steps without game time after which an episode ends; None for no such limit.
        criteria: name -> settings of a criterion, see `agent.evaluation.scoring.registry`; the first is the
            one that the published figures speak of.
        actions: those that the protocol has: what random play draws from, and what counts as one of its
            steps; empty for all actions of the game.
        may_be_missing: where the game lacks the level, the task is reported as not run.
        figures: published values of the first criterion.
    """

    game: str
    name: str
    text: str
    policy: str
    wordings: tuple[str, ...] = ()
    game_options: Mapping[str, Any] = field(default_factory=dict)
    cap: int
    unit: str = "actions"
    no_progress: int | None = None
    criteria: Mapping[str, Mapping[str, Any]]
    actions: tuple[str, ...] = ()
    may_be_missing: bool = False
    figures: tuple[PublishedFigure, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ValueError` or `BadConfig` when something cannot be."""
        if self.unit not in (units := units_of(self.game)):
            raise ValueError(f"task {self.name!r}: unit is {self.unit!r}; expected one of {', '.join(units)}")
        for text in (self.text, *self.wordings):
            if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_GOAL:
                raise ValueError(
                    f"task {self.name!r}: {brief(text)} is no task in words; expected 1 to {LONGEST_GOAL:,} "
                    "characters"
                )
        if not self.criteria:
            raise ValueError(f"task {self.name!r} has no criteria; expected success, referee or criteria")
        for settings in self.criteria.values():
            make_criterion(self.game, settings)

    def worded(self, held_out: bool, index: int) -> str:
        """The task in its own words, or in one of the others in turn: the one for the episode of an index."""
        return self.wordings[index % len(self.wordings)] if held_out and self.wordings else self.text

    def try_out(self) -> None:
        """Raise `BadConfig` when an expression of success fails, or does not come to an end."""
        for settings in self.criteria.values():
            if isinstance(criterion := make_criterion(self.game, settings), Success):
                criterion.try_out()

    def why_not_run(self) -> str:
        """Why the task cannot be played on this machine; empty when it can.

        Raises:
            MissingDependency: the task's level may not be missing.
            BadGameOption: the game does not take the task's options.
        """
        try:
            make_game(self.game, **self.game_options).close()
        except MissingDependency as missing:
            if not self.may_be_missing:
                raise
            return str(missing)
        return ""


def read_task(data: Mapping[str, Any], suite: str, game: str, folder: Path) -> SuiteTask:
    """A task from its table in a suite's file.

    Args:
        data: the table; what a suite's ``shared`` table says is in it already.
        suite: the suite's name; the task's policy over skills is ``<suite>/<task>`` unless ``strategy`` says
            otherwise.
        game: registry name of the suite's game.
        folder: where files may lie that game options name.

    Raises:
        BadConfig, ValueError: the table does not fit.
        UnknownGame: there is no such game.
    """
    table = dict(data)
    check_table(table, _SETTINGS)
    if "when" in table and "success" not in table:
        raise BadConfig("'when' goes with success only; in a referee's table it stands beside its kind")
    options = {**table.pop("options", {}), **table.pop("own_options", {})}
    for name, value in options.items():
        if isinstance(value, str) and (folder / value).is_file():
            options[name] = str(folder / value)
    return SuiteTask(
        game=game,
        policy=table.pop("strategy", f"{suite}/{table['name']}"),
        wordings=tuple(table.pop("wordings", ())),
        criteria=_criteria(table),
        game_options=options,
        actions=_actions(table.pop("actions", ()), game_spec(game)),
        figures=read_figures(table.pop("figures", [])),
        **table,
    )


def _criteria(table: dict[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Takes out of a task's table what is counted: criteria by name, or what tells that it succeeded.

    That is ``success``, an expression, with ``when``; or ``referee``, the kind of a criterion, or a table
    with it and its settings.
    """
    given = [name for name in ("success", "referee", "criteria") if name in table]
    if len(given) > 1:
        raise ValueError(f"task {table.get('name')!r} has {' and '.join(given)}; expected one of them")
    if "success" in table:
        settings = {"kind": SUCCESS, "expression": table.pop("success"), "when": table.pop("when", "once")}
        return {"success": settings}
    table.pop("when", None)
    if "referee" in table:
        referee = table.pop("referee")
        return {"success": {"kind": referee} if isinstance(referee, str) else referee}
    return dict(table.pop("criteria", {}))


def _actions(names: Iterable[str], spec: GameSpec) -> tuple[str, ...]:
    """Names of actions, with those of sets of actions written out, each once. Raises `BadConfig`."""
    sets, known = spec.action_sets, [*spec.action_sets, *spec.actions]
    for name in names:
        if name not in known:
            raise BadConfig(f"{spec.name} has no action {brief(name)}{did_you_mean(name, known)}")
    return tuple(dict.fromkeys(action for name in names for action in sets.get(name, (name,))))
