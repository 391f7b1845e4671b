"""Policies over skills as model-written code, with their simulations and checks."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.errors import did_you_mean
from envs.facts import Facts
from envs.text import brief, listed, plain
from skills.code.fact_function import FactFunction
from skills.code.functions import SHOWN_NAMES
from skills.code.sandbox import Sandbox
from skills.code.source_check import check_fact_names, check_source, facts_read, unknown_names
from skills.code.syntax_tree import parse
from skills.errors import CodeRejected

POLICY_DONE = ""
"""What a policy over skills returns when the task is done or nothing more can be done for it."""

MAX_FAILURES = 99
"""Largest number of failures in a row that a policy over skills is told."""

SIMULATE = ("facts", "skill", "turn")
CHECK = ("trace",)

LARGEST_FACT = 2**31 - 1
"""Largest value of a fact, plus or minus."""

SHOWN_COMPLAINTS = 5
"""Complaints of a check that are shown."""

SHOWN_COMPLAINT = 300
"""Characters of each."""


class _NamesSkills(FactFunction[str]):
    """A function that names the next skill.

    Attributes:
        words: ``""`` and the skills, in the order of the integers that stand for ``last``.
    """

    ENTRY = "choose"

    def __init__(
        self, sandbox: Sandbox, source: str, fact_names: Sequence[str], skills: Sequence[str]
    ) -> None:
        """As `FactFunction`; `skills` are the names that it may return.

        Raises:
            CodeRejected: as `FactFunction`, or there is no code at all.
        """
        self.words = (POLICY_DONE, *skills)
        self._place = {name: i for i, name in enumerate(self.words)}
        if not source.strip():
            raise CodeRejected(
                f"{self.ENTRY}: there is no code; write def {self.ENTRY}({', '.join(self.PARAMETERS)})"
            )
        check_helpers(source, self.ENTRY, self.PARAMETERS, fact_names)
        super().__init__(sandbox, source, fact_names)

    def _value(self, result: Any) -> str:
        if result is None or result == POLICY_DONE:
            return POLICY_DONE
        if not isinstance(result, str):
            raise ValueError("it must return the name of a skill, or '' when it is done")
        if result not in self._place:
            hint = did_you_mean(result, self.words[1:])
            known = listed(self.words[1:], SHOWN_NAMES) or "none"
            raise ValueError(f"no such skill{hint}; it may return: {known}")
        return result


class PolicyOverSkillsFunction(_NamesSkills):
    """``def choose(start, facts, last, failures) -> str``: the skill to execute next; ``""`` when done.

    ``start`` are the facts when the task began, ``facts`` the facts now, ``last`` the skill executed just
    before (``""`` at first), ``failures`` how often in a row that skill has just failed.
    """

    PARAMETERS = ("start", "facts", "last", "failures")

    def one(self, start: Facts, facts: Facts, last: str = POLICY_DONE, failures: int = 0) -> str:
        """For a single state; facts that are left out count as 0.

        A `last` that is none of its skills (one that a watchdog ran) is passed as ``""``.

        Raises:
            CodeRejected: the code failed, or returned something that is no skill.
        """
        place = self._place.get(last, 0)
        failures = min(failures, MAX_FAILURES) if place else 0
        return self._told((start, facts, place, failures), self._compute)


class TrainingPolicyFunction(_NamesSkills):
    """``def choose(start, facts, last, failures, draw) -> str``: the skill to practise next in an episode.

    As `PolicyOverSkillsFunction`, with ``draw``, a whole number that is drawn once per episode, for what
    should differ between episodes. ``""`` ends the episode.
    """

    PARAMETERS = ("start", "facts", "last", "failures", "draw")

    def one(self, start: Facts, facts: Facts, last: str, failures: int, draw: int) -> str:
        """For a single state; facts that are left out count as 0.

        Raises:
            CodeRejected: the code failed, or returned something that is no skill.
        """
        place = self._place.get(last, 0)
        return self._told((start, facts, place, min(failures, MAX_FAILURES), draw), self._compute)

    def batch(
        self,
        start: NDArray[np.int32],
        facts: NDArray[np.int32],
        last: NDArray[np.int32],
        failures: NDArray[np.int32],
        draw: NDArray[np.int32],
    ) -> list[str]:
        """The names for many states at once.

        Args:
            start: facts when each episode began, ``int32[n, facts]``.
            facts: facts now, ``int32[n, facts]``.
            last: places in `words` of the skills executed last, ``int32[n]``.
            failures: how often in a row these have just failed, ``int32[n]``.
            draw: the episodes' numbers, ``int32[n]``.

        Raises:
            CodeRejected: the code failed, or returned something that is no skill.
        """
        return self._evaluate(self._rows((start, facts, last, np.minimum(failures, MAX_FAILURES), draw)))


class SimulateFunction:
    """``def simulate(facts, skill, turn) -> dict``: what a success of a skill changes, as a model believes.

    It returns new values of some facts. ``turn`` is a whole number that differs between executions, for
    random effects.
    """

    PARAMETERS: tuple[str, ...] = SIMULATE

    def __init__(self, sandbox: Sandbox, source: str, fact_names: Sequence[str]) -> None:
        """Check and load `source`. Raises `CodeRejected`."""
        check_helpers(source, "simulate", self.PARAMETERS, fact_names)
        self._names = dict.fromkeys(fact_names)
        self._call = sandbox.load(source, "simulate", self.PARAMETERS)

    def one(self, facts: Facts, skill: str, turn: int) -> dict[str, int]:
        """The facts that change, with their new values. Raises `CodeRejected`."""
        return self._changes(self._call(dict(facts), skill, turn), f"simulate(facts, {brief(skill)}, {turn})")

    def _changes(self, result: Any, call: str) -> dict[str, int]:
        if not isinstance(result, dict) or not all(type(value) in (int, bool) for value in result.values()):
            raise CodeRejected(
                f"{call} returned {brief(result)}; it must return a "
                "dictionary of new values, whole numbers by the name of a fact"
            )
        return checked_facts(result, call, self._names)


class SimulateStepFunction(SimulateFunction):
    """``def simulate(facts, step, turn) -> dict``: what one more step of a good attempt changes."""

    PARAMETERS = ("facts", "step", "turn")

    def step(self, facts: Facts, step: int, turn: int) -> dict[str, int]:
        """The facts that change, with their new values. Raises `CodeRejected`."""
        return self._changes(self._call(dict(facts), step, turn), f"simulate(facts, {step}, {turn})")


class TraceCheck:
    """``def check(trace) -> list[str]``: what is wrong with a simulated run; an empty list for nothing.

    ``trace`` is a list of dictionaries ``{"skill", "success", "facts"}``, one per execution, the facts being
    those after it; the first has ``"skill": ""`` and the facts at the start.
    """

    def __init__(self, sandbox: Sandbox, source: str) -> None:
        """Check and load `source`. Raises `CodeRejected`."""
        self._call = sandbox.load(source, "check", CHECK)

    def one(self, trace: Sequence[Mapping[str, Any]]) -> list[str]:
        """The complaints. Raises `CodeRejected`."""
        result = self._call([dict(step) for step in trace])
        if not isinstance(result, list) or not all(isinstance(text, str) for text in result):
            raise CodeRejected(
                f"check(trace) returned {brief(result)}; it must return a list of texts, [] for none"
            )
        return [plain(text, SHOWN_COMPLAINT) for text in result[:SHOWN_COMPLAINTS]]


def check_helpers(source: str, entry: str, parameters: Sequence[str], fact_names: Sequence[str]) -> None:
    """Check the facts that all functions in `source` read, those that `entry` calls included.

    Parameters named ``facts`` or ``start`` are facts in all functions.

    Raises:
        CodeRejected: as `skills.code.source_check.check_source`, or a fact that the game does not have.
    """
    check_source(source, entry, parameters)
    for function in parse(source, entry).body:
        if isinstance(function, ast.FunctionDef):
            for i, argument in enumerate([*function.args.posonlyargs, *function.args.args]):
                if argument.arg in ("facts", "start"):
                    read = facts_read(function, i, partly=True)
                    check_fact_names(function.name, read or (), fact_names)


def checked_facts(changes: Mapping[Any, int], where: str, names: Collection[str]) -> dict[str, int]:
    """New values of facts, as numbers that fit a game's facts.

    Args:
        changes: values by name, whole numbers or booleans.
        where: what returned them, for messages.
        names: the game's facts.

    Raises:
        CodeRejected: a name is no fact, or a value is too large.
    """
    if unknown := [name for name in changes if name not in names]:
        raise CodeRejected(f"{where}: the game has no fact {unknown_names(unknown, names)}")
    for name, value in changes.items():
        if abs(value) > LARGEST_FACT:
            raise CodeRejected(
                f"{where}: {name} is {brief(value)}; facts lie within plus or minus {LARGEST_FACT:,}"
            )
    return {name: int(value) for name, value in changes.items()}
