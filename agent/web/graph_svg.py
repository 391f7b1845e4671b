"""The drawing of a skill graph: cards for skills, pills for facts, arrows for claims and beliefs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from agent.web.layout.columns import Box, Layout, lay_out
from envs.text import counted
from planners.graph.graph import Correction, SkillGraph, Status, fact_id, skill_id
from skills.interval import wilson

MARGIN = 28.0
CARD_HEIGHT = 50.0
PILL_HEIGHT = 24.0
PORT_SPACING = 13.0
LONGEST_NAME_CHARACTERS = 26

PROMINENCE: tuple[Status, ...] = ("unverified", "confirmed", "added", "corrected")
"""Where several claims share one arrow it shows the last of these that occurs."""

_KIND_SHAPES = {
    "find": '<circle r="6.5"/>',
    "act": '<rect x="-6" y="-6" width="12" height="12" rx="2.5"/>',
    "craft": '<path d="M0-7.5 7.5 0 0 7.5-7.5 0Z"/>',
    "chain": '<circle cx="-4" r="4.5"/><circle cx="4" r="4.5"/>',
}
_FACT_SHAPES = {
    "count": '<circle r="3.2"/>',
    "place": '<circle r="2.9" class="ring"/>',
    "known": '<circle r="2.9" class="ring"/>',
    "event": '<path d="M0-4 4 0 0 4-4 0Z"/>',
}
_OTHER_FACT = '<rect x="-3" y="-3" width="6" height="6" rx="1"/>'

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """SVG elements, the box of every node, and the size of the picture in pixels."""

    elements: str
    boxes: Mapping[str, Box]
    width: float
    height: float


def draw(graph: SkillGraph) -> Drawing:
    """Lay the graph out and draw it; text is escaped, and the colours are left to the page's style."""
    arrows = _arrows(graph)
    sizes = _sizes(graph, arrows)
    layout = lay_out(sizes, list(arrows), even=frozenset(fact_id(fact) for fact in graph.facts()))
    ports = _ports(layout, arrows)
    lines, labels = [], []
    for ends, entries in sorted(arrows.items(), key=lambda item: PROMINENCE.index(_foremost(item[1]).status)):
        line, label = _arrow(ends, entries, _points(layout, ends, ports))
        lines.append(line)
        labels.append(label)
    cards = [_card(graph, name, layout.boxes[skill_id(name)]) for name in graph.skills()]
    pills = [_pill(graph, fact, layout.boxes[fact_id(fact)]) for fact in graph.facts()]
    return Drawing(
        elements="\n".join([*lines, *pills, *cards, *filter(None, labels)]),
        boxes=layout.boxes,
        width=layout.width + 2 * MARGIN,
        height=layout.height + 2 * MARGIN,
    )


def _arrows(graph: SkillGraph) -> dict[Ends, list[Correction]]:
    """The claims between two nodes in one direction share an arrow."""
    arrows: dict[Ends, list[Correction]] = {}
    for entry in graph.corrections():
        skill, fact = skill_id(entry.skill), fact_id(entry.fact)
        ends = (skill, fact) if entry.role == "obtains" else (fact, skill)
        arrows.setdefault(ends, []).append(entry)
    return arrows


def shorten(name: str) -> str:
    """The name as the picture shows it."""
    return name if len(name) <= LONGEST_NAME_CHARACTERS else f"{name[: LONGEST_NAME_CHARACTERS - 1]}…"


def _sizes(graph: SkillGraph, arrows: Mapping[Ends, object]) -> dict[str, tuple[float, float]]:
    incoming: dict[str, int] = {}
    outgoing: dict[str, int] = {}
    for source, target in arrows:
        outgoing[source] = outgoing.get(source, 0) + 1
        incoming[target] = incoming.get(target, 0) + 1
    sizes = {}
    for name in graph.skills():
        node = skill_id(name)
        most = max(incoming.get(node, 0), outgoing.get(node, 0))
        width = max(156.0, 46 + 8.2 * len(shorten(name)))
        sizes[node] = (width, max(CARD_HEIGHT, 10 + PORT_SPACING * most))
    for fact in graph.facts():
        sizes[fact_id(fact)] = (32 + 7.0 * len(shorten(fact)), PILL_HEIGHT)
    return sizes


def _ports(layout: Layout, arrows: Mapping[Ends, object]) -> dict[tuple[Ends, str], float]:
    """Height at which an arrow meets either end: fanned out on cards and where arrows enter a pill."""
    ports: dict[tuple[Ends, str], float] = {}
    meeting: dict[tuple[str, str], list[tuple[float, Ends]]] = {}
    for ends in arrows:
        points = layout.routes[ends]
        meeting.setdefault((ends[0], "out"), []).append((points[1][1], ends))
        meeting.setdefault((ends[1], "in"), []).append((points[-2][1], ends))
    for (node, side), found in meeting.items():
        box = layout.boxes[node]
        is_skill = node.startswith("skill:")
        spacing = PORT_SPACING if is_skill else 0.0 if side == "out" else min(5.0, 14.0 / len(found))
        for i, (_, ends) in enumerate(sorted(found)):
            ports[(ends, side)] = box.y + spacing * (i - (len(found) - 1) / 2)
    return ports


