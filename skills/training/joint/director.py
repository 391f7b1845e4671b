"""The director of joint practice: a policy over skills and the skills' options, as code in a sandbox."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.rollout.joint import EPISODE_OVER, Director
from skills.code.functions import InitiationFunction, TerminationFunction
from skills.code.policy_code import TrainingPolicyFunction
from skills.code.sandbox import Sandbox
from skills.skill import OptionCode

MAX_UNTRAINED_CHOICES = 12
"""Skills in a row that are named but not practised; then the episode is over."""


@dataclass(frozen=True, slots=True)
class DirectorFactory:
    """Builds a `SkillDirector` where it is used, with a sandbox of its own; picklable.

    Attributes:
        source: ``def choose(start, facts, last, failures, draw)``; empty where skills are practised alone.
        known: the names that it may return; one that is not practised fails at once.
        names: the skills that are practised, in the order of the task.
        options: initiation and termination of each of `names`.
        needs: facts with counts without which each of `names` cannot start.
        fact_names: the game's facts, in order.
    """

    source: str
    known: tuple[str, ...]
    names: tuple[str, ...]
    options: tuple[OptionCode, ...]
    needs: tuple[dict[str, int], ...]
    fact_names: tuple[str, ...]

    def __call__(self) -> Director:
        """The director. Raises `CodeRejected` when some code cannot be loaded."""
        return SkillDirector(Sandbox(), self)


class SkillDirector:
    """An `envs.rollout.joint.Director` made of model-written code.

    Args:
        sandbox: where the code runs.
        code: the policy over skills and the options; see `DirectorFactory`.

    Raises:
        CodeRejected: some code cannot be loaded; later, from every method, that it failed.
    """

    def __init__(self, sandbox: Sandbox, code: DirectorFactory) -> None:
        facts = code.fact_names
        self._choose = (
            TrainingPolicyFunction(sandbox, code.source, facts, code.known) if code.source else None
        )
        self._initiations = [InitiationFunction(sandbox, o.initiation, facts) for o in code.options]
        self._terminations = [TerminationFunction(sandbox, o.termination, facts) for o in code.options]
        self._names = code.names
        self._place = {name: i for i, name in enumerate(code.names)}
        self._word = {name: i for i, name in enumerate(code.known, start=1)}
        index = {name: i for i, name in enumerate(facts)}
        self._needs = [
            (np.array([index[fact] for fact in need], np.intp), np.array([*need.values()], np.int32))
            for need in code.needs
        ]

    def choose(
        self, start: NDArray[np.int32], facts: NDArray[np.int32], last: int, failures: int, draw: int
    ) -> int:
        """See `envs.rollout.joint.Director.choose`."""
        if self._choose is None:
            raise RuntimeError("skills that are practised alone are not chosen")
        word = self._word[self._names[last]] if last != EPISODE_OVER else 0
        for _ in range(MAX_UNTRAINED_CHOICES):
            numbers = (np.array([n], np.int32) for n in (word, failures, draw))
            (name,) = self._choose.batch(start[None], facts[None], *numbers)
            if not name or name in self._place:
                return self._place[name] if name else EPISODE_OVER
            failures = failures + 1 if word == self._word[name] else 1
            word = self._word[name]
        return EPISODE_OVER

    def may_start(self, skill: int, facts: NDArray[np.int32]) -> bool:
        """See `envs.rollout.joint.Director.may_start`."""
        columns, counts = self._needs[skill]
        return bool((facts[columns] >= counts).all() and self._initiations[skill].batch(facts[None])[0])

    def should_stop(
        self,
        skill: int,
        start: NDArray[np.int32],
        facts: NDArray[np.int32],
        steps: NDArray[np.int32],
    ) -> NDArray[np.bool_]:
        """See `envs.rollout.joint.Director.should_stop`."""
        return self._terminations[skill].batch(start, facts, steps)
