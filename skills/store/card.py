"""A skill on one page of Markdown, for people.

Verifying a library writes every card again and compares, so libraries notice when the layout changes here.
"""

from __future__ import annotations

from collections.abc import Mapping

from envs.text import plain
from skills.interval import wilson
from skills.skill import OptionCode, PolicyRecord, PreferenceRecord, Skill, SkillStats


def skill_card(skill: Skill) -> str:
    """The card: needs, gives, success with its interval, focus, code, lineage."""
    effects = skill.effects
    lines = [
        f"# {skill.name} (version {skill.version})",
        "",
        skill.description,
        "",
        "| | |",
        "|---|---|",
        f"| game | {skill.game} |",
        f"| kind | {skill.kind.value} |",
        f"| needs, and keeps | {_counts(effects.requires)} |",
        f"| needs in hand | {_counts(effects.holds)} |",
        f"| uses up | {_counts(effects.consumes)} |",
        f"| gives | {_counts(effects.obtains)} |",
        *([f"| done when it is seen that | {_cell(skill.claim)} |"] if skill.claim else []),
        f"| worked | {_worked(skill.stats)} |",
        f"| looks for | {', '.join(skill.focus.seek) or 'nothing'}; explores {skill.focus.explore} |",
        f"| actions from | {_policy(skill.policy)} |",
        *(
            [f"| learned from preferences | {preference_text(skill.preference)} |"]
            if skill.preference
            else []
        ),
        f"| stopped after | {skill.step_cap} steps |",
        "",
    ]
    if skill.reward:
        lines += ["## Reward", "", *_block(skill.reward)]
    if skill.option.initiation or skill.option.termination:
        lines += ["## Option", "", *_block(option_text(skill.option))]
    return "\n".join([*lines, *_lineage(skill)]) + "\n"


def option_text(option: OptionCode) -> str:
    """Both functions of an option in one text."""
    return "\n\n\n".join(part.strip() for part in (option.initiation, option.termination) if part.strip())


def _cell(text: str) -> str:
    """Text in one cell of a table."""
    return plain(text).replace("|", "\\|")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {fact}" for fact, count in sorted(counts.items())) or "nothing"


def _worked(stats: SkillStats) -> str:
    if not stats.attempts:
        return "not tried yet"
    interval = wilson(stats.successes, stats.attempts)
    unclear = f", {stats.unclear} unclear" if stats.unclear else ""
    return (
        f"{stats.successes}/{stats.attempts} = {stats.successes / stats.attempts:.0%} "
        f"(95%: {interval}){unclear}; {stats.mean_steps:.1f} steps on average"
    )


def _policy(policy: PolicyRecord) -> str:
    if policy.kind == "scripted":
        return f"the action {policy.action}" + (", repeated" if policy.until else "")
    if policy.kind == "chain":
        return f"the skills {', '.join(policy.parts)}"
    return f"a trained network (sha256 {policy.sha256[:12]})"


def preference_text(preference: PreferenceRecord) -> str:
    """What a reward learned from preferences rests on."""
    text = f"{preference.answers} answers on {preference.events} events"
    if not preference.pairs_compared:
        return f"{text}; not compared pair by pair"
    interval = wilson(preference.pairs_agreed, preference.pairs_compared)
    return (
        f"{text}; {preference.pairs_agreed} of {preference.pairs_compared} pairs compared one by one agree "
        f"(95%: {interval})"
    )


def _lineage(skill: Skill) -> list[str]:
    lineage = skill.lineage
    return [
        "## Lineage",
        "",
        f"- trained for {lineage.train_steps:,} game steps, seed {lineage.seed}, "
        f"starting from {lineage.parent or 'nothing'}",
        f"- run: {lineage.run or 'none'}",
        f"- model answers: {', '.join(lineage.answers) or 'none'}"
        + (f" ({lineage.source})" if lineage.source else ""),
        *([f"- parts: {', '.join(lineage.parts)}"] if lineage.parts else []),
    ]


def _block(text: str) -> list[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return [f"{fence}python", text.strip(), fence, ""]
