"""One task of a suite: what is played, how long, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.evaluation.scoring.meter import UNITS
from agent.evaluation.scoring.nethack.kinds import make_criterion
from agent.evaluation.suites.figure import PublishedFigure
from envs.nethack.actions import ACTION_SETS

_FILE_OPTIONS = ("nethackrc", "level")
"""Options of a game that may name a file beside the suite's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteTask:
    """A task; picklable.

    Attributes:
        name: unique within the suite.
        text: what is to be done, in words.
        strategy: name of the policy over skills that carries it out, in the library.
        game_options: arguments of the game.
        cap: steps of the protocol after which an episode ends.
        unit: how these are counted, see `agent.evaluation.scoring.meter`.
        no_progress: steps without game time after which an episode ends; None for no such limit.
        criteria: name -> settings of a criterion, see `agent.evaluation.scoring.nethack.kinds`; the first is
            the one that the published figures speak of.
        actions: those that the protocol has: what random play draws from, and what counts as one of its
            steps; empty for all actions of the game.
        may_be_missing: where the game lacks the level, the task is reported as not run.
        figures: published values of the first criterion.
    """

    name: str
    text: str
    strategy: str
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
        if self.cap < 1:
            raise ValueError(f"task {self.name!r}: cap is {self.cap}; expected a positive number")
        if self.unit not in UNITS:
            raise ValueError(f"task {self.name!r}: unit is {self.unit!r}; expected one of {', '.join(UNITS)}")
        if not self.criteria:
            raise ValueError(f"task {self.name!r} has no criteria")
        for settings in self.criteria.values():
            make_criterion(settings)


def read_task(data: Mapping[str, Any], suite: str, folder: Path) -> SuiteTask:
    """A task from its table in a suite's file.

    Args:
        data: the table; what a suite's ``shared`` table says is in it already.
        suite: the suite's name; a task names the strategy ``<suite>/<task>`` unless it says otherwise.
        folder: where files lie that game options name.

    Raises:
        BadConfig, ValueError, TypeError, KeyError: the table does not fit.
    """
    table = dict(data)
    options = {**table.pop("options", {}), **table.pop("own_options", {})}
    for name in _FILE_OPTIONS:
        if isinstance(options.get(name), str) and (folder / options[name]).is_file():
            options[name] = str(folder / options[name])
    return SuiteTask(
        strategy=table.pop("strategy", f"{suite}/{table['name']}"),
        game_options=options,
        actions=_actions(table.pop("actions", ())),
        figures=tuple(PublishedFigure(**row) for row in table.pop("figures", [])),
        **table,
    )


def _actions(names: Iterable[str]) -> tuple[str, ...]:
    """Names of actions, with those of sets of actions written out, each once."""
    return tuple(dict.fromkeys(action for name in names for action in ACTION_SETS.get(name, (name,))))
