"""The node-link record of a skill graph: what stands in ``graph.json``, checked on reading.

An edge joins one fact and one skill and carries, for each role it plays (``requires``, ``consumes``,
``holds`` from fact to skill, ``obtains`` from skill to fact), the claimed count under the role's name and,
for other tools, ``<role>_believed``, ``<role>_status`` and ``<role>_position`` (place in the claim).
Reading needs only nodes and claimed counts; beliefs are computed again from the evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
)

from envs.facts import FactKind
from envs.schema import why_not
from envs.text import brief
from planners.errors import BadGraph
from planners.graph.belief import ROLES, Role
from planners.graph.evidence import Evidence
from skills.skill import LARGEST_STEP_CAP, Counter, Effects, SkillKind, SkillStats
from skills.store.vocabulary import LARGEST_COUNT

SCHEMA = 1
"""Schema number of ``graph.json``."""

Count = Annotated[StrictInt, Field(ge=0, le=LARGEST_COUNT)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, Field(max_length=300)]
Place = Annotated[int, Field(ge=-LARGEST_COUNT, le=LARGEST_COUNT)]


def _from_text(value: object) -> object:
    decoded = json.loads(value) if isinstance(value, str) else value
    return decoded or None


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SkillNode(_Part):
    """A skill in the file; `evidence` may be JSON text, as in GraphML.

    Attributes:
        claim: success in words; the file has it only for skills that are judged by looking.
    """

    id: Id
    type: Literal["skill"]
    name: Name
    kind: SkillKind
    description: str = ""
    claim: str = ""
    answer_id: str = ""
    available: bool = False
    step_cap: Annotated[StrictInt, Field(ge=1, le=LARGEST_STEP_CAP)] = 200
    successes: Counter = 0
    failures: Counter = 0
    unclear: Counter = 0
    steps: Counter = 0
    evidence: Annotated[Evidence | None, BeforeValidator(_from_text)] = None

    @property
    def stats(self) -> SkillStats:
        """The counters as a record."""
        return SkillStats(
            successes=self.successes, failures=self.failures, unclear=self.unclear, steps=self.steps
        )


class FactNode(_Part):
    """A fact in the file; a fact that the game does not know has no kind."""

    id: Id
    type: Literal["fact"]
    name: Name
    kind: FactKind | None = None
    high: Place | None = None


class Edge(_Part):
    """What one fact is to one skill."""

    source: Id
    target: Id
    requires: Count = 0
    consumes: Count = 0
    holds: Count = 0
    obtains: Count = 0
    requires_position: Place = 0
    consumes_position: Place = 0
    holds_position: Place = 0
    obtains_position: Place = 0


class Header(_Part):
    """What holds for the whole graph."""

    game: Name
    kinds: dict[str, FactKind] = Field(default_factory=dict)
    highs: dict[str, Place] = Field(default_factory=dict)


class GraphRecord(_Part):
    """The whole file."""

    schema_number: Literal[1] = Field(alias="schema")
    graph: Header
    nodes: tuple[Annotated[SkillNode | FactNode, Field(discriminator="type")], ...]
    edges: tuple[Edge, ...]

    def claims(self) -> dict[str, Effects]:
        """Skill name -> its claim, each role in the order of the claim.

        Raises:
            BadGraph: an edge that names no node, joins two of a kind, or points the wrong way.
        """
        nodes = {node.id: node for node in self.nodes}
        parts: dict[str, dict[Role, list[tuple[int, str, int]]]] = {
            node.name: {role: [] for role in ROLES} for node in self.nodes if node.type == "skill"
        }
        counts: dict[tuple[str, Role, str], int] = {}
        for index, edge in enumerate(self.edges):
            for end in (edge.source, edge.target):
                if end not in nodes:
                    raise BadGraph(f"edges[{index}] names the node {end!r}, which is not among the nodes")
            source, target = nodes[edge.source], nodes[edge.target]
            if source.type == target.type:
                raise BadGraph(
                    f"edges[{index}] joins two {source.type}s, {edge.source!r} and {edge.target!r}; "
                    "an edge joins a fact and a skill"
                )
            skill, fact = (source, target) if source.type == "skill" else (target, source)
            for role in ROLES:
                count: int = getattr(edge, role)
                if not count:
                    continue
                if (role == "obtains") != (source.type == "skill"):
                    raise BadGraph(
                        f"edges[{index}] from {edge.source!r} to {edge.target!r} cannot be {role!r}: "
                        "'obtains' goes from a skill to a fact, the other roles from a fact to a skill"
                    )
                known = counts.setdefault((skill.name, role, fact.name), count)
                if known != count:
                    raise BadGraph(
                        f"edges[{index}] says that {skill.name!r} {role} {count} {fact.name}, "
                        f"another edge {known}; keep one of them"
                    )
                parts[skill.name][role].append((getattr(edge, f"{role}_position"), fact.name, count))
        return {name: _effects(roles) for name, roles in parts.items()}


def _effects(roles: Mapping[Role, list[tuple[int, str, int]]]) -> Effects:
    ordered = {
        role: {fact: count for _, fact, count in sorted(entries, key=lambda entry: entry[0])}
        for role, entries in roles.items()
    }
    return Effects(**ordered)


def parse(data: object) -> GraphRecord:
    """Check a decoded node-link file; ``links`` is taken for ``edges``, as older tools write it.

    Raises:
        BadGraph: names the first few places that do not fit.
    """
    if not isinstance(data, Mapping):
        raise BadGraph(
            f"a skill graph is a JSON object with 'schema', 'graph', 'nodes' and 'edges', not {_brief(data)}"
        )
    if "schema" not in data:
        raise BadGraph(
            f"no 'schema' among the keys {sorted(map(str, data))}; "
            f"a skill graph has \"schema\": {SCHEMA}, 'graph', 'nodes' and 'edges'"
        )
    if problem := why_not(data["schema"], SCHEMA):
        raise BadGraph(f"it {problem}")
    if "edges" not in data and "links" in data:
        data = {**data, "edges": data["links"]}
    try:
        record = GraphRecord.model_validate(data)
    except ValidationError as error:
        raise BadGraph(_describe(error)) from error
    except RecursionError as error:
        raise BadGraph("nested too deeply for a skill graph") from error
    _check_unique(record)
    return record


def _check_unique(record: GraphRecord) -> None:
    seen: set[str] = set()
    named: set[tuple[str, str]] = set()
    for index, node in enumerate(record.nodes):
        if node.id in seen:
            raise BadGraph(f"nodes[{index}] repeats the id {node.id!r}; ids are unique")
        if (node.type, node.name) in named:
            raise BadGraph(
                f"nodes[{index}] is a second {node.type} {node.name!r}; a name stands for one {node.type}"
            )
        seen.add(node.id)
        named.add((node.type, node.name))


def _brief(value: object) -> str:
    return brief(value, 60)


def _describe(error: ValidationError) -> str:
    """The first three places that do not fit, as ``nodes[3].kind is 'x': ...``."""
    problems: list[str] = []
    for item in error.errors()[:3]:
        place = ""
        for part in item["loc"]:
            if part in ("skill", "fact") and place.startswith("nodes["):
                continue
            place += f"[{part}]" if isinstance(part, int) else f"{'.' if place else ''}{part}"
        problems.append(f"{place} is {_brief(_shown(item))}: {_lower(item['msg'])}")
    more = error.error_count() - len(problems)
    return "; ".join(problems) + (f"; and {more} more" if more > 0 else "")


def _shown(item: Any) -> object:
    return None if item["type"] == "missing" else item["input"]


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
