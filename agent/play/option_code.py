"""What all options of one skill share: model-written initiation and termination, and forbidden actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from envs.facts import Facts
from envs.game import GameSpec
from skills.code.functions import InitiationFunction, TerminationFunction
from skills.code.sandbox import Sandbox
from skills.skill import Skill

Shield: TypeAlias = Callable[[Facts], tuple[int, ...]]
"""Facts -> actions that must not be taken now."""


def allow_all(facts: Facts) -> tuple[int, ...]:
    """No action is forbidden."""
    return ()


class OptionFunctions:
    """What all options of one skill share: model-written initiation and termination."""

    def __init__(self, skill: Skill, spec: GameSpec, sandbox: Sandbox) -> None:
        names = [fact.name for fact in spec.facts]
        self.skill = skill
        self.initiation = InitiationFunction(sandbox, skill.option.initiation, names)
        self.termination = TerminationFunction(sandbox, skill.option.termination, names)
