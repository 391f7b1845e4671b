"""What a skill's record says that cannot be, in its game or at all."""

from __future__ import annotations

from collections.abc import Iterator

from envs.errors import BadFocus
from skills.skill import Skill
from skills.store.vocabulary import Vocabulary

LONGEST_DESCRIPTION = 20_000
LONGEST_NAME = 200


def record_problems(skill: Skill, known: Vocabulary) -> Iterator[str]:
    """Everything, as sentences."""
    if skill.game != known.game:
        yield f"a skill of {skill.game!r} in the library of {known.game!r}; move it"
        return
    for part in ("requires", "consumes", "holds", "obtains"):
        yield from known.count_problems(part, getattr(skill.effects, part))
    yield from execution_problems(skill, known)
    policy = skill.policy
    if (policy.kind == "learned") != bool(policy.sha256):
        yield f"a {policy.kind} skill {'without' if policy.kind == 'learned' else 'with'} weights"
    if known.spec and policy.kind == "learned" and skill.encoding > known.spec.encoding:
        yield f"its encoding {skill.encoding} is newer than {known.spec.encoding}: update journeyman"
    if len(skill.description) > LONGEST_DESCRIPTION:
        yield f"its description is longer than {LONGEST_DESCRIPTION:,} characters"
    if len(skill.name) > LONGEST_NAME:
        yield f"its name is longer than {LONGEST_NAME} characters"


def execution_problems(skill: Skill, known: Vocabulary) -> Iterator[str]:
    """What keeps the skill from being executed: its actions, what it looks for, where actions come from."""
    policy = skill.policy
    yield from known.action_problems("actions", skill.actions)
    if (policy.kind == "scripted") != bool(policy.action):
        yield f"a {policy.kind} skill {'without' if policy.kind == 'scripted' else 'with'} an action"
    if (policy.kind == "chain") != bool(policy.parts):
        yield f"a {policy.kind} skill {'without' if policy.kind == 'chain' else 'with'} parts"
    if policy.action:
        yield from known.action_problems("policy", (policy.action,))
    if known.spec:
        try:
            known.spec.check_focus(skill.focus.focus())
        except BadFocus as error:
            yield str(error)
