"""Rewards, initiations, terminations, guards and shields that a model wrote, each with its type."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.errors import did_you_mean
from envs.facts import Facts
from envs.text import brief, listed
from skills.code.fact_function import FactFunction
from skills.code.returned import ARE_LISTS_OF_TEXTS
from skills.code.sandbox import Sandbox

NO_PLAN = 999
"""Remaining steps that a guard is told without a plan, and the most that it is told with one."""


REWARD_LIMIT = 10.0
"""Rewards are clipped to plus or minus this."""


SHOWN_NAMES = 900
"""Characters of the names that a function may return, in messages."""


class RewardFunction(FactFunction[float]):
    """``def reward(before, after) -> float``; an empty source gives 0 everywhere."""

    ENTRY = "reward"
    PARAMETERS = ("before", "after")

    def _value(self, result: Any) -> float:
        if type(result) not in (int, float, bool):
            raise ValueError("it must return a number")
        try:
            value = float(result)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise ValueError("it must return a finite number")
        return value

    def batch(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.float32]:
        """Rewards of transitions.

        Args:
            before: facts before each step, ``int32[n, facts]`` in the order of the vocabulary.
            after: facts after it, ``int32[n, facts]``.

        Returns:
            ``float32[n]``, clipped to plus or minus `REWARD_LIMIT`.

        Raises:
            CodeRejected: the code failed or returned something that is no finite number.
        """
        if self.empty:
            return np.zeros(len(before), np.float32)
        values = np.array(self._evaluate(self._rows((before, after))), np.float64)
        return np.clip(values, -REWARD_LIMIT, REWARD_LIMIT).astype(np.float32)

    def raw(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.float64]:
        """As `batch`, but computed afresh for every row and not clipped: ``float64[n]``."""
        if self.empty:
            return np.zeros(len(before))
        return np.array(self._compute(self._rows((before, after))), np.float64)

    def written_call(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> str:
        """The call for one transition as text, with the facts it reads, for messages."""
        if self.empty:
            return "reward()"
        return self._written_call(self._rows((before[None], after[None]))[0].tolist())


class _YesNoFunction(FactFunction[bool]):
    def _value(self, result: Any) -> bool:
        if type(result) not in (bool, int):
            raise ValueError("it must return True or False (on every path)")
        return bool(result)

    def _answers(self, arguments: Sequence[NDArray[np.int32]], fresh: bool) -> NDArray[np.bool_]:
        rows = self._rows(arguments)
        values = self._compute(rows) if fresh else self._memo.results(rows, self._compute_told_apart)
        return np.array(values, np.bool_)


class InitiationFunction(_YesNoFunction):
    """``def initiation(facts) -> bool``: whether the skill can start; an empty source is always True."""

    ENTRY = "initiation"
    PARAMETERS = ("facts",)

    def batch(self, facts: NDArray[np.int32], *, fresh: bool = False) -> NDArray[np.bool_]:
        """For ``int32[n, facts]`` the answers ``bool[n]``; `fresh` computes all of them again."""
        if self.empty:
            return np.ones(len(facts), np.bool_)
        return self._answers((facts,), fresh)

    def one(self, facts: Facts) -> bool:
        """For a single state; facts that are left out count as 0."""
        return True if self.empty else self._evaluate_one((facts,))


class TerminationFunction(_YesNoFunction):
    """``def termination(start, facts, steps) -> bool``: whether to stop; an empty source is never.

    ``start`` are the facts when the skill began, ``steps`` the environment steps since.
    """

    ENTRY = "termination"
    PARAMETERS = ("start", "facts", "steps")

    def batch(
        self,
        start: NDArray[np.int32],
        facts: NDArray[np.int32],
        steps: NDArray[np.int32],
        *,
        fresh: bool = False,
    ) -> NDArray[np.bool_]:
        """For ``int32[n, facts]`` twice and ``int32[n]`` the answers ``bool[n]``."""
        if self.empty:
            return np.zeros(len(facts), np.bool_)
        return self._answers((start, facts, steps), fresh)

    def one(self, start: Facts, facts: Facts, steps: int) -> bool:
        """For a single state; facts that are left out count as 0."""
        return False if self.empty else self._evaluate_one((start, facts, steps))


class GuardFunction(FactFunction[str]):
    """``def guard(facts, remaining) -> str``: the skill that must pre-empt now; ``""`` or None for none.

    ``remaining`` are the environment steps that the plan is expected to take from here, at most `NO_PLAN`.
    """

    ENTRY = "guard"
    PARAMETERS = ("facts", "remaining")

    def __init__(
        self, sandbox: Sandbox, source: str, fact_names: Sequence[str], allowed: Collection[str]
    ) -> None:
        """As `FactFunction`; `allowed` are the names of the skills that it may return."""
        self._allowed = frozenset(allowed)
        super().__init__(sandbox, source, fact_names)

    def _value(self, result: Any) -> str:
        if result is None or result == "":
            return ""
        if not isinstance(result, str):
            raise ValueError("it must return the name of a skill, or '' for none")
        if result not in self._allowed:
            known = listed(sorted(self._allowed), SHOWN_NAMES) or "none at all"
            hint = did_you_mean(result, sorted(self._allowed))
            raise ValueError(f"no such skill{hint}; it may return: {known}")
        return result

    def one(self, facts: Facts, remaining: int = NO_PLAN) -> str:
        """For a single state; facts that are left out count as 0."""
        return "" if self.empty else self._evaluate_one((facts, remaining))


class ShieldFunction(FactFunction[tuple[str, ...]]):
    """``def shield(facts) -> list[str]``: the actions that must not be taken now; none for an empty source.

    Source of the idea: Alshiekh et al. 2018, "Safe reinforcement learning via shielding".
    """

    ENTRY = "shield"
    PARAMETERS = ("facts",)
    EXPECTED = ARE_LISTS_OF_TEXTS

    def __init__(
        self, sandbox: Sandbox, source: str, fact_names: Sequence[str], actions: Sequence[str]
    ) -> None:
        """As `FactFunction`; `actions` are those of the game."""
        self._actions = tuple(actions)
        super().__init__(sandbox, source, fact_names)

    def _value(self, result: Any) -> tuple[str, ...]:
        if not isinstance(result, list | tuple) or not all(isinstance(name, str) for name in result):
            raise ValueError("it must return a list of names of actions, [] for none")
        for name in result:
            if name not in self._actions:
                hint, known = did_you_mean(name, self._actions), listed(self._actions, SHOWN_NAMES)
                raise ValueError(f"no such action: {brief(name)}{hint}; the actions are: {known}")
        if len(set(result)) == len(self._actions):
            raise ValueError("it must leave at least one action")
        return tuple(dict.fromkeys(result))  # results are remembered, however often one names an action

    def one(self, facts: Facts) -> tuple[str, ...]:
        """For a single state; facts that are left out count as 0."""
        return () if self.empty else self._evaluate_one((facts,))
