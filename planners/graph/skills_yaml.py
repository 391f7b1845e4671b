"""Reading a skill table in the ``skills.yaml`` form of Plan4MC (arXiv:2303.16563).

One key per skill, the name of its product; the value says what the skill consumes, requires, equips and
obtains. Names that end in ``_nearby`` are places. What is equipped must be in hand when the skill starts,
so it becomes a need with count 1, and a plan makes the tool first when it is not there.

The text is read as a tree of nodes that know their lines; no tag is ever resolved to an object.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

import yaml

from envs.facts import FactKind
from envs.text import plain
from planners.errors import BadGraph
from planners.graph.graph import SkillGraph
from planners.graph.yaml_tree import compose, line_of
from skills.skill import Effects, SkillKind

GAME = "minecraft"
PLACE_SUFFIX = "_nearby"
KINDS = {"0": SkillKind.FIND, "1": SkillKind.ACT, "2": SkillKind.CRAFT}
FIELDS = ("skill_type", "consume", "require", "equip", "obtain")
REQUIRED_FIELDS = ("skill_type", "obtain")
LONGEST_NAME = 200
MAX_ENTRIES = 200_000
"""Counts in a whole table; aliases can repeat what is written once."""
_ODD_COUNTS = "counts in quotes or with a decimal point are read as whole numbers"
_EXAMPLE = "{skill_type: 2, consume: {planks: 3}, require: {}, equip: [], obtain: {chest: 1}}"
_STANDARD_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One skill of the file, and its line, which is not compared."""

    kind: SkillKind
    effects: Effects
    line: int = 0


def parse_skills_yaml(text: str) -> SkillGraph:
    """Build a graph in which every skill is available, with a step cap of 200.

    Skill names are the file's keys, unchanged. Identical repeats are merged, and equipped tools that are
    not required are pointed out; both are told in `SkillGraph.notes`.

    Raises:
        BadGraph: malformed text or a record that does not fit; the message names the line.
    """
    notes: list[str] = []
    root, merged = compose(text, notes)
    if root is None:
        raise BadGraph(f"the file is empty; expected one record per skill, such as chest: {_EXAMPLE}")
    records: dict[str, _Record] = {}
    entries = 0
    for key, value in _pairs(root, "the file"):
        name = _name(key)
        if id(value) in merged and _obtains_nothing(value):
            notes.append(f"line {line_of(key)}: {name!r} is merged into others and obtains nothing; left out")
            continue
        record = _record(name, value, line_of(key), notes)
        entries += sum(len(part) for part in record.effects.model_dump().values())
        if entries > MAX_ENTRIES:
            raise BadGraph(
                f"line {line_of(key)}: more than {MAX_ENTRIES:,} counts; that is no table of skills"
            )
        _insert(records, name, record, notes)
    return _build(records, notes)


def _obtains_nothing(node: yaml.Node) -> bool:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return all(not isinstance(key, yaml.ScalarNode) or key.value != "obtain" for key, _ in pairs)


def _insert(records: dict[str, _Record], name: str, record: _Record, notes: list[str]) -> None:
    first = records.setdefault(name, record)
    if first is record:
        return
    if replace(first, line=record.line) != record:
        raise BadGraph(
            f"lines {first.line} and {record.line}: {name!r} is given twice with different content; "
            "keep one of them"
        )
    notes.append(
        f"lines {first.line} and {record.line}: {name!r} is given twice with the same content; merged"
    )


def _build(records: dict[str, _Record], notes: list[str]) -> SkillGraph:
    kinds: dict[str, FactKind] = {}
    for record in records.values():
        for fact in record.effects.needs | record.effects.obtains:
            kinds[fact] = "place" if fact.endswith(PLACE_SUFFIX) else "count"
    graph = SkillGraph(GAME, kinds)
    for name, record in records.items():
        graph.add_skill(name, record.kind, record.effects, available=True)
        if name not in record.effects.obtains:
            brought = ", ".join(record.effects.obtains)
            notes.append(f"line {record.line}: {name!r} obtains {brought}, but not {name!r} itself")
        for tool in record.effects.holds:
            if tool not in record.effects.requires and tool not in record.effects.consumes:
                notes.append(
                    f"line {record.line}: {name!r} equips {tool!r} without requiring it; plans get it first"
                )
    graph.notes += notes
    return graph


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _shown(node: yaml.Node) -> str:
    if node.tag not in _STANDARD_TAGS:
        return f"the tag {plain(node.tag, 100)!r}"
    if isinstance(node, yaml.ScalarNode):
        return "nothing" if _is_null(node) else repr(plain(node.value, 100))
    return "a mapping" if isinstance(node, yaml.MappingNode) else "a list"


