"""Modules of our front end, joined into one script: modules cannot be fetched by a page that is a file.

Only the forms that our modules keep to are understood: ``import { a, b } from "./x.js";`` on one line or
several, and ``export`` before a function, class or constant. Top-level names are unique over all modules
(a test sees to it), so that joining them needs no renaming.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath

_IMPORT = re.compile(r'^import\s*\{[^}]*\}\s*from\s*"(\.[^"]+)";\n?', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const)\b)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def link(entry: str, modules: Mapping[str, str]) -> str:
    r"""The modules that `entry` needs, in the order in which they must run, as one script.

    Args:
        entry: path of the first module.
        modules: sources by path.

    Raises:
        KeyError: a module imports one that is not there.
        ValueError: modules import in a circle, or in a form that is not understood.

    >>> sources = {"a.js": 'import { b } from "./b.js";\nb();', "b.js": "export function b() {}"}
    >>> print(link("a.js", sources))
    function b() {}
    b();
    """
    done: dict[str, str] = {}
    _visit(entry, modules, done, ())
    return "\n".join(done.values())


def imports_of(path: str, source: str) -> list[str]:
    r"""Paths of the modules that a module imports.

    >>> imports_of("graph/graph.js", 'import { make } from "../lib/dom.js";\n')
    ['lib/dom.js']
    """
    return [normpath(join(dirname(path), found)) for found in _IMPORT.findall(source)]


def _visit(path: str, modules: Mapping[str, str], done: dict[str, str], above: tuple[str, ...]) -> None:
    if path in above:
        raise ValueError(f"modules import in a circle: {' -> '.join((*above, path))}")
    if path in done:
        return
    source = modules[path]
    for needed in imports_of(path, source):
        _visit(needed, modules, done, (*above, path))
    text = _EXPORT.sub("", _IMPORT.sub("", source))
    if left := _OTHER.search(text):
        raise ValueError(f"{path}: cannot join {left[0]!r}")
    done[path] = text
