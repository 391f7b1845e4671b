"""A graph's rules, made anew only for skills that have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from planners.search.cap import choices, rounded_cost
from planners.search.rules import Rule, Rules, make_rule
from planners.search.skill_table import SkillTable


@dataclass(slots=True)
class _Compiled:
    """Rules, and the state of the graph that they were made from.

    Attributes:
        state: revision, cap, kinds and highs of the graph.
        made: skill -> its revision and its rule, also of those that are left out.
        choices: fact -> what may be chosen to produce it, see `planners.search.cap`.
        rules: what plans may use.
    """

    state: list[object] = field(default_factory=list)
    made: dict[str, tuple[int, Rule]] = field(default_factory=dict)
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: Rules({}, {}, {}))


_compiled: WeakKeyDictionary[SkillTable, dict[tuple[bool, bool], _Compiled]] = WeakKeyDictionary()


def rules_of(graph: SkillTable, *, only_available: bool, limited: bool = True) -> Rules:
    """The graph's rules; compiled again only after something in the graph has changed.

    Args:
        graph: the skills.
        only_available: leave out skills that cannot be executed yet.
        limited: leave out those that plans may not choose, see `planners.search.cap`.
    """
    kept = _compiled.setdefault(graph, {}).setdefault((only_available, limited), _Compiled())
    state: list[object] = [graph.revision, graph.most_producers, dict(graph.kinds), dict(graph.highs)]
    if kept.state != state:
        before = kept.made if kept.state[1:] == state[1:] else {}
        names = [name for name in graph.skills() if not only_available or graph.available(name)]
        kept.made = {name: _made(graph, before.get(name), name, i) for i, name in enumerate(names)}
        if limited and not _ranked_alike(before, kept.made):
            every = {name: rule for name, (_, rule) in kept.made.items()}
            kept.choices = choices(Rules(every, graph.kinds, graph.highs), graph.most_producers)
        kept.rules = _limited(graph, kept)
        kept.state = state
    return kept.rules


def _made(graph: SkillTable, before: tuple[int, Rule] | None, name: str, order: int) -> tuple[int, Rule]:
    revision = graph.revision_of(name)
    if before is not None and before[0] == revision and before[1].order == order:
        return before
    return revision, make_rule(graph, name, order)


def _ranked_alike(before: Mapping[str, tuple[int, Rule]], now: Mapping[str, tuple[int, Rule]]) -> bool:
    """Whether all that the choice of producers rests on is as it was."""
    if before.keys() != now.keys():
        return False
    changed = ((before[name][1], rule) for name, (_, rule) in now.items() if before[name][1] is not rule)
    return all(_ranking(old) == _ranking(new) for old, new in changed)


def _ranking(rule: Rule) -> tuple[object, ...]:
    return rule.order, rounded_cost(rule), rule.gives, rule.conditions, rule.expires, rule.distance


def _limited(graph: SkillTable, kept: _Compiled) -> Rules:
    """The rules without those that may not be chosen for anything."""
    rules = {name: rule for name, (_, rule) in kept.made.items()}
    if kept.choices:
        chosen = frozenset[str]().union(*kept.choices.values())
        rules = {
            name: rule
            for name, rule in rules.items()
            if name in chosen or any(fact not in kept.choices for fact in rule.gives)
        }
    return Rules(rules, dict(graph.kinds), dict(graph.highs), kept.choices)
