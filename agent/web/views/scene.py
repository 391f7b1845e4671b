"""What a skill graph looks like, as columns: one list per property, so that ten thousand skills stay small.

Nodes are numbered, skills first, then facts; edges name their ends by number. Texts that recur, such as
kinds and sentences, stand once in ``texts`` and are named by their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.web.layout.blocks import Size
from agent.web.layout.lanes import Layout, lay_out
from agent.web.views.opened import Opened
from planners.graph.belief import ROLES, Correction, Status
from planners.graph.graph import SkillGraph
from skills.interval import wilson
from skills.skill import SkillKind

CARD = Size(width=132.0, height=48.0)
"""The least size of a skill's card, in pixels."""

PILL_HEIGHT = 22.0
LONGEST_LABEL = 28
"""Characters of a name that are drawn."""

STATUSES: tuple[Status, ...] = ("unverified", "confirmed", "added", "corrected")
"""Where several claims share one edge it shows the last of these that occurs."""

SCHEMA = 1


@dataclass(slots=True)
class Texts:
    """Texts by number, each kept once."""

    all: list[str] = field(default_factory=list)
    _number: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Where the text stands."""
        found = self._number.get(text)
        if found is None:
            found = self._number[text] = len(self.all)
            self.all.append(text)
        return found


def scene(opened: Opened, *, events: bool = False) -> dict[str, Any]:
    """The picture of a skill graph.

    Args:
        opened: the library.
        events: show also the ``did.`` facts that no skill needs; they only say that a skill was done.

    Returns:
        ``skills``, ``facts`` and ``edges`` as columns, ``lanes``, the size of the whole in pixels, ``texts``
        and a ``summary``; see ``static/js/graph/scene.js``, which reads it.
    """
    graph = opened.graph
    skills, claims = graph.skills(), graph.corrections()
    facts = shown_facts(graph, claims, events=events)
    arrows = _arrows(claims, skills, facts)
    layout = _layout(skills, facts, arrows)
    texts = Texts()
    return {
        "schema": SCHEMA,
        "game": graph.game,
        "title": opened.title,
        "summary": summary(opened, claims),
        "width": round(layout.width),
        "height": round(layout.height),
        "lanes": [[round(lane.top), round(lane.bottom), lane.level] for lane in layout.lanes],
        "skills": {**_skills(opened, skills, texts), **_boxes(layout, range(len(skills)))},
        "facts": {
            "name": facts,
            "kind": [texts.number(graph.fact_kind(fact)) for fact in facts],
            "home": [-1 if home is None else home for home in layout.home],
            **_boxes(layout, range(len(skills), len(skills) + len(facts))),
        },
        "edges": _edges(arrows, layout, len(skills)),
        "hidden": len({entry.fact for entry in claims}) - len(facts),
        "texts": texts.all,
    }


def shown_facts(graph: SkillGraph, claims: Sequence[Correction], *, events: bool) -> list[str]:
    """The facts that are drawn, in order of first mention; see `scene`."""
    facts = dict.fromkeys(entry.fact for entry in claims)
    if events:
        return list(facts)
    needed = {entry.fact for entry in claims if entry.role != "obtains"}
    return [fact for fact in facts if not fact.startswith("did.") or fact in needed]


def summary(opened: Opened, claims: Sequence[Correction]) -> dict[str, Any]:
    """Numbers of skills, of facts, of claims by status, and what could not be read."""
    graph = opened.graph
    statuses = [entry.status for entry in claims]
    return {
        "skills": len(graph),
        "admitted": sum(graph.available(name) for name in graph.skills()),
        "retired": len(opened.retired),
        "facts": len({entry.fact for entry in claims}),
        "claims": {status: statuses.count(status) for status in STATUSES},
        "damaged": dict(opened.damaged),
        "notes": list(graph.notes),
    }


@dataclass(slots=True)
class _Arrow:
    """The claims between one skill and one fact, in one direction."""

    skill: int
    fact: int
    brings: bool
    claims: list[Correction]

    @property
    def shown(self) -> Correction:
        """The one that says most."""
        return max(self.claims, key=lambda entry: STATUSES.index(entry.status))


def _arrows(claims: Iterable[Correction], skills: Sequence[str], facts: Sequence[str]) -> list[_Arrow]:
    skill_at = {name: i for i, name in enumerate(skills)}
    fact_at = {name: i for i, name in enumerate(facts)}
    arrows: dict[tuple[int, int, bool], _Arrow] = {}
    for entry in claims:
        fact = fact_at.get(entry.fact)
        if fact is None:
            continue
        key = skill_at[entry.skill], fact, entry.role == "obtains"
        if key in arrows:
            arrows[key].claims.append(entry)
        else:
            arrows[key] = _Arrow(*key, [entry])
    return list(arrows.values())


def _layout(skills: Sequence[str], facts: Sequence[str], arrows: Iterable[_Arrow]) -> Layout:
    needs: list[list[int]] = [[] for _ in skills]
    gives: list[list[int]] = [[] for _ in skills]
    for arrow in arrows:
        (gives if arrow.brings else needs)[arrow.skill].append(arrow.fact)
    return lay_out([card_size(name) for name in skills], [pill_size(name) for name in facts], needs, gives)


def card_size(name: str) -> Size:
    """Room for a skill's card, by the length of its name."""
    return Size(width=max(CARD.width, 50 + 7.3 * min(len(name), LONGEST_LABEL)), height=CARD.height)


