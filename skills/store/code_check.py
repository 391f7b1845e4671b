"""Loads the code that a library holds in the sandbox, to find out what would be refused in play."""

from __future__ import annotations

from collections.abc import Iterator

from skills.code.fact_function import FactFunction
from skills.code.functions import (
    GuardFunction,
    InitiationFunction,
    RewardFunction,
    ShieldFunction,
    TerminationFunction,
)
from skills.code.policy_code import PolicyOverSkillsFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected
from skills.skill import OptionCode
from skills.store.vocabulary import Vocabulary


class CodeCheck:
    """Loads code as play would; every method gives what is refused, as sentences.

    Args:
        known: the game's words; code for a game that is not known is loaded without looking at names.
        sandbox: where it is loaded.
    """

    def __init__(self, known: Vocabulary, sandbox: Sandbox) -> None:
        self._known = known
        self._sandbox = sandbox

    def skill_problems(self, reward: str, option: OptionCode) -> Iterator[str]:
        """Of a skill's reward, initiation and termination. Raises `SandboxUnavailable`."""
        functions: tuple[tuple[type[FactFunction[float]] | type[FactFunction[bool]], str], ...] = (
            (RewardFunction, reward),
            (InitiationFunction, option.initiation),
            (TerminationFunction, option.termination),
        )
        for function, source in functions:
            try:
                if self._known.spec:
                    function(self._sandbox, source, self._known.facts)
                else:
                    self._load(source, function.ENTRY, function.PARAMETERS)
            except CodeRejected as error:
                yield f"the code is refused: {error}"

    def guard_problems(self, guard: str, ranking: tuple[str, ...], shield: str) -> Iterator[str]:
        """Of a guard and a shield. Raises `SandboxUnavailable`."""
        spec = self._known.spec
        try:
            if spec:
                GuardFunction(self._sandbox, guard, self._known.facts, ranking)
            else:
                self._load(guard, GuardFunction.ENTRY, GuardFunction.PARAMETERS)
        except CodeRejected as error:
            yield f"the guard is refused: {error}"
        try:
            if spec:
                ShieldFunction(self._sandbox, shield, self._known.facts, spec.actions)
            else:
                self._load(shield, ShieldFunction.ENTRY, ShieldFunction.PARAMETERS)
        except CodeRejected as error:
            yield f"the shield is refused: {error}"

    def policy_problems(self, source: str, skills: tuple[str, ...]) -> Iterator[str]:
        """Of a policy over skills. Raises `SandboxUnavailable`."""
        try:
            if self._known.spec:
                PolicyOverSkillsFunction(self._sandbox, source, self._known.facts, skills)
            else:
                entry, parameters = PolicyOverSkillsFunction.ENTRY, PolicyOverSkillsFunction.PARAMETERS
                self._sandbox.load(source, entry, parameters)
        except CodeRejected as error:
            yield str(error)

    def _load(self, source: str, entry: str, parameters: tuple[str, ...]) -> None:
        if source.strip():
            self._sandbox.load(source, entry, parameters)
