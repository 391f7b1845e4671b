"""What is wrong with the files of a library that planners write: the graph, and the evidence of a version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from envs.schema import newer, why_not
from envs.text import brief, listed, plain
from planners.errors import BadGraph
from planners.graph.evidence import Evidence
from planners.graph.graph import SkillGraph
from skills.code.source_check import unknown_names
from skills.store.layout import EVIDENCE, GRAPH
from skills.store.version_folder import parse_object
from skills.store.vocabulary import Vocabulary, vocabulary

SCHEMA = 1
"""Schema number of ``evidence.json``."""


def problems(name: str, content: bytes, game: str) -> Iterator[str]:
    """A `skills.store.check.PlannersCheck`: everything that is wrong with a graph or with evidence.

    Args:
        name: ``graph.json`` or ``evidence.json``; nothing is said of other files.
        content: of the file.
        game: registry name of the library's game.

    Raises:
        LibraryDamaged: the file is no JSON object.
    """
    if name == GRAPH:
        yield from _graph_problems(content, vocabulary(game))
    elif name == EVIDENCE:
        yield from _evidence_problems(content, vocabulary(game))


def _graph_problems(content: bytes, known: Vocabulary) -> Iterator[str]:
    data = parse_object(content, GRAPH)
    try:
        graph = SkillGraph.from_json(data)
    except BadGraph as error:
        late = newer(data.get("schema"), SCHEMA)
        yield f"no skill graph that is read here: {error}" if late else f"no skill graph: {error}; restore it"
        return
    if graph.game != known.game:
        yield f"a graph of {plain(graph.game, 80)!r} in the library of {known.game!r}; restore it"
        return
    if known.spec:
        yield from _unknown_facts({*graph.facts(), *graph.kinds, *graph.highs}, known)
        for fact, kind in graph.kinds.items():
            if known.spec.fact_kinds.get(fact, kind) != kind:
                yield f"{fact!r} is of kind {kind!r}; in {known.game} it is {known.spec.fact_kinds[fact]!r}"
    for skill in graph.skills():
        evidence = graph.evidence(skill)
        for text in (*_unknown_facts(evidence.facts, known), *evidence.contradictions()):
            yield f"evidence of {plain(skill, 80)!r}: {text}"


def _unknown_facts(facts: Iterable[str], known: Vocabulary) -> Iterator[str]:
    """What is said of facts that the game does not have; nothing where the game is not known."""
    if known.spec and (unknown := sorted(set(facts) - set(known.facts))):
        yield f"it speaks of what is no fact of {known.game}: {unknown_names(unknown, known.facts)}"


def _evidence_problems(content: bytes, known: Vocabulary) -> Iterator[str]:
    data = parse_object(content, EVIDENCE)
    if problem := why_not(data.get("schema"), SCHEMA):
        yield f"{EVIDENCE} {problem}"
        return
    counted: Any = data.get("evidence")
    if isinstance(counted, dict) and counted.keys() == {"evidence", "schema"}:
        counted = counted["evidence"]  # one level too deep, as a starter library had it from 0.4 to 0.10
    try:
        evidence = Evidence.model_validate_json(json.dumps(counted))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = plain(".".join(map(str, first["loc"])) or "evidence", 100)
        found = f"{place} is {brief(first['input'], 60)}: {plain(first['msg'], 200)}"
        yield f"{EVIDENCE} holds no evidence: {found}"
        return
    if unknown := sorted(set(counted) - Evidence.counters()):
        yield f"{EVIDENCE} holds {listed(unknown)}, which evidence does not count; restore it"
    yield from _unknown_facts(evidence.facts, known)
    yield from evidence.contradictions()
