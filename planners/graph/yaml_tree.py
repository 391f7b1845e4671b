"""YAML as one tree of nodes that know their lines, with merge keys carried out; no tag becomes an object."""

from __future__ import annotations

import yaml

from planners.errors import BadGraph

MAX_PAIRS = 200_000
"""Pairs of key and value that merge keys may make; a table of skills has a few hundred."""

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"


def compose(text: str, notes: list[str]) -> tuple[yaml.Node | None, frozenset[int]]:
    """The only document in a text that is not empty, and the ids (as of `id`) of what is merged into others.

    Raises:
        BadGraph: it is no YAML, holds several documents, or merge keys that go in a circle; with the line.
    """
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        filled = [node for node in documents if node is not None and node.tag != _NULL]
        if len(filled) > 1:
            yaml.compose(text, Loader=yaml.SafeLoader)  # raises, with the line of the second
        if filled and len(documents) > 1:
            notes.append("empty documents beside the table are left out")
        if not filled:
            return None, frozenset()
        merging = _Merging()
        merging.expand(filled[0])
        return filled[0], frozenset(merging.sources)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        what = "; ".join(part for part in (error.context, error.problem) if part)
        raise BadGraph(f"{place}not YAML: {what}") from error
    except yaml.YAMLError as error:
        raise BadGraph(f"not YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:
        raise BadGraph(f"not YAML: {error}") from error
    except RecursionError as error:
        raise BadGraph("not a skill table: nested too deeply") from error


def line_of(node: yaml.Node) -> int:
    """The line on which a node begins, from 1."""
    return int(node.start_mark.line) + 1


class _Merging:
    """Carries merge keys out, every node once, whatever names it."""

    def __init__(self) -> None:
        self.sources: set[int] = set()
        self._done: set[int] = set()
        self._open: set[int] = set()
        self._pairs = 0

    def expand(self, node: yaml.Node) -> None:
        """Replace the merge keys of a node, and of everything in it, by what they stand for."""
        if id(node) in self._done or isinstance(node, yaml.ScalarNode):
            return
        if id(node) in self._open:
            raise BadGraph(f"line {line_of(node)}: contains itself by way of an alias")
        self._open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self.expand(key)
                self.expand(value)
            node.value = self._merged(node)
        elif isinstance(node, yaml.SequenceNode):
            for part in node.value:
                self.expand(part)
        self._open.remove(id(node))
        self._done.add(id(node))

    def _merged(self, node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
        own = [(key, value) for key, value in node.value if key.tag != _MERGE]
        if len(own) == len(node.value):
            return own
        taken = {key.value for key, _ in own if isinstance(key, yaml.ScalarNode)}
        for key, value in node.value:
            for source in self._merge_sources(key, value):
                for name, content in source.value:
                    if not isinstance(name, yaml.ScalarNode) or name.value in taken:
                        continue
                    self._pairs += 1
                    if self._pairs > MAX_PAIRS:
                        raise BadGraph(
                            f"line {line_of(key)}: merge keys make more than {MAX_PAIRS:,} entries"
                        )
                    taken.add(name.value)
                    own.append((name, content))
        return own

    def _merge_sources(self, key: yaml.Node, value: yaml.Node) -> list[yaml.MappingNode]:
        if key.tag != _MERGE:
            return []
        found: list[yaml.MappingNode] = []
        for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(source, yaml.MappingNode):
                raise BadGraph(f"line {line_of(key)}: '<<' merges something that is no mapping from names")
            self.sources.add(id(source))
            found.append(source)
        return found
