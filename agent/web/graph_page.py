"""One self-contained page that shows a skill graph offline: picture, details, search."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from agent.web.graph_svg import Drawing, draw
from agent.web.layout.columns import Box
from planners.graph.graph import Correction, SkillGraph, Status, fact_id, skill_id
from skills.interval import wilson
from skills.skill import Skill

STATUSES: tuple[Status, ...] = ("confirmed", "corrected", "added", "unverified")

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def render_graph_page(graph: SkillGraph, *, title: str, skills: Mapping[str, Skill] | None = None) -> str:
    """The page as HTML text; it loads nothing from anywhere.

    Args:
        graph: what to show.
        title: heading and window title.
        skills: library records by name, for code and lineage in the details; a skill without one is shown
            with what the graph knows.
    """
    drawing = draw(graph)
    data = page_data(graph, drawing, skills or {})
    parts = {
        "title": escape(title),
        "summary": _summary_html(data["summary"]),
        "picture": drawing.elements,
        "width": f"{max(drawing.width, 1):.0f}",
        "height": f"{max(drawing.height, 1):.0f}",
        "emptiness": "" if len(graph) else '<p class="empty">No skills yet. Practice adds them.</p>',
        "data": script_json(data),
    }
    template = files("agent.web").joinpath("graph_page.html").read_text(encoding="utf-8")
    return _PLACEHOLDER.sub(lambda match: parts[match[1]], template)


def script_json(data: object) -> str:
    """JSON that can stand inside a script element whatever the strings in it hold."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def page_data(graph: SkillGraph, drawing: Drawing, skills: Mapping[str, Skill]) -> dict[str, Any]:
    """What the page's script knows: the graph itself, positions, and details by node."""
    corrections = graph.corrections()
    by_skill: dict[str, list[Correction]] = {}
    by_fact: dict[str, list[Correction]] = {}
    for entry in corrections:
        by_skill.setdefault(entry.skill, []).append(entry)
        by_fact.setdefault(entry.fact, []).append(entry)
    nodes: dict[str, dict[str, Any]] = {}
    for name in graph.skills():
        details = _skill_details(graph, name, by_skill.get(name, []), skills.get(name))
        nodes[skill_id(name)] = {**details, **_position(drawing.boxes[skill_id(name)])}
    for fact in graph.facts():
        details = _fact_details(graph, fact, by_fact.get(fact, []))
        nodes[fact_id(fact)] = {**details, **_position(drawing.boxes[fact_id(fact)])}
    return {"summary": summary(graph), "nodes": nodes}


def summary(graph: SkillGraph) -> dict[str, Any]:
    """Numbers of skills, admitted skills, facts, and claims by status."""
    statuses = [entry.status for entry in graph.corrections()]
    return {
        "game": graph.game,
        "skills": len(graph),
        "admitted": sum(graph.available(name) for name in graph.skills()),
        "facts": len(graph.facts()),
        "claims": {status: statuses.count(status) for status in STATUSES},
    }


def _position(box: Box) -> dict[str, float]:
    return {"x": round(box.x, 1), "y": round(box.y, 1), "w": round(box.width, 1), "h": round(box.height, 1)}


def _claim(entry: Correction) -> dict[str, Any]:
    return {
        "skill": entry.skill,
        "role": entry.role,
        "fact": entry.fact,
        "claimed": entry.claimed,
        "believed": entry.believed,
        "status": entry.status,
        "confirmations": entry.confirmations,
        "contradictions": entry.contradictions,
        "sentence": entry.sentence,
    }


def _skill_details(
    graph: SkillGraph, name: str, claims: list[Correction], skill: Skill | None
) -> dict[str, Any]:
    stats = graph.stats(name)
    interval = wilson(stats.successes, stats.attempts).rounded(4) if stats.attempts else None
    return {
        "type": "skill",
        "name": name,
        "kind": str(graph.kind(name)),
        "description": graph.description(name),
        "answer": graph.answer_id(name),
        "admitted": graph.available(name),
        "step_cap": graph.step_cap(name),
        "successes": stats.successes,
        "attempts": stats.attempts,
        "unclear": stats.unclear,
        "posterior": round(stats.success_rate, 4),
        "ci95": interval,
        "mean_steps": round(stats.mean_steps, 1) if stats.attempts else None,
        "lead": str(graph.distance_model(name) or ""),
        "claims": [_claim(entry) for entry in claims],
        "record": _library_details(skill) if skill else None,
    }


def _library_details(skill: Skill) -> dict[str, Any]:
    code = {
        "reward": skill.reward,
        "initiation": skill.option.initiation,
        "termination": skill.option.termination,
    }
    return {
        "version": skill.version,
        "policy": skill.policy.kind,
        "parts": list(skill.policy.parts),
        "code": {name: source for name, source in code.items() if source},
        "lineage": skill.lineage.model_dump(mode="json"),
    }


def _fact_details(graph: SkillGraph, fact: str, claims: list[Correction]) -> dict[str, Any]:
    return {
        "type": "fact",
        "name": fact,
        "kind": graph.fact_kind(fact),
        "high": graph.highs.get(fact),
        "claims": [_claim(entry) for entry in claims],
    }


def _summary_html(numbers: Mapping[str, Any]) -> str:
    claims = " ".join(
        f'<button type="button" class="chip {status}" data-status="{status}" aria-pressed="false">'
        f"<b>{numbers['claims'][status]}</b> {status}</button>"
        for status in STATUSES
    )
    return (
        f'<span class="figures"><b>{numbers["skills"]}</b> skill{"" if numbers["skills"] == 1 else "s"}, '
        f'<b>{numbers["admitted"]}</b> admitted</span><span class="claims">claims: {claims}</span>'
    )