def _points(layout: Layout, ends: Ends, ports: Mapping[tuple[Ends, str], float]) -> list[tuple[float, float]]:
    route = layout.routes[ends]
    first, last = (route[0][0], ports[(ends, "out")]), (route[-1][0], ports[(ends, "in")])
    return [(x + MARGIN, y + MARGIN) for x, y in (first, *route[1:-1], last)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    """A smooth line that leaves and enters horizontally and passes columns straight."""
    (x, y), *rest = points
    parts = [f"M{x:.1f} {y:.1f}"]
    if len(rest) == 1 and rest[0][0] < x:
        end_x, end_y = rest[0]
        top = min(y, end_y) - 60
        parts.append(f"C{x + 90:.1f} {top:.1f} {end_x - 90:.1f} {top:.1f} {end_x:.1f} {end_y:.1f}")
        return "".join(parts)
    for next_x, next_y in rest:
        if next_y == y:
            parts.append(f"H{next_x:.1f}")
        else:
            middle = (x + next_x) / 2
            parts.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
    return "".join(parts)


def count_label(entry: Correction) -> str:
    """The numbers on an arrow: ``1 → 2`` corrected, ``+2`` added, ``3`` when the count is above one."""
    if entry.status == "added":
        return f"+{entry.believed}"
    if entry.believed != entry.claimed:
        doubt = "?" if entry.status == "unverified" else ""
        return f"{entry.claimed} → {entry.believed}{doubt}"
    return str(entry.believed) if entry.believed > 1 else ""


def _foremost(entries: Sequence[Correction]) -> Correction:
    return max(entries, key=lambda entry: PROMINENCE.index(entry.status))


def _arrow(ends: Ends, entries: Sequence[Correction], points: list[tuple[float, float]]) -> tuple[str, str]:
    """The line of an arrow and its label, which stands at the skill's end."""
    source, target = (escape(end) for end in ends)
    shown = _foremost(entries)
    title = escape("\n".join(f"{e.skill} {e.role} {e.fact}: {e.sentence}" for e in entries))
    dropped = " dropped" if all(not entry.believed for entry in entries) else ""
    attributes = f'data-source="{source}" data-target="{target}" data-status="{shown.status}"'
    line = (
        f'<path class="edge {shown.status}{dropped}" {attributes} d="{_path(points)}" '
        f'marker-end="url(#tip-{shown.status})"><title>{title}</title></path>'
    )
    text = count_label(shown)
    if not text:
        return line, ""
    at_source = source.startswith("skill:")
    x, y = points[0] if at_source else points[-1]
    x, anchor = (x + 6, "start") if at_source else (x - 11, "end")
    label = (
        f'<text class="count {shown.status}" {attributes} x="{x:.1f}" y="{y - 3.5:.1f}" '
        f'text-anchor="{anchor}">{text}</text>'
    )
    return line, label


def _percent(share: float) -> str:
    return f"{round(100 * share)}%"


def _card(graph: SkillGraph, name: str, box: Box) -> str:
    stats, kind = graph.stats(name), str(graph.kind(name))
    admitted = graph.available(name)
    left, top = box.x - box.width / 2 + MARGIN, box.y - box.height / 2 + MARGIN
    state = "admitted" if admitted else "not admitted"
    success = f"{_percent(stats.success_rate)} success, {counted(stats.attempts, 'attempt')}"
    label = f"{name}, {kind} skill, {state}, {success if stats.attempts else 'not tried'}"
    track = box.width - 34 - 54
    middle = box.height / 2
    return (
        f'<g class="node skill {kind}{"" if admitted else " waiting"}" data-id="{escape(skill_id(name))}" '
        f'tabindex="-1" role="button" aria-label="{escape(label)}" '
        f'transform="translate({left:.1f} {top:.1f})"><title>{escape(name)}</title>'
        f'<rect class="card" width="{box.width:.1f}" height="{box.height:.1f}" rx="9"/>'
        f'<g class="glyph" transform="translate(18 {middle:.1f})">{_KIND_SHAPES[kind]}</g>'
        f'<text class="name" x="34" y="{middle - 4:.1f}">{escape(shorten(name))}</text>'
        f'<g transform="translate(34 {middle + 9:.1f})">{_mastery(graph, name, track)}</g></g>'
    )


def _mastery(graph: SkillGraph, name: str, track: float) -> str:
    """The posterior success as a bar, with its interval as a paler band, and the figure beside it."""
    stats = graph.stats(name)
    base = f'<rect class="track" width="{track:.1f}" height="6" rx="3"/>'
    if not stats.attempts:
        return f'{base}<text class="rate" x="{track + 6:.1f}" y="6.5">untried</text>'
    interval = wilson(stats.successes, stats.attempts)
    low, high = track * interval.low, track * interval.high
    return (
        f'{base}<rect class="mean" width="{track * stats.success_rate:.1f}" height="6" rx="3"/>'
        f'<path class="interval" d="M{low:.1f} 3H{high:.1f}M{low:.1f} .5v5M{high:.1f} .5v5"/>'
        f'<text class="rate" x="{track + 6:.1f}" y="6.5">{_percent(stats.success_rate)}</text>'
    )


def _pill(graph: SkillGraph, fact: str, box: Box) -> str:
    kind = graph.fact_kind(fact)
    left, top = box.x - box.width / 2 + MARGIN, box.y - box.height / 2 + MARGIN
    return (
        f'<g class="node fact" data-id="{escape(fact_id(fact))}" tabindex="-1" role="button" '
        f'aria-label="{escape(f"{fact}, fact of kind {kind}")}" '
        f'transform="translate({left:.1f} {top:.1f})"><title>{escape(fact)}</title>'
        f'<rect class="card" width="{box.width:.1f}" height="{box.height:.1f}" rx="{box.height / 2:.1f}"/>'
        f'<g class="glyph" transform="translate(13 {box.height / 2:.1f})">'
        f"{_FACT_SHAPES.get(kind, _OTHER_FACT)}</g>"
        f'<text class="name" x="22" y="{box.height / 2 + 4:.1f}">{escape(shorten(fact))}</text></g>'
    )
