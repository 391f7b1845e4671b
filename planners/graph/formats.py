"""Skill graphs in and out of files: node-link JSON, GraphML and Plan4MC's ``skills.yaml``.

What a round trip keeps:

- JSON keeps everything but `SkillGraph.notes`.
- GraphML keeps skills, claims, evidence, statistics, and the kinds and ranges of facts that a skill
  mentions. Facts that no skill mentions are lost, and characters that XML cannot hold become U+FFFD.
- ``skills.yaml`` is only read: it has no place for claims beside evidence.

Files that went through other tools are read where they are unambiguous, see `planners.graph.foreign`.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias
from xml.etree import ElementTree

import networkx as nx

from envs.text import brief, plain
from planners.errors import BadGraph
from planners.graph.foreign import Notes, tidied, unique_keys
from planners.graph.graph import SkillGraph
from planners.graph.skills_yaml import parse_skills_yaml
from planners.graph.text_encoding import read_text
from skills.files import write_atomically

Format: TypeAlias = Literal["json", "graphml", "yaml"]

SUFFIXES: dict[str, Format] = {
    ".json": "json",
    ".graphml": "graphml",
    ".xml": "graphml",
    ".yaml": "yaml",
    ".yml": "yaml",
}

MAX_YAML_CHARACTERS = 2**19
"""Of a table of skills, some 5,000 of them; YAML is read slowly."""

_UNTYPED = re.compile(r"No key type for id (\S+)\. Using string")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_graph(path: Path) -> SkillGraph:
    """Read a skill graph in any of the three formats; see `SkillGraph.notes` for remarks.

    Raises:
        BadGraph: no such file, or its content does not fit; the message begins with the path.
    """
    notes = Notes()
    try:
        text, remarks = read_text(path)
        if not text.strip():
            raise BadGraph("the file is empty; expected a skill graph as JSON, GraphML or skills.yaml")
        graph = _READERS[detect_format(path, text)](text, notes)
    except BadGraph as error:
        raise type(error)(f"{path}: {error}") from error
    graph.notes[:0] = [*remarks, *notes.texts()]
    return graph


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
        write_atomically(path, graph.to_bytes())
    elif form == "graphml":
        write_atomically(path, to_graphml(graph).encode())
    else:
        raise BadGraph(
            f"{path}: graphs are written as .json or .graphml, not {path.suffix or 'without a suffix'!r}"
        )


def to_graphml(graph: SkillGraph) -> str:
    """The graph as GraphML text; every attribute is a plain value."""
    copied = graph.networkx()
    for attributes in (copied.graph, *copied.nodes.values(), *copied.edges.values()):
        attributes.update(
            {key: _NOT_XML.sub("�", value) for key, value in attributes.items() if isinstance(value, str)}
        )
    names = {node: _NOT_XML.sub("�", node) for node in copied}
    return "\n".join(nx.generate_graphml(nx.relabel_nodes(copied, names))) + "\n"


def _from_json(text: str, notes: Notes) -> SkillGraph:
    try:
        data = json.loads(text, object_pairs_hook=unique_keys(notes))
    except json.JSONDecodeError as error:
        raise BadGraph(_json_message(error)) from error
    except RecursionError as error:
        raise BadGraph("not JSON: nested too deeply") from error
    except ValueError as error:
        raise BadGraph(f"not JSON: {_without_advice(error)}") from error
    return SkillGraph.from_json(tidied(data, notes))


def _without_advice(error: ValueError) -> str:
    """What Python says of a number with thousands of digits, without what a programmer would do."""
    return plain(str(error).partition(";")[0], 200)


def _json_message(error: json.JSONDecodeError) -> str:
    rest = error.doc[error.pos :].lstrip()
    if error.msg == "Extra data":
        return f"line {error.lineno}: the graph ends before {brief(rest[:20])}; a file holds one graph"
    hint = ""
    if rest.startswith(("//", "/*", "#")):
        hint = "; JSON has no comments"
    elif rest.startswith("'"):
        hint = "; JSON has double quotes only"
    return f"line {error.lineno}: not JSON: {error.msg} (column {error.colno}){hint}"


def _from_graphml(text: str, notes: Notes) -> SkillGraph:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadGraph("GraphML with a document type or entities is not read; remove the <!DOCTYPE ...> part")
    try:
        _require_one_graph(ElementTree.fromstring(text))
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            plain_graph: Any = nx.parse_graphml(text)
    except ElementTree.ParseError as error:
        raise BadGraph(f"line {error.position[0]}: not XML: {error}") from error
    except (nx.NetworkXError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadGraph(
            f"not GraphML: {plain(error, 200)}; expected a <graphml> document with one directed <graph>"
        ) from error
    for remark in remarks:
        untyped = _UNTYPED.match(str(remark.message))
        if untyped:
            notes.add("values without a type are read as text", untyped[1])
        else:
            notes.add(plain(remark.message, 200).rstrip("."))
    if not plain_graph.is_directed():
        raise BadGraph('the GraphML graph is undirected; a skill graph has edgedefault="directed"')
    return SkillGraph.from_json(tidied(_node_link(plain_graph), notes))


def _require_one_graph(root: ElementTree.Element) -> None:
    """Raise `BadGraph` for a document with several graphs, of which networkx would take the first."""
    count = sum(element.tag.rpartition("}")[2] == "graph" for element in root.iter())
    if count > 1:
        raise BadGraph(
            f"the file holds {count} <graph> elements, beside or inside each other; a file holds one graph"
        )


def _node_link(graph: Any) -> dict[str, Any]:
    """A graph that networkx read, with the values that the file declares for what nodes and edges lack."""
    header = {key: value for key, value in graph.graph.items() if key in ("game", "schema")}
    for_nodes, for_edges = graph.graph.get("node_default", {}), graph.graph.get("edge_default", {})
    return {
        "graph": header,
        "nodes": [{**for_nodes, **attributes, "id": node} for node, attributes in graph.nodes(data=True)],
        "edges": [
            {**for_edges, **attributes, "source": a, "target": b}
            for a, b, attributes in graph.edges(data=True)
        ],
    }


def _from_yaml(text: str, notes: Notes) -> SkillGraph:
    if len(text) > MAX_YAML_CHARACTERS:
        raise BadGraph(f"more than {MAX_YAML_CHARACTERS:,} characters; that is no table of skills")
    if text.lstrip()[:1] == "{" and '"nodes"' in text:
        notes.add("the content is JSON")
        return _from_json(text, notes)
    return parse_skills_yaml(text)


_READERS: dict[Format, Callable[[str, Notes], SkillGraph]] = {
    "json": _from_json,
    "graphml": _from_graphml,
    "yaml": _from_yaml,
}
