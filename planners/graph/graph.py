"""The skill graph: skills and facts, what the language model claims of them and what play shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx

from envs.disk import Written
from envs.errors import did_you_mean
from envs.facts import FactKind
from envs.reading import read_file
from planners.errors import BadGraph
from planners.graph.belief import Correction, Role, Status, assess, believed_effects
from planners.graph.duration import DistanceModel, find_distance_model
from planners.graph.evidence import Evidence
from planners.graph.node_link import SCHEMA, parse
from planners.graph.text_encoding import MAX_BYTES
from planners.graph.written import GraphText, SkillText, graph_text
from planners.plan import Execution
from skills.errors import UnknownSkill
from skills.files import write_atomically
from skills.skill import Effects, SkillKind, SkillStats

__all__ = ["Correction", "Role", "SkillGraph", "Status"]

MOST_PRODUCERS = 4
"""Skills that a plan may choose among for each fact, unless the settings say otherwise."""


@dataclass(slots=True, kw_only=True)
class _Skill:
    """Everything about one skill; `corrections` and `distance_model` are None until somebody asks."""

    kind: SkillKind
    claim: Effects
    belief: Effects
    description: str
    success_in_words: str
    answer_id: str
    stats: SkillStats
    available: bool
    step_cap: int
    revision: int = 0
    evidence: Evidence | None = None
    corrections: tuple[Correction, ...] | None = None
    distance_model: tuple[DistanceModel | None] | None = None


def skill_id(name: str) -> str:
    """The node of a skill; a skill and the fact it brings often share a name."""
    return f"skill:{name}"


def fact_id(name: str) -> str:
    """The node of a fact."""
    return f"fact:{name}"


class SkillGraph:
    """A bipartite digraph of skills and facts with claims and evidence side by side on its edges.

    `networkx` gives the digraph: an edge from a fact to a skill says that the skill requires, consumes or
    holds it; an edge from a skill to a fact, that the skill obtains it. `belief` is the claim corrected by
    evidence (`planners.graph.belief`); planners use it, and nothing else, to decide what a skill needs and
    brings.

    Args:
        game: the game's registry name.
        kinds: fact -> kind; a fact that is not in it counts as ``count``.
        highs: fact -> largest value.

    Attributes:
        notes: remarks on the file that the graph was read from, for people; not saved.
        most_producers: skills that a plan may choose among for each fact; not saved.
        revision: grows whenever a skill is added or changes.
    """

    def __init__(
        self, game: str, kinds: Mapping[str, FactKind], highs: Mapping[str, int] | None = None
    ) -> None:
        self.game = game
        self.kinds: dict[str, FactKind] = dict(kinds)
        self.highs: dict[str, int] = dict(highs or {})
        self.notes: list[str] = []
        self.most_producers = MOST_PRODUCERS
        self.revision = 0
        self._skills: dict[str, _Skill] = {}
        self._rank: dict[str, int] = {}
        self._producers: dict[str, set[str]] = {}
        self._producer_cache: dict[str, tuple[str, ...]] = {}
        self._text = GraphText()

    def adopt(self, kinds: Mapping[str, FactKind], highs: Mapping[str, int]) -> None:
        """Take over the facts that a game tells today, which may be more than when the graph was saved.

        What was counted of a fact that is no count is forgotten, and all is believed anew.

        Args:
            kinds: fact -> kind.
            highs: fact -> largest value.
        """
        changed = any(self.kinds.get(fact) != kind for fact, kind in kinds.items())
        changed |= any(self.highs.get(fact) != high for fact, high in highs.items())
        self.kinds.update(kinds)
        self.highs.update(highs)
        if not changed:
            return
        for name, skill in self._skills.items():
            skill.distance_model = None
            if skill.evidence is not None:
                skill.evidence.changes = {
                    fact: seen
                    for fact, seen in skill.evidence.changes.items()
                    if self.kinds.get(fact, "count") == "count"
                }
            self._believe(name)

    def __contains__(self, name: object) -> bool:
        return name in self._skills

    def __len__(self) -> int:
        return len(self._skills)

    def __iter__(self) -> Iterator[str]:
        return iter(self._skills)

    def __repr__(self) -> str:
        return f"SkillGraph(game={self.game!r}, {len(self)} skills, {len(self.facts())} facts)"

    def add_skill(
        self,
        name: str,
        kind: SkillKind,
        claim: Effects,
        *,
        description: str = "",
        success_in_words: str = "",
        answer_id: str = "",
        stats: SkillStats = SkillStats(),  # noqa: B008 (frozen)
        available: bool = False,
        step_cap: int = 200,
    ) -> None:
        """Add a skill with what is claimed of it; `available` means that it can be executed now.

        Raises:
            BadGraph: the name is taken.
        """
        if name in self._skills:
            raise BadGraph(f"skill {name!r} is in the graph already; a name stands for one skill")
        self._rank[name] = len(self._rank)
        self._skills[name] = _Skill(
            kind=kind,
            claim=claim,
            belief=claim,
            description=description,
            success_in_words=success_in_words,
            answer_id=answer_id,
            stats=stats,
            available=available,
            step_cap=step_cap,
        )
        self._changed(name)
        for fact in claim.obtains:
            self._producers.setdefault(fact, set()).add(name)
            self._producer_cache.pop(fact, None)

    def _skill(self, name: str) -> _Skill:
        try:
            return self._skills[name]
        except KeyError:
            hint = did_you_mean(name, self._skills)
            raise UnknownSkill(f"no skill {name!r} among the {len(self)} skills of the graph{hint}") from None

    def _changed(self, name: str) -> None:
        self.revision += 1
        self._skills[name].revision = self.revision

    def revision_of(self, name: str) -> int:
        """The revision at which the skill last changed. Raises `UnknownSkill`, as all look-ups by name do."""
        return self._skill(name).revision

    def skills(self) -> list[str]:
        """Skill names, in the order in which they were added."""
        return list(self._skills)

    def facts(self) -> list[str]:
        """Facts that some skill is claimed or believed to need or bring, in order of first mention."""
        facts: dict[str, None] = {}
        for skill in self._skills.values():
            facts |= self._facts_of(skill)
        return list(facts)

    @staticmethod
    def _facts_of(skill: _Skill) -> dict[str, None]:
        facts: dict[str, None] = {}
        for effects in (skill.claim, skill.belief):
            for part in (effects.requires, effects.consumes, effects.holds, effects.obtains):
                facts |= dict.fromkeys(part)
        return facts

    def fact_kind(self, fact: str) -> FactKind:
        """How the fact behaves; ``count`` when nobody said."""
        return self.kinds.get(fact, "count")

    def kind(self, name: str) -> SkillKind:
        """The skill's kind."""
        return self._skill(name).kind

    def description(self, name: str) -> str:
        """What the skill does, in words."""
        return self._skill(name).description

    def success_in_words(self, name: str) -> str:
        """What must be seen for the skill to have succeeded; empty where facts say so."""
        return self._skill(name).success_in_words

    def answer_id(self, name: str) -> str:
        """The model answer that the claim rests on."""
        return self._skill(name).answer_id

    def step_cap(self, name: str) -> int:
        """Environment steps after which an execution is stopped."""
        return self._skill(name).step_cap

    def available(self, name: str) -> bool:
        """Whether the skill can be executed: it is admitted in the library."""
        return self._skill(name).available

    def set_available(self, name: str, available: bool) -> None:
        """Say whether the skill can be executed."""
        if self._skill(name).available != available:
            self._skill(name).available = available
            self._changed(name)

    def moves_on(self, name: str) -> bool:
        """Whether executing it ends the places held before: find skills, chains, and what play showed to."""
        skill = self._skill(name)
        return skill.kind in (SkillKind.FIND, SkillKind.CHAIN) or (
            skill.evidence is not None and skill.evidence.moves_on
        )

    def distance_model(self, name: str) -> DistanceModel | None:
        """The distance that the length of its executions depends on, where play showed one."""
        skill = self._skill(name)
        if skill.distance_model is None:
            fits = skill.evidence.length_fits if skill.evidence else {}
            skill.distance_model = (find_distance_model(fits, self.highs),)
        return skill.distance_model[0]

    def stats(self, name: str) -> SkillStats:
        """How the skill's executions ended."""
        return self._skill(name).stats

    def set_stats(self, name: str, stats: SkillStats) -> None:
        """Replace the statistics, for example by those of the library; evidence stays."""
        self._skill(name).stats = stats
        self._changed(name)

    def claim(self, name: str) -> Effects:
        """What the language model said."""
        return self._skill(name).claim

    def belief(self, name: str) -> Effects:
        """The claim corrected by evidence."""
        return self._skill(name).belief

    def evidence(self, name: str) -> Evidence:
        """A copy of what play showed."""
        evidence = self._skill(name).evidence
        return evidence.model_copy(deep=True) if evidence else Evidence()

    def set_evidence(self, name: str, evidence: Evidence) -> None:
        """Replace what play showed, and with it the belief; statistics stay."""
        skill = self._skill(name)
        skill.evidence, skill.distance_model = evidence, None
        self._believe(name)

    def producers(self, fact: str) -> tuple[str, ...]:
        """Skills believed to obtain the fact, in the order in which they were added."""
        cached = self._producer_cache.get(fact)
        if cached is None:
            names = sorted(self._producers.get(fact, ()), key=self._rank.__getitem__)
            cached = self._producer_cache[fact] = tuple(names)
        return cached

    def record(self, execution: Execution) -> list[Correction]:
        """Add one execution to statistics and evidence.

        An unclear or interrupted execution counts as unclear and is no evidence.

        Returns:
            What is believed otherwise than before: corrected, added or raised counts.
        """
        name = execution.skill
        skill = self._skill(name)
        success = None if execution.interrupted_by else execution.verdict.success
        skill.stats = skill.stats.record(success, execution.env_steps)
        self._changed(name)
        if success is None:
            return []
        before = execution.before
        known = {(entry.role, entry.fact): entry for entry in self._corrections(name)}
        evidence = skill.evidence = skill.evidence or Evidence()
        if success:
            needs = skill.claim.needs | skill.belief.needs
            evidence.record_success(
                before, execution.after, needs, self.kinds, steps=execution.env_steps, highs=self.highs
            )
            skill.distance_model = None
        else:
            evidence.record_failure(
                before,
                kind=skill.kind,
                claim=skill.claim,
                belief=skill.belief,
                kinds=self.kinds,
                highs=self.highs,
            )
        self._believe(name)
        return [
            entry
            for entry in self._corrections(name)
            if _is_new_belief(entry, known.get((entry.role, entry.fact)))
        ]

    def _corrections(self, name: str) -> tuple[Correction, ...]:
        skill = self._skills[name]
        if skill.corrections is None:
            skill.corrections = assess(
                name, skill.kind, skill.claim, skill.evidence or Evidence(), self.kinds, self.highs
            )
        return skill.corrections

    def _believe(self, name: str) -> None:
        """Weigh the claim against the evidence again, and redraw the skill's edges."""
        skill = self._skills[name]
        skill.corrections = None
        self._changed(name)
        old, new = skill.belief, believed_effects(self._corrections(name))
        if new == old:
            return
        skill.belief = new
        for fact in old.obtains.keys() | new.obtains.keys():
            self._producer_cache.pop(fact, None)
        for fact in old.obtains:
            self._producers[fact].discard(name)
        for fact in new.obtains:
            self._producers.setdefault(fact, set()).add(name)

    def skill_corrections(self, name: str) -> list[Correction]:
        """Every claim about one skill, and everything that play added to it."""
        self._skill(name)
        return list(self._corrections(name))

    def corrections(self) -> list[Correction]:
        """Every claim, and everything that play added, skill by skill."""
        return [entry for name in self._skills for entry in self._corrections(name)]

    def networkx(self) -> nx.DiGraph[str]:
        """The bipartite digraph with plain values as attributes; `planners.graph.node_link` names them."""
        graph: nx.DiGraph[str] = nx.DiGraph(game=self.game, schema=SCHEMA)
        for name in self._skills:
            graph.add_node(skill_id(name), **self._attributes(name))
        for fact in self.facts():
            graph.add_node(fact_id(fact), **self._fact_attributes(fact))
        position = 0
        for name in self._skills:
            graph.add_edges_from(self._edges(name, position))
            position += len(self._corrections(name))
        return graph

    def _attributes(self, name: str) -> dict[str, Any]:
        """Of a skill's node; its evidence as text."""
        skill = self._skills[name]
        return {
            "type": "skill",
            "name": name,
            "kind": str(skill.kind),
            "description": skill.description,
            "answer_id": skill.answer_id,
            "available": skill.available,
            "step_cap": skill.step_cap,
            "successes": skill.stats.successes,
            "failures": skill.stats.failures,
            "unclear": skill.stats.unclear,
            "steps": skill.stats.steps,
            "evidence": skill.evidence.model_dump_json(exclude_defaults=True) if skill.evidence else "{}",
            **({"claim": skill.success_in_words} if skill.success_in_words else {}),
        }

    def _fact_attributes(self, fact: str) -> dict[str, Any]:
        known = {"kind": self.kinds.get(fact), "high": self.highs.get(fact)}
        given = {key: value for key, value in known.items() if value is not None}
        return {"type": "fact", "name": fact, **given}

    def _edges(self, name: str, position: int) -> list[tuple[str, str, dict[str, Any]]]:
        """Of one skill; a fact that it needs in several ways has one edge for all of them."""
        edges: dict[tuple[str, str], dict[str, Any]] = {}
        for place, entry in enumerate(self._corrections(name), position):
            ends = (fact_id(entry.fact), skill_id(name))
            ends = ends if entry.role != "obtains" else ends[::-1]
            edges.setdefault(ends, {}).update(_edge_attributes(entry, place))
        return [(*ends, attributes) for ends, attributes in edges.items()]

    def to_json(self) -> dict[str, Any]:
        """The graph as node-link data; `from_json` gives the same graph back, but for `notes`."""
        graph = self.networkx()
        nodes = [{"id": node, **attributes} for node, attributes in graph.nodes(data=True)]
        for node in nodes:
            if "evidence" in node:
                node["evidence"] = json.loads(node["evidence"])
        edges = [{"source": a, "target": b, **attributes} for a, b, attributes in graph.edges(data=True)]
        return {**self._head(), "nodes": nodes, "edges": edges}

    def _head(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "directed": True,
            "multigraph": False,
            "graph": {"game": self.game, "kinds": dict(self.kinds), "highs": dict(self.highs)},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SkillGraph:
        """The graph that node-link data describes. Raises `BadGraph`, naming the place."""
        record = parse(data)
        facts = [node for node in record.nodes if node.type == "fact"]
        graph = cls(
            record.graph.game,
            {**record.graph.kinds, **{fact.name: fact.kind for fact in facts if fact.kind is not None}},
            {**record.graph.highs, **{fact.name: fact.high for fact in facts if fact.high is not None}},
        )
        claims = record.claims()
        for node in record.nodes:
            if node.type == "fact":
                continue
            graph.add_skill(
                node.name,
                node.kind,
                claims[node.name],
                description=node.description,
                success_in_words=node.claim,
                answer_id=node.answer_id,
                stats=node.stats,
                available=node.available,
                step_cap=node.step_cap,
            )
            if node.evidence and node.evidence.attempts:
                graph.set_evidence(node.name, node.evidence)
        return graph

    def save(self, path: Path) -> None:
        """Write ``graph.json`` in one step. Raises `OSError`; what was there before stays."""
        write_atomically(path, self.to_bytes(), Written.GRAPH)

    def to_bytes(self) -> bytes:
        """The content of ``graph.json``: `to_json`, indented; only skills that changed are written anew."""
        kept = self._text.skills
        position, facts = 0, dict[str, None]()
        for name, skill in self._skills.items():
            text = self._text.current(name, skill.revision, position)
            if text is None:
                text = kept[name] = self._skill_text(name, position)
            position += text.claims
            facts |= dict.fromkeys(text.facts)
        nodes = [{"id": fact_id(fact), **self._fact_attributes(fact)} for fact in facts]
        return graph_text(self._head(), [kept[name] for name in self._skills], nodes).encode()

    def _skill_text(self, name: str, position: int) -> SkillText:
        skill = self._skills[name]
        node = {"id": skill_id(name), **self._attributes(name)}
        node["evidence"] = json.loads(node["evidence"])
        edges = [{"source": a, "target": b, **more} for a, b, more in self._edges(name, position)]
        claims = len(self._corrections(name))
        return SkillText.of(skill.revision, position, claims, node, edges, self._facts_of(skill))

    @classmethod
    def load(cls, path: Path) -> SkillGraph:
        """Read ``graph.json``. Raises `BadGraph` for a missing, damaged or foreign file."""
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BadGraph(f"{path}: larger than {MAX_BYTES // 2**20} MiB; that is no skill graph")
            data = json.loads(read_file(path))
        except OSError as error:
            raise BadGraph(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise BadGraph(f"{path}: not JSON: {error}; expected a skill graph in node-link form") from error
        try:
            return cls.from_json(data)
        except BadGraph as error:
            raise BadGraph(f"{path}: {error}") from error

    def copy(self) -> SkillGraph:
        """An independent copy, evidence and notes included."""
        return deepcopy(self)


def _is_new_belief(entry: Correction, before: Correction | None) -> bool:
    if before is None:
        return True
    changed = (entry.believed, entry.status) != (before.believed, before.status)
    return changed and (entry.believed != before.believed or entry.status in ("corrected", "added"))


def _edge_attributes(entry: Correction, position: int) -> dict[str, Any]:
    return {
        entry.role: entry.claimed,
        f"{entry.role}_believed": entry.believed,
        f"{entry.role}_status": entry.status,
        f"{entry.role}_position": position,
    }
