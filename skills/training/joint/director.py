"""What directs joint practice: a policy over skills and the skills' options, as code in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.rollout.joint import EPISODE_OVER, Director
from skills.code.functions import InitiationFunction, TerminationFunction
from skills.code.policy_code import TrainingPolicyFunction
from skills.code.sandbox import Sandbox
from skills.skill import OptionCode

PASSES = 12
"""Names in a row of skills that are not practised; then the episode is over."""


class SkillDirector:
    """An `envs.rollout.joint.Director` made of model-written code.

    Args:
        sandbox: where the code runs.
        source: ``def choose(start, facts, last, failures, draw)``; empty where skills are practised alone.
        known: the names that it may return; one that is not practised fails at once.
        names: the skills that are practised, in the order of the task.
        options: their initiations and terminations, likewise.
        needs: facts with counts without which a skill cannot start, likewise.
        fact_names: the game's facts, in order.

    Raises:
        CodeRejected: some code cannot be loaded; later, from every method, that it failed.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        source: str,
        known: Sequence[str],
        names: Sequence[str],
        options: Sequence[OptionCode],
        needs: Sequence[dict[str, int]],
        fact_names: Sequence[str],
    ) -> None:
        self._choose = TrainingPolicyFunction(sandbox, source, fact_names, known) if source else None
        self._initiations = [InitiationFunction(sandbox, code.initiation, fact_names) for code in options]
        self._terminations = [TerminationFunction(sandbox, code.termination, fact_names) for code in options]
        self._names = tuple(names)
        self._place = {name: i for i, name in enumerate(names)}
        self._word = {name: i for i, name in enumerate(known, start=1)}
        index = {name: i for i, name in enumerate(fact_names)}
        self._needs = [
            (np.array([index[fact] for fact in need], np.intp), np.array([*need.values()], np.int32))
            for need in needs
        ]

    def choose(
        self, start: NDArray[np.int32], facts: NDArray[np.int32], last: int, failures: int, draw: int
    ) -> int:
        """See `envs.rollout.joint.Director.choose`."""
        if self._choose is None:
            raise RuntimeError("skills that are practised alone are not chosen")
        word = self._word[self._names[last]] if last != EPISODE_OVER else 0
        for _ in range(PASSES):
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


@dataclass(frozen=True, slots=True)
class DirectorFactory:
    """Builds a `SkillDirector` where it is used, with a sandbox of its own; picklable. See there."""

    source: str
    known: tuple[str, ...]
    names: tuple[str, ...]
    options: tuple[OptionCode, ...]
    needs: tuple[dict[str, int], ...]
    fact_names: tuple[str, ...]

    def __call__(self) -> Director:
        """The director."""
        return SkillDirector(
            Sandbox(), self.source, self.known, self.names, self.options, self.needs, self.fact_names
        )
