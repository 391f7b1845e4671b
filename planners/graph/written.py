"""The text of ``graph.json``, kept skill by skill: after a change of one, only that one is written anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Part: TypeAlias = Mapping[str, Any]
"""A node or an edge."""


@dataclass(frozen=True, slots=True)
class SkillText:
    """A skill as it stands in the file.

    Attributes:
        revision: at which it last changed.
        position: of the first of its claims among those of all skills.
        claims: how many there are.
        node: its node.
        brings: its edges to facts, joined.
        needs: node of a fact -> the edge from there.
        facts: that it speaks of.
    """

    revision: int
    position: int
    claims: int
    node: str
    brings: str
    needs: Mapping[str, str]
    facts: tuple[str, ...]

    @classmethod
    def of(
        cls,
        revision: int,
        position: int,
        claims: int,
        node: Part,
        edges: Sequence[Part],
        facts: Iterable[str],
    ) -> SkillText:
        """Write it; see the attributes. Edges are those of node-link data, in the order of the claims."""
        brings = [_entry(edge) for edge in edges if edge["source"] == node["id"]]
        needs = {edge["source"]: _entry(edge) for edge in edges if edge["source"] != node["id"]}
        return cls(revision, position, claims, _entry(node), ",\n".join(brings), needs, tuple(facts))


@dataclass(slots=True)
class GraphText:
    """The skills of a graph as they were last written.

    Attributes:
        skills: by name.
    """

    skills: dict[str, SkillText] = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> GraphText:
        return GraphText()  # the copy of a graph writes its own

    def current(self, name: str, revision: int, position: int) -> SkillText | None:
        """A skill's text; None where it has to be written anew."""
        kept = self.skills.get(name)
        return kept if kept is not None and (kept.revision, kept.position) == (revision, position) else None


def graph_text(head: Part, skills: Sequence[SkillText], facts: Iterable[Part]) -> str:
    """The whole file, as ``json.dumps(data, indent=1)`` writes it.

    Args:
        head: what comes before nodes and edges.
        skills: in order.
        facts: nodes, in order of first mention.
    """
    nodes = [one.node for one in skills]
    needs: dict[str, list[str]] = {}
    for fact in facts:
        nodes.append(_entry(fact))
        needs[fact["id"]] = []
    for one in skills:
        for source, edge in one.needs.items():
            needs[source].append(edge)
    edges = [one.brings for one in skills if one.brings]
    edges += [edge for group in needs.values() for edge in group]
    begun = json.dumps(head, indent=1).removesuffix("\n}")
    return f'{begun},\n "nodes": {_list(nodes)},\n "edges": {_list(edges)}\n}}\n'


def _entry(part: Part) -> str:
    return "  " + json.dumps(part, indent=1).replace("\n", "\n  ")  # texts hold no line breaks in JSON


def _list(entries: Sequence[str]) -> str:
    return "[\n" + ",\n".join(entries) + "\n ]" if entries else "[]"
