"""Which admitted skills may start in a situation, by what is believed of them and by their own code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agent.practice.roster import Roster
from agent.practice.session import Session
from envs.facts import Facts
from planners.execution.chain import nothing_left
from skills.chains.parts import DEEPEST, chain_problems, depth, parts_of
from skills.code.functions import InitiationFunction
from skills.errors import CodeRejected
from skills.skill import lacking


class Executable:
    """Looks for skills that may start.

    Args:
        session: the session.
        roster: the admitted skills.
    """

    def __init__(self, session: Session, roster: Roster) -> None:
        self._session, self._roster = session, roster
        self._initiations: dict[str, InitiationFunction] = {}

    def names(self, facts: Facts) -> list[str]:
        """Skills that may start here and have something left to do, sorted; chains among them."""
        return [name for name in sorted(self._roster.skills) if self.may_start(name, facts)]

    def may_start(self, name: str, facts: Facts) -> bool:
        """Whether a skill has what it needs, its initiation holds, and it is not done already."""
        graph, parts = self._session.graph, parts_of(self._roster.skills)
        if name not in graph or not graph.available(name) or any(chain_problems(name, parts)):
            return False
        if depth(name, parts) >= DEEPEST:
            return False
        belief = graph.belief(name)
        if lacking(belief.needs, facts) or nothing_left(belief.obtains, graph.kinds, graph.highs, facts):
            return False
        try:
            return bool(self._initiation(name).one(facts))
        except CodeRejected:
            return False

    def _initiation(self, name: str) -> InitiationFunction:
        if name not in self._initiations:
            source = self._roster.skills[name].option.initiation
            session = self._session
            self._initiations[name] = InitiationFunction(session.sandbox, source, session.fact_names)
        return self._initiations[name]

    def row(self, facts: Facts) -> NDArray[np.int32]:
        """Facts as the bank keeps them: int32[F]."""
        return np.array([facts[name] for name in self._session.fact_names], np.int32)
