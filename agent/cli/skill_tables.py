"""A skill on the terminal: what was claimed of it beside what is believed, how well it does, its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from agent.records.redaction import shown
from envs.text import counted

if TYPE_CHECKING:
    from rich.table import Table

    from planners.graph.belief import Correction
    from planners.graph.graph import SkillGraph
    from skills.skill import Skill

PARTS: Final[Mapping[str, str]] = {
    "requires": "needs",
    "holds": "needs in hand",
    "consumes": "uses up",
    "obtains": "brings",
}
"""Parts of a skill's effects, in words."""

CODE: Final = (
    ("reward", "Reward: what training pays for"),
    ("initiation", "Initiation: where it may start"),
    ("termination", "Termination: when it is given up"),
)
"""A skill's code, and what each piece is for."""


def effects_table(skill: Skill, graph: SkillGraph | None) -> Table:
    """What a skill needs and brings: as claimed, as believed, and what that rests on.

    Args:
        skill: the record; its effects are those of the day on which it was admitted.
        graph: of its library; None where there is none, and then nothing more is known.
    """
    from rich.table import Table

    table = Table("", "fact", title="What it needs and brings", title_justify="left")
    for name in ("claimed", "believed"):
        table.add_column(name, justify="right")
    table.add_column("what play says")
    entries = _entries(skill.name, graph)
    if not entries:
        for part, words in PARTS.items():
            for fact, count in getattr(skill.effects, part).items():
                table.add_row(words, fact, "", f"{count:,}", "as admitted")
        return table
    order = list(PARTS)
    for entry in sorted(entries, key=lambda each: order.index(each.role)):
        style = "yellow" if entry.status in ("corrected", "added") else None
        table.add_row(
            PARTS[entry.role], shown(entry.fact), _count(entry.claimed), _count(entry.believed), _said(entry),
            style=style,
        )  # fmt: skip
    return table


def beliefs_record(name: str, graph: SkillGraph | None) -> list[dict[str, Any]]:
    """The same as plain JSON values; empty without a graph."""
    return [
        {
            "role": entry.role,
            "fact": entry.fact,
            "claimed": entry.claimed,
            "believed": entry.believed,
            "status": entry.status,
            "basis": entry.basis,
        }
        for entry in _entries(name, graph)
    ]


def _entries(name: str, graph: SkillGraph | None) -> list[Correction]:
    if graph is None or name not in graph:
        return []
    return [entry for entry in graph.corrections() if entry.skill == name]


def _count(count: int) -> str:
    return f"{count:,}" if count else "-"


def _said(entry: Correction) -> str:
    basis = f" ({shown(entry.basis)})" if entry.basis else ""
    return f"{entry.status}{basis}"


def facts_about(
    skill: Skill, use: str, retired: Mapping[str, Any] | None, origin: str
) -> Iterator[tuple[str, str]]:
    """What else is told of a skill, by name; what is empty is left out."""
    from skills.interval import wilson
    from skills.store.card import preference_text

    stats = skill.stats
    interval = wilson(stats.successes, stats.attempts)
    unclear = f", {stats.unclear:,} unclear" if stats.unclear else ""
    looks_for = ", ".join(skill.focus.seek) or "nothing"
    rows = [
        ("done when it is seen that", shown(skill.claim)),
        (
            "on fresh seeds",
            f"{stats.successes:,} of {stats.attempts:,} (95 % interval {interval.low:.0%} to "
            f"{interval.high:.0%}){unclear}",
        ),
        ("steps on average", f"{stats.mean_steps:.1f}" if stats.attempts else ""),
        ("in use", use),
        ("looks for", f"{looks_for}; explores {skill.focus.explore}"),
        ("actions from", _actor(skill)),
        ("stopped after", counted(skill.step_cap, "step")),
        ("retired", f"{retired['utc']}: {retired['reason'] or 'no reason given'}" if retired else ""),
        ("preferences", preference_text(skill.preference) if skill.preference else ""),
        ("from", origin),
    ]
    yield from ((name, shown(text)) for name, text in rows if text)


def _actor(skill: Skill) -> str:
    policy = skill.policy
    if policy.kind == "scripted":
        return f"the game's action {policy.action}{', repeated' if policy.until else ''}"
    if policy.kind == "chain":
        return f"the skills {', '.join(policy.parts)}"
    return f"a network, trained for {counted(skill.lineage.train_steps, 'step')}"


def code_of(skill: Skill) -> Iterator[tuple[str, str]]:
    """Titles and sources of a skill's code."""
    sources = {
        "reward": skill.reward,
        "initiation": skill.option.initiation,
        "termination": skill.option.termination,
    }
    for name, title in CODE:
        if sources[name].strip():
            yield title, sources[name].strip()
