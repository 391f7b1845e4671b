"""Node-link data that went through other tools, made what this project writes, where that is unambiguous.

Other tools drop keys that they do not know, write whole numbers as 1.0 or as text, number the nodes, leave
empty fields behind, or call edges links. Each such thing is told once, in a note.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from envs.text import brief, plain
from planners.errors import BadGraph
from planners.graph.belief import ROLES
from planners.graph.node_link import SCHEMA

UNKNOWN_GAME = "unknown"
NODE_NUMBERS = ("step_cap", "successes", "failures", "unclear", "steps", "high")
EDGE_NUMBERS = (*ROLES, *(f"{role}_position" for role in ROLES))
FORMS = {
    "adjacency": "networkx's adjacency form; write it with networkx.node_link_data",
    "elements": "Cytoscape's form; write it with networkx.node_link_data",
}
"""Keys of other forms -> what they are."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0{1,15})?")
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LISTED = 3


class Notes:
    """Remarks of which each kind is told once, with how often it occurred."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, kind: str, example: str = "") -> None:
        """Note something."""
        self._found.setdefault(kind, []).append(example)

    def texts(self) -> list[str]:
        """One sentence for each kind."""
        return [kind + _examples(examples) for kind, examples in self._found.items()]


def _examples(examples: list[str]) -> str:
    shown = [plain(example, 60) for example in examples if example]
    if not shown:
        return ""
    more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
    return f" ({', '.join(shown[:_LISTED])}{more})"


def tidied(data: object, notes: Notes) -> Any:
    """Node-link data as `planners.graph.node_link.parse` takes it; what is no such data is left as it is.

    Raises:
        BadGraph: another form of graph, several graphs, an undirected one, or something that can be read in
            two ways.
    """
    if (
        isinstance(data, list)
        and data
        and all(isinstance(part, Mapping) and "nodes" in part for part in data)
    ):
        if len(data) > 1:
            raise BadGraph(f"a list of {len(data)} graphs; a file holds one graph")
        notes.add("the graph is the only entry of a list")
        data = data[0]
    if not isinstance(data, Mapping):
        return data
    for key, form in FORMS.items():
        if key in data and "edges" not in data and "links" not in data:
            raise BadGraph(f"this is {form}")
    if data.get("directed") is False:
        raise BadGraph('the graph is undirected ("directed": false); a skill graph is directed')
    nodes, edges = data.get("nodes"), _edges(data)
    if not (_all_mappings(nodes) and _all_mappings(edges)):
        return data
    record = {**data, "nodes": [_node(node, notes) for node in nodes]}
    record["edges"] = [_edge(place, edge, notes) for place, edge in enumerate(edges)]
    _places_to_ids(record["nodes"], record["edges"], notes)
    if any(node.get("type") == "skill" for node in record["nodes"]):
        _header(record, notes)
    return record


def _all_mappings(value: object) -> TypeGuard[list[Mapping[str, Any]]]:
    return isinstance(value, list) and all(isinstance(part, Mapping) for part in value)


def _edges(data: Mapping[str, Any]) -> Any:
    """The edges, also where they are called links."""
    edges, links = data.get("edges"), data.get("links")
    if edges is not None and links is not None and edges != links:
        raise BadGraph("both 'edges' and 'links' are given, and they differ; keep one of them")
    return links if edges is None else edges


def _header(record: dict[str, Any], notes: Notes) -> None:
    header = record.get("graph", {})
    if isinstance(header, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in header):
        header = {str(key): value for key, value in header}
    if not isinstance(header, Mapping):
        return
    header = dict(header)
    schema = record.get("schema", header.get("schema"))
    if schema is None:
        notes.add(f"no schema number; read as schema {SCHEMA}")
        schema = SCHEMA
    record["schema"] = _number(schema)
    if "game" not in header and isinstance(record.get("game"), str):
        header["game"] = record["game"]
    if header.get("game") in (None, ""):
        notes.add(f"no game is named; called {UNKNOWN_GAME!r}")
        header["game"] = UNKNOWN_GAME
    highs = header.get("highs")
    if isinstance(highs, Mapping):
        header["highs"] = {name: _number(high) for name, high in highs.items()}
    record["graph"] = header


def _node(node: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    fields = _without_blanks(node)
    if "id" in fields:
        fields["id"] = _id(fields["id"], notes)
    kind, _, name = str(fields.get("id", "")).partition(":")
    if kind in ("skill", "fact") and name:
        if "type" not in fields:
            notes.add("nodes without a type; taken from their ids", fields["id"])
            fields["type"] = kind
        if "name" not in fields:
            notes.add("nodes without a name; taken from their ids", fields["id"])
            fields["name"] = name
    _whole_numbers(fields, NODE_NUMBERS, notes)
    available = fields.get("available")
    if not isinstance(available, bool) and str(available).lower().removesuffix(".0") in _YES_NO:
        notes.add("yes or no written otherwise than true and false", f"available {brief(available, 20)}")
        fields["available"] = _YES_NO[str(available).lower().removesuffix(".0")]
    return fields


def _edge(place: int, edge: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    fields = _without_blanks(edge)
    if not any(role in fields for role in ROLES):
        blank = [role for role in ROLES if role in edge]
        if blank:
            raise BadGraph(
                f"edges[{place}].{blank[0]} is {brief(edge[blank[0]], 20)}; expected a whole number"
            )
        notes.add("edges that say nothing are left out", f"from {brief(edge.get('source'), 30)}")
    for end in ("source", "target"):
        if end in fields:
            fields[end] = _id(fields[end], notes)
    _whole_numbers(fields, EDGE_NUMBERS, notes)
    return fields


def _without_blanks(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that hold something; tools that keep tables fill up what a row lacks."""
    return {key: value for key, value in fields.items() if not _is_blank(value)}


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _id(value: Any, notes: Notes) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        notes.add("nodes are numbered")
        return str(value)
    return value


def _whole_numbers(fields: dict[str, Any], names: tuple[str, ...], notes: Notes) -> None:
    for name in names:
        value = fields.get(name)
        number = _number(value)
        if number is not value:
            kind = "text" if isinstance(value, str) else "decimals"
            notes.add(f"whole numbers written as {kind}", f"{name} {brief(value, 20)}")
            fields[name] = number


def _number(value: Any) -> Any:
    """A whole number for one that was written as 1.0 or "1"; anything else as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    return value


def _places_to_ids(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], notes: Notes) -> None:
    """Edges that name nodes by their place in the list, as d3 does, get the nodes' ids."""
    ids = {node.get("id") for node in nodes if isinstance(node.get("id"), str)}
    ends = {edge.get(end) for edge in edges for end in ("source", "target") if isinstance(edge.get(end), str)}
    if not ends or ends & ids or not all(end.isdigit() and len(end) < 9 for end in ends if end):
        return
    if any(int(end) >= len(nodes) for end in ends if end):
        return
    notes.add("edges name nodes by their place in the list")
    for edge in edges:
        for end in ("source", "target"):
            if isinstance(edge.get(end), str):
                edge[end] = nodes[int(edge[end])].get("id")


def unique_keys(notes: Notes) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """For `json.loads`: makes objects whose keys are given once, or several times with the same value.

    The function that is returned raises `BadGraph`.
    """

    def make(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made and made[key] != value:
                raise BadGraph(
                    f"the key {plain(key, 60)!r} is given twice in one object, as {brief(made[key], 40)} and "
                    f"{brief(value, 40)}; keep one of them"
                )
            if key in made:
                notes.add("keys given twice with the same value", repr(key))
            made[key] = value
        return made

    return make