def pill_size(name: str) -> Size:
    """Room for a fact's pill, by the length of its name."""
    return Size(width=34 + 6.7 * min(len(name), LONGEST_LABEL), height=PILL_HEIGHT)


def _boxes(layout: Layout, nodes: Iterable[int]) -> dict[str, list[int]]:
    """Left and upper edges, widths and heights, in whole pixels."""
    boxes = [layout.boxes[node] for node in nodes]
    return {
        "x": [round(box.x - box.width / 2) for box in boxes],
        "y": [round(box.y - box.height / 2) for box in boxes],
        "w": [round(box.width) for box in boxes],
        "h": [round(box.height) for box in boxes],
    }


def _skills(opened: Opened, names: Sequence[str], texts: Texts) -> dict[str, list[Any]]:
    """Rates are in per mille, to be short; an untried skill has none."""
    graph = opened.graph
    columns: dict[str, list[Any]] = {key: [] for key in ("kind", "state", "tries", "rate", "low", "high")}
    for name in names:
        stats = graph.stats(name)
        interval = wilson(stats.successes, stats.attempts)
        columns["kind"].append(texts.number(str(graph.kind(name))))
        columns["state"].append(texts.number(state_of(opened, name)))
        columns["tries"].append(stats.attempts)
        columns["rate"].append(round(1000 * stats.successes / stats.attempts) if stats.attempts else -1)
        columns["low"].append(round(1000 * interval.low))
        columns["high"].append(round(1000 * interval.high))
    return {"name": list(names), **columns}


def state_of(opened: Opened, name: str) -> str:
    """``admitted``, ``retired``, or ``waiting`` for a skill that cannot be used yet."""
    if name in opened.retired:
        return "retired"
    return "admitted" if opened.graph.available(name) else "waiting"


def is_chain(graph: SkillGraph, name: str) -> bool:
    """Whether the skill is made of skills."""
    return graph.kind(name) is SkillKind.CHAIN


def _edges(arrows: Sequence[_Arrow], layout: Layout, offset: int) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        key: [] for key in ("skill", "fact", "role", "status", "claimed", "believed", "top", "end")
    }
    ways: dict[str, list[int]] = {}
    for i, arrow in enumerate(arrows):
        shown, pair = arrow.shown, (arrow.fact, arrow.skill)
        columns["skill"].append(arrow.skill)
        columns["fact"].append(arrow.fact + offset)
        columns["role"].append(ROLES.index(shown.role))
        columns["status"].append(STATUSES.index(shown.status))
        columns["claimed"].append(shown.claimed)
        columns["believed"].append(shown.believed)
        top, end = layout.ends.get(pair, (-1.0, -1.0))
        columns["top"].append(round(top))
        columns["end"].append(round(end))
        if pair in layout.routes:
            ways[str(i)] = [round(value) for point in layout.routes[pair] for value in point]
    return {**columns, "ways": ways}
