"""Skill graphs in and out of files: node-link JSON, GraphML and Plan4MC's ``skills.yaml``.

What a round trip keeps:

- JSON keeps everything but `SkillGraph.notes`.
- GraphML keeps skills, claims, evidence, statistics, and the kinds and ranges of facts that a skill
  mentions. Facts that no skill mentions are lost, and characters that XML cannot hold become U+FFFD.
- ``skills.yaml`` is only read: it has no place for claims beside evidence.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal, TypeAlias
from xml.etree import ElementTree

import networkx as nx

from planners.errors import BadGraph
from planners.graph.graph import SkillGraph
from planners.graph.skills_yaml import parse_skills_yaml
from skills.files import write_atomically

Format: TypeAlias = Literal["json", "graphml", "yaml"]

SUFFIXES: dict[str, Format] = {
    ".json": "json",
    ".graphml": "graphml",
    ".xml": "graphml",
    ".yaml": "yaml",
    ".yml": "yaml",
}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_graph(path: Path) -> SkillGraph:
    """Read a skill graph in any of the three formats; see `SkillGraph.notes` for remarks.

    Raises:
        BadGraph: no such file, or its content does not fit; the message begins with the path.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadGraph(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadGraph(
            f"{path}: not text in UTF-8: byte {error.start} is {error.object[error.start]:#04x}"
        ) from error
    if not text.strip():
        raise BadGraph(f"{path}: the file is empty; expected a skill graph as JSON, GraphML or skills.yaml")
    readers = {"json": _from_json, "graphml": _from_graphml, "yaml": parse_skills_yaml}
    try:
        return readers[detect_format(path, text)](text)
    except BadGraph as error:
        raise type(error)(f"{path}: {error}") from error


def detect_format(path: Path, text: str) -> Format:
    """The format of a file: XML shows in its first character, else the suffix decides, else a brace.

    >>> detect_format(Path("graph"), '{"schema": 1}')
    'json'
    """
    start = text.lstrip()[:1]
    if start == "<":
        return "graphml"
    by_suffix = SUFFIXES.get(path.suffix.lower())
    if by_suffix:
        return by_suffix
    return "json" if start == "{" else "yaml"


def write_graph(graph: SkillGraph, path: Path) -> None:
    """Write the graph in the format that the suffix names (``.json``, ``.graphml`` or ``.xml``), in one step.

    Raises:
        BadGraph: another suffix; nothing is written.
        OSError: the folder cannot be written; what was there before stays.
    """
    form = SUFFIXES.get(path.suffix.lower())
    if form == "json":
        graph.save(path)
    elif form == "graphml":
        write_atomically(path, to_graphml(graph).encode())
    else:
        raise BadGraph(
            f"{path}: graphs are written as .json or .graphml, not {path.suffix or 'without a suffix'!r}"
        )


def to_graphml(graph: SkillGraph) -> str:
    """The graph as GraphML text; every attribute is a plain value."""
    plain = graph.networkx()
    for attributes in (plain.graph, *plain.nodes.values(), *plain.edges.values()):
        attributes.update(
            {key: _NOT_XML.sub("�", value) for key, value in attributes.items() if isinstance(value, str)}
        )
    names = {node: _NOT_XML.sub("�", node) for node in plain}
    return "\n".join(nx.generate_graphml(nx.relabel_nodes(plain, names))) + "\n"


def _from_json(text: str) -> SkillGraph:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadGraph(f"line {error.lineno}: not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise BadGraph(f"not JSON: {error}") from error
    return SkillGraph.from_json(data)


def _from_graphml(text: str) -> SkillGraph:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadGraph("GraphML with a document type or entities is not read; remove the <!DOCTYPE ...> part")
    try:
        plain: Any = nx.parse_graphml(text)
    except ElementTree.ParseError as error:
        raise BadGraph(f"line {error.position[0]}: not XML: {error}") from error
    except (nx.NetworkXError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadGraph(
            f"not GraphML: {error}; expected a <graphml> document with one directed <graph>"
        ) from error
    if not plain.is_directed():
        raise BadGraph('the GraphML graph is undirected; a skill graph has edgedefault="directed"')
    if plain.is_multigraph():
        raise BadGraph(
            "the GraphML graph has parallel edges; a skill graph has one edge per fact, skill and direction"
        )
    return SkillGraph.from_json(
        {
            **({"schema": plain.graph["schema"]} if "schema" in plain.graph else {}),
            "graph": {key: value for key, value in plain.graph.items() if key == "game"},
            "nodes": [{**attributes, "id": node} for node, attributes in plain.nodes(data=True)],
            "edges": [
                {**attributes, "source": a, "target": b} for a, b, attributes in plain.edges(data=True)
            ],
        }
    )
