"""Reports and comparisons as one file each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.web.offline.page import render_page

_NOSCRIPT = (
    "This page draws its charts with JavaScript. The same figures are in the terminal: journeyman runs"
)


def report_page(document: Mapping[str, Any]) -> str:
    """A report (`agent.web.views.report`) as one page."""
    return render_page(
        f"{document['title']} · Journeyman",
        "report",
        {"report": ""},
        {"/report": document},
        noscript=f"{_NOSCRIPT} show {document['run']['name']}",
    )


def compare_page(document: Mapping[str, Any]) -> str:
    """A comparison (`agent.web.views.compare`) as one page."""
    names = document["first"]["name"], document["second"]["name"]
    return render_page(
        "Two runs compared · Journeyman",
        "compare",
        {"compare": ""},
        {"/compare": document},
        noscript=f"{_NOSCRIPT} compare {' '.join(names)}",
    )
