"""What all options of one skill share: model-written initiation and termination, and forbidden actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

from agent.play.code_shelf import CodeShelf
from envs.facts import Facts
from envs.game import GameSpec
from skills.code.functions import InitiationFunction, TerminationFunction
from skills.skill import Skill

Shield: TypeAlias = Callable[[Facts], tuple[int, ...]]
"""Facts -> actions that must not be taken now."""


def allow_all(facts: Facts) -> tuple[int, ...]:
    """No action is forbidden."""
    return ()


class OptionFunctions:
    """What all options of one skill share: model-written initiation and termination.

    Each skill has functions of its own, even where others have the same source, since how often code ran out
    of time is counted by function. Code that cannot be loaded fails when it is asked, so that only this skill
    cannot be executed.
    """

    def __init__(self, skill: Skill, spec: GameSpec, shelf: CodeShelf) -> None:
        self._names = tuple(fact.name for fact in spec.facts)
        self._shelf = shelf
        self.skill = skill

    @cached_property
    def initiation(self) -> InitiationFunction:
        """Whether the skill may start. Raises `CodeRejected`."""
        source = self.skill.option.initiation
        return self._shelf.get(
            ("initiation", self.skill.name, source, self._names),
            lambda sandbox: InitiationFunction(sandbox, source, self._names),
        )

    @cached_property
    def termination(self) -> TerminationFunction:
        """Whether it gives up. Raises `CodeRejected`."""
        source = self.skill.option.termination
        return self._shelf.get(
            ("termination", self.skill.name, source, self._names),
            lambda sandbox: TerminationFunction(sandbox, source, self._names),
        )

    def forgive(self) -> None:
        """Forget how often the code ran out of time or memory."""
        for loaded in (self.__dict__.get("initiation"), self.__dict__.get("termination")):
            if loaded is not None:
                loaded.forgive()
