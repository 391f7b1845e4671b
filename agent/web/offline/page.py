"""One self-contained page: scripts, styles and data stand inside, and nothing is fetched.

Modules and fetches fail from a file, so the script is joined, and the data are documents in the page. The
content security policy names script and style by their hashes: nothing else runs.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from agent.web.offline.linker import link
from envs.errors import did_you_mean
from envs.json_text import for_browsers

VIEWS: Mapping[str, tuple[str, str]] = {
    "replay": ("replay/replay.js", "openReplay"),
    "start": ("runs/start.js", "openStart"),
    "runs": ("runs/list.js", "openRuns"),
    "live": ("live/page.js", "openLive"),
    "graph": ("graph/graph.js", "openGraph"),
    "report": ("report/report.js", "openReport"),
    "compare": ("report/compare.js", "openCompare"),
}
"""View -> its module and the function that opens it, as in ``static/js/views.js``."""

GENERATOR = '<meta name="generator" content="Journeyman">'
"""Tells our pages from others."""

STYLES = ("base", "charts", "graph", "live", "replay", "report", "runs")


def render_page(
    title: str,
    start: str,
    views: Mapping[str, str],
    documents: Mapping[str, Any],
    *,
    noscript: str,
    elsewhere: Mapping[str, str] | None = None,
) -> str:
    """The page as HTML text.

    Args:
        title: of the window, and in the bar.
        start: the address that it opens with, such as ``graph``.
        views: view -> its title in the bar; empty for none there. Only these are in the page.
        documents: address under ``/api``, as `addressOf` in ``lib/source.js`` makes it -> value.
        noscript: what a reader without JavaScript is told.
        elsewhere: views in the bar that other files have, with their titles; the document ``/files`` says
            which file.
    """
    script = _script(views, {**views, **(elsewhere or {})})
    style = joined_style(_styles(views))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            GENERATOR,
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#view">Skip to the page</a>',
            '<header id="bar"></header>',
            f'<main id="view" tabindex="-1" data-start="{escape(start)}"></main>',
            f'<noscript><p class="notice">{escape(noscript)}</p></noscript>',
            f'<script type="application/json" id="documents">{script_json(stored_once(documents))}</script>',
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        )
    )


def stored_once(documents: Mapping[str, Any]) -> dict[str, Any]:
    """Documents of which equal ones stand only once; the others name the first: ``{"=": address}``.

    >>> stored_once({"/a": [1] * 30, "/b": [1] * 30})["/b"]
    {'=': '/a'}
    """
    first: dict[str, str] = {}
    found: dict[str, Any] = {}
    for where, document in documents.items():
        text = json.dumps(document, sort_keys=True)
        same = first.setdefault(text, where)
        found[where] = document if same == where or len(text) <= len(where) else {"=": same}
    return found


def joined_script(modules: Mapping[str, str]) -> str:
    """All modules that the frame of the pages needs as one script, in a scope of its own."""
    linked = link("main.js", modules)
    return f'"use strict";(() => {{\n{linked}}})();'.replace("</script", "<\\/script")


def joined_style(names: Iterable[str] = STYLES) -> str:
    """These style sheets as one."""
    return "".join(_read(f"css/{name}.css") for name in names)


def script_json(data: object) -> str:
    r"""JSON that can stand inside a script element whatever the strings in it hold.

    >>> print(script_json("</script>"))
    "\u003c/script\u003e"
    """
    return for_browsers(data).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def sources() -> dict[str, str]:
    """Our modules by path below ``static/js``."""
    root = files("agent.web") / "static" / "js"
    return dict(_modules(root, ""))


def _modules(folder: Traversable, path: str) -> list[tuple[str, str]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found += _modules(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".js"):
            found.append((f"{path}{entry.name}", entry.read_text(encoding="utf-8")))
    return found


def _script(views: Mapping[str, str], tabs: Mapping[str, str]) -> str:
    """All that these views need, in a scope of its own."""
    for view in views:
        if view not in VIEWS:
            raise KeyError(f"no view {view!r}{did_you_mean(view, VIEWS)}")
    lines = [f'import {{ {VIEWS[view][1]} }} from "./{VIEWS[view][0]}";' for view in views]
    table = ", ".join(f"{view}: {VIEWS[view][1]}" for view in views)
    titled = json.dumps([[view, title] for view, title in tabs.items() if title])
    lines += [f"export const VIEWS = {{ {table} }};", f"export const TABS = {titled};", ""]
    return joined_script({**sources(), "views.js": "\n".join(lines)})


def _styles(views: Iterable[str]) -> list[str]:
    """What all pages share, and what these views add."""
    own = {VIEWS[view][0].split("/")[0] for view in views if view in VIEWS}
    own |= {"charts"} if "report" in own else set()
    return [name for name in STYLES if name == "base" or name in own]


def _read(path: str) -> str:
    return (files("agent.web") / "static" / path).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
