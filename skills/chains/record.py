"""The skill record of a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skills.skill import Effects, Lineage, OptionCode, PolicyRecord, Skill, SkillKind

NEVER_ENDS = "def termination(start, facts, steps):\n    return False\n"
"""A chain ends by itself only when its parts do."""


def initiation_source(needs: Mapping[str, int]) -> str:
    """Source of a chain's own initiation: what its executions in practice began with.

    >>> print(initiation_source({"wood": 2, "near.table": 1}), end="")
    def initiation(facts):
        return facts['near.table'] >= 1 and facts['wood'] >= 2
    """
    conditions = [f"facts[{fact!r}] >= {needs[fact]}" for fact in sorted(needs)]
    return f"def initiation(facts):\n    return {' and '.join(conditions) or 'True'}\n"


def chain_skill(
    name: str,
    description: str,
    parts: Sequence[Skill],
    effects: Effects,
    *,
    step_cap: int,
    lineage: Lineage,
) -> Skill:
    """A chain as a skill; its lineage names the parts with their versions.

    Where the success of its last part is judged by looking, so is that of the whole.

    Args:
        name: of the chain.
        description: what it does, in words.
        parts: in order of execution; at least one.
        effects: what play showed.
        step_cap: game steps of all parts together after which it is stopped.
        lineage: how it came about.
    """
    versions = tuple(f"{part.name} v{part.version}" for part in parts)
    return Skill(
        name=name,
        game=parts[0].game,
        kind=SkillKind.CHAIN,
        description=description,
        claim=parts[-1].claim,
        effects=effects,
        option=OptionCode(initiation=initiation_source(effects.needs), termination=NEVER_ENDS),
        policy=PolicyRecord(kind="chain", parts=tuple(part.name for part in parts)),
        step_cap=step_cap,
        encoding=parts[0].encoding,
        lineage=lineage.model_copy(update={"parts": versions}),
    )
