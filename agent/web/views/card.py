"""The card of a skill or a fact: all that is known of it, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.records.redaction import shown
from agent.web.views.answers import answer_ids
from agent.web.views.corrections import claims_of
from agent.web.views.curve import learning_curve
from agent.web.views.opened import Opened, run_time
from agent.web.views.scene import is_chain, state_of
from agent.web.views.situations import situations
from agent.web.views.trials import recorded_trials
from envs.errors import did_you_mean
from skills.errors import LibraryDamaged, UnknownSkill
from skills.interval import wilson
from skills.skill import Skill, SkillStats

LONGEST_TEXT = 2_000
MOST_VERSIONS = 40
"""Versions that a card tells of, the latest."""


def card_view(opened: Opened, name: str, runs: Path | None = None) -> dict[str, Any]:
    """A skill's card.

    Args:
        opened: its library.
        name: of the skill.
        runs: folder of run folders, for the learning curve; None for none.

    Raises:
        UnknownSkill: there is none of that name; near ones are named.
    """
    graph = opened.graph
    if name not in graph:
        hint = did_you_mean(name, graph.skills())
        raise UnknownSkill(f"no skill {name[:80]!r} in the graph of {graph.game}{hint}")
    skill, stats = opened.skills.get(name), graph.stats(name)
    return {
        "name": name,
        "kind": str(graph.kind(name)),
        "state": state_of(opened, name),
        "description": shown(graph.description(name), LONGEST_TEXT),
        "success_in_words": shown(graph.success_in_words(name), LONGEST_TEXT),
        "retired": _retired(opened.retired.get(name)),
        "damaged": opened.damaged.get(name, ""),
        "stats": stats_view(stats),
        "step_cap": graph.step_cap(name),
        "length": str(graph.distance_model(name) or ""),
        "claims": claims_of(graph.skill_corrections(name)),
        "situations": situations(graph.evidence(name), graph.kinds),
        "answers": answer_ids(opened, [name]),
        "code": _code(skill),
        "policy": _policy(skill),
        "parts": list(skill.policy.parts) if skill and is_chain(graph, name) else [],
        "versions": _versions(opened, name),
        "curve": learning_curve(runs, skill),
        "trials": recorded_trials(runs, skill),
    }


def fact_card(opened: Opened, name: str) -> dict[str, Any]:
    """A fact's card: what it is, who brings it and who needs it. Raises `UnknownSkill` for none."""
    graph = opened.graph
    claims = [entry for entry in graph.corrections() if entry.fact == name]
    if not claims:
        hint = did_you_mean(name, graph.facts())
        raise UnknownSkill(f"no fact {name[:80]!r} in the graph of {graph.game}{hint}")
    return {
        "name": name,
        "kind": graph.fact_kind(name),
        "high": graph.highs.get(name),
        "claims": claims_of(claims),
    }


def stats_view(stats: SkillStats) -> dict[str, Any]:
    """How often it worked, with the 95 % interval; no rate where nothing was tried."""
    tried = stats.attempts > 0
    return {
        "successes": stats.successes,
        "attempts": stats.attempts,
        "unclear": stats.unclear,
        "rate": round(stats.successes / stats.attempts, 4) if tried else None,
        "interval": wilson(stats.successes, stats.attempts).rounded(4) if tried else None,
        "believed": round(stats.success_rate, 4),
        "mean_steps": round(stats.mean_steps, 1) if tried else None,
    }


def _retired(record: Mapping[str, Any] | None) -> dict[str, str] | None:
    if record is None:
        return None
    return {key: shown(record.get(key, ""), 500) for key in ("reason", "utc", "by", "instead")}


def _code(skill: Skill | None) -> dict[str, str]:
    if skill is None:
        return {}
    code = {
        "reward": skill.reward,
        "initiation": skill.option.initiation,
        "termination": skill.option.termination,
    }
    return {what: source for what, source in code.items() if source}


def _policy(skill: Skill | None) -> str:
    """Where its actions come from, in words."""
    if skill is None:
        return ""
    if skill.policy.kind == "scripted":
        return f"the action {skill.policy.action}{', repeated' if skill.policy.until else ''}"
    return "its parts, one after the other" if skill.policy.kind == "chain" else "a trained network"


def _versions(opened: Opened, name: str) -> list[dict[str, Any]]:
    """Versions with their trials and lineage, the newest first; one that cannot be read says so."""
    if opened.store is None or name not in opened.skills:
        return []
    found = []
    for version in reversed(opened.store.versions(name)[-MOST_VERSIONS:]):
        try:
            skill = opened.store.load(name, version)
            use = opened.store.use(name, version)
        except LibraryDamaged as error:
            found.append({"version": version, "damaged": str(error)})
            continue
        lineage = skill.lineage
        found.append(
            {
                "version": version,
                "trials": stats_view(skill.stats),
                **({"use": stats_view(use)} if use.attempts or use.unclear else {}),
                "run": lineage.run,
                "when": run_time(lineage.run),
                "parent": lineage.parent,
                "parts": list(lineage.parts),
                "train_steps": lineage.train_steps,
                "source": lineage.source,
            }
        )
    return found
