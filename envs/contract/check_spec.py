"""The checks of `envs.contract.check` that need no running game: is the description consistent?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

import numpy as np

from envs.facts import FAR, FactKind, FactSpec
from envs.game import GameSpec

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_INT32 = np.iinfo(np.int32)
_GOAL_KINDS = ("count", "event", "place", "known")
_PREFIXES = {"place": "near.", "distance": "distance."}


def spec_violations(spec: GameSpec) -> Iterator[str]:
    """Every inconsistency of `spec`, one sentence each."""
    yield from _names("action", spec.actions)
    yield from _names("fact", [fact.name for fact in spec.facts])
    yield from _names("seekable", spec.seekable)
    yield from _names("explorable", spec.explorable)
    for fact in spec.facts:
        yield from _fact_violations(fact)
    yield from _achievement_violations(spec)
    yield from _alias_violations(spec)
    yield from _move_violations(spec)
    yield from _fact_change_violations(spec)
    yield from _set_violations(spec)
    yield from _goal_violations(spec)
    if spec.health_fact and spec.health_fact not in spec.fact_index:
        yield f"spec: health_fact is {spec.health_fact!r}, which is no fact"
    if spec.encoding_size < 1:
        yield f"spec: encoding_size is {spec.encoding_size}, expected at least 1"
    if spec.max_steps < 1:
        yield f"spec: max_steps is {spec.max_steps}, expected at least 1"
    if spec.manual is not None and not spec.manual.is_file():
        yield f"spec: the manual {spec.manual.name!r} does not exist"
    for table in (spec.seekable, spec.explorable):
        for name, text in table.items():
            if not text.strip():
                yield f"spec: {name!r} has no description"


def _names(kind: str, names: Iterable[str]) -> Iterator[str]:
    counts = Counter(list(names))
    if not counts:
        yield f"spec: has no {kind} names"
    if repeated := [name for name, count in counts.items() if count > 1]:
        yield f"spec: {kind} names occur twice: {repeated}"
    if odd := [name for name in counts if not _NAME.fullmatch(name)]:
        yield f"spec: {kind} names must be lower case words joined by _ or dots: {odd}"


def _fact_violations(fact: FactSpec) -> Iterator[str]:
    if fact.kind not in get_args(FactKind):
        yield f"spec: fact {fact.name!r} has kind {fact.kind!r}, expected one of {list(get_args(FactKind))}"
    if not fact.name.startswith(_PREFIXES.get(fact.kind, "")):
        yield f"spec: fact {fact.name!r} of kind {fact.kind!r} must begin with {_PREFIXES[fact.kind]!r}"
    if fact.low > fact.high:
        yield f"spec: fact {fact.name!r} has low {fact.low} above high {fact.high}"
    if fact.low < _INT32.min or fact.high > _INT32.max:
        yield f"spec: fact {fact.name!r} leaves the range of int32: {fact.low}..{fact.high}"
    if fact.kind == "distance" and fact.high < FAR:
        yield f"spec: distance fact {fact.name!r} has high {fact.high}, below FAR ({FAR})"
    if not fact.description.strip():
        yield f"spec: fact {fact.name!r} has no description"


def _achievement_violations(spec: GameSpec) -> Iterator[str]:
    for name in spec.achievements:
        kind = spec.fact_kinds.get(name)
        if kind != "event":
            found = f"a fact of kind {kind!r}" if kind else "no fact"
            yield f"spec: achievement {name!r} is {found}, expected an event fact"


def _alias_violations(spec: GameSpec) -> Iterator[str]:
    for alias, target in spec.aliases.items():
        if spec.fact_kinds.get(alias) in _GOAL_KINDS:
            yield f"spec: alias {alias!r} hides the fact of that name"
        if not target or alias == target:
            yield f"spec: alias {alias!r} stands for {target!r}, expected another name"


def _move_violations(spec: GameSpec) -> Iterator[str]:
    for move, back in spec.moves.items():
        if unknown := [name for name in (move, back) if name not in spec.action_index]:
            yield f"spec: moves[{move!r}] = {back!r} names {unknown}, which are no actions"


def _set_violations(spec: GameSpec) -> Iterator[str]:
    for name, actions in spec.action_sets.items():
        if name in spec.action_index:
            yield f"spec: the action set {name!r} hides the action of that name"
        if unknown := [action for action in actions if action not in spec.action_index]:
            yield f"spec: the action set {name!r} names {unknown}, which are no actions"


def _goal_violations(spec: GameSpec) -> Iterator[str]:
    for event, counts in spec.may_bring.items():
        if spec.fact_kinds.get(event) != "event":
            yield f"spec: may_bring names {event!r}, which is no event fact"
        if unknown := [name for name in counts if spec.fact_kinds.get(name) != "count"]:
            yield f"spec: may_bring[{event!r}] names {unknown}, which are no count facts"
    if spec.task_option and (spec.task_option not in spec.options or not spec.known_tasks):
        yield (
            f"spec: task_option is {spec.task_option!r}; expected one of the options "
            f"({', '.join(spec.options) or 'there are none'}), and known_tasks to say what it may be"
        )
    for level, facts in spec.own_tasks.items():
        if unknown := [name for name in facts if name not in spec.fact_index]:
            yield f"spec: own_tasks[{level!r}] names {unknown}, which are no facts"


def _fact_change_violations(spec: GameSpec) -> Iterator[str]:
    for name in spec.fact_changes:
        if name not in spec.fact_index:
            yield f"spec: fact_changes tells of {name!r}, which is no fact"
    for name in spec.once_only:
        if spec.fact_kinds.get(name) != "event":
            yield f"spec: once_only names {name!r}, which is no event fact"