def _pairs(node: yaml.Node, what: str) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode) or node.tag not in _STANDARD_TAGS:
        raise BadGraph(f"line {line_of(node)}: {what} is {_shown(node)}; expected a mapping from names")
    return list(node.value)


def _name(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag not in _STANDARD_TAGS or not node.value.strip():
        raise BadGraph(f"line {line_of(node)}: the name is {_shown(node)}; expected a word")
    if len(node.value) > LONGEST_NAME:
        raise BadGraph(
            f"line {line_of(node)}: a name of {len(node.value):,} characters; the longest has {LONGEST_NAME}"
        )
    return str(node.value)


def _record(name: str, node: yaml.Node, line: int, notes: list[str]) -> _Record:
    fields: dict[str, yaml.Node] = {}
    for key, value in _pairs(node, f"skill {name!r}"):
        field = _name(key)
        if field in fields:
            raise BadGraph(
                f"lines {line_of(fields[field])} and {line_of(value)}: {name!r} has two fields {field!r}"
            )
        if field not in FIELDS:
            _unknown_field(name, field, line_of(key), notes)
        fields[field] = value
    for field in REQUIRED_FIELDS:
        if field not in fields:
            raise BadGraph(f"line {line}: skill {name!r} has no {field!r}; expected a record like {_EXAMPLE}")
    obtains = _counts(name, "obtain", fields["obtain"], notes)
    if not obtains:
        raise BadGraph(
            f"line {line_of(fields['obtain'])}: skill {name!r} obtains nothing; expected item: count"
        )
    effects = Effects(
        requires=_counts(name, "require", fields.get("require"), notes),
        consumes=_counts(name, "consume", fields.get("consume"), notes),
        holds=_tools(name, fields.get("equip")),
        obtains=obtains,
    )
    return _Record(kind=_skill_kind(name, fields["skill_type"]), effects=effects, line=line)


def _unknown_field(name: str, field: str, line: int, notes: list[str]) -> None:
    """A misspelt field changes plans, so it is an error; anything else is left out with a note."""
    close = difflib.get_close_matches(field, FIELDS, n=1, cutoff=0.7)
    if close:
        raise BadGraph(
            f"line {line}: skill {name!r} has the unknown field {field!r}; did you mean {close[0]!r}?"
        )
    notes.append(f"line {line}: skill {name!r} has the unknown field {field!r}; left out")


def _skill_kind(name: str, node: yaml.Node) -> SkillKind:
    if node.tag == "tag:yaml.org,2002:int" and node.value in KINDS:
        return KINDS[node.value]
    raise BadGraph(
        f"line {line_of(node)}: skill_type of {name!r} is {_shown(node)}; "
        "expected 0 (find), 1 (manipulate) or 2 (craft)"
    )


def _counts(name: str, field: str, node: yaml.Node | None, notes: list[str]) -> dict[str, int]:
    if node is None or _is_null(node):
        return {}
    counts: dict[str, int] = {}
    lines: dict[str, int] = {}
    for key, value in _pairs(node, f"{field!r} of {name!r}"):
        item, count = _name(key), _count(name, field, _name(key), value, notes)
        if item in counts:
            both = f"lines {lines[item]} and {line_of(key)}: {field!r} of {name!r} names {item!r} twice"
            if counts[item] != count:
                raise BadGraph(f"{both}, with counts {counts[item]} and {count}; keep one of them")
            notes.append(f"{both} with the same count; merged")
        counts[item], lines[item] = count, line_of(key)
    return counts


def _count(name: str, field: str, item: str, node: yaml.Node, notes: list[str]) -> int:
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if isinstance(node, yaml.ScalarNode) and kind in ("int", "float", "str"):
        text = node.value.strip().removeprefix("+")
        pattern = "[1-9][0-9]{0,8}" if kind == "int" else "[1-9][0-9]{0,8}(\\.0{0,15})?"
        if re.fullmatch(pattern, text):
            if kind != "int" and not any(note.startswith(_ODD_COUNTS) for note in notes):
                notes.append(f"{_ODD_COUNTS} (first in line {line_of(node)})")
            return int(text.partition(".")[0])
    raise BadGraph(
        f"line {line_of(node)}: {field!r} of {name!r} gives {_shown(node)} as the count of {item!r}; "
        "expected a whole number of at least 1"
    )


def _tools(name: str, node: yaml.Node | None) -> dict[str, int]:
    if node is None or _is_null(node):
        return {}
    if not isinstance(node, yaml.SequenceNode) or node.tag not in _STANDARD_TAGS:
        raise BadGraph(
            f"line {line_of(node)}: 'equip' of {name!r} is {_shown(node)}; expected a list of items"
        )
    return {_name(item): 1 for item in node.value}
