"""Model-written tests of options: situations and the expected answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from envs.facts import Facts
from envs.text import brief, listed, plain
from skills.code.policy_code import check_helpers, checked_facts
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

MAX_CASES = 20
"""Most situations of one test that are used."""

MAX_STEPS = 1_000_000
"""Most steps since an attempt began."""

SHOWN_REASON = 100
"""Characters of a situation in words."""

CASE_KEYS = ("why", "facts", "start", "steps", "initiation", "termination")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCase:
    """One situation.

    Attributes:
        why: the situation in words.
        start: the facts when the attempt began.
        facts: the facts now.
        steps: steps since.
        initiation: what initiation should say of `facts`; None where that is not tested.
        termination: what termination should say; None where that is not tested.
    """

    why: str
    start: Facts
    facts: Facts
    steps: int
    initiation: bool | None
    termination: bool | None


class CasesFunction:
    """``def cases(facts) -> list[dict]``; see ``agent/llm/prompts/option_test.md`` for the form."""

    def __init__(self, sandbox: Sandbox, source: str, fact_names: Sequence[str]) -> None:
        """Check and load `source`. Raises `CodeRejected`."""
        check_helpers(source, "cases", ("facts",), fact_names)
        self._names = dict.fromkeys(fact_names)
        self._call = sandbox.load(source, "cases", ("facts",))

    def one(self, facts: Facts) -> list[OptionCase]:
        """The situations, with all facts. Raises `CodeRejected`."""
        result = self._call(dict(facts))
        if not isinstance(result, list) or not result or not all(isinstance(case, dict) for case in result):
            raise CodeRejected(
                f"cases(facts) returned {brief(result)}; it must return a list of dictionaries"
            )
        return [self._case(number, case, facts) for number, case in enumerate(result[:MAX_CASES], start=1)]

    def _case(self, number: int, case: Mapping[Any, Any], facts: Facts) -> OptionCase:
        where = f"situation {number} of cases(facts)"
        if unknown := sorted(key if isinstance(key, str) else brief(key) for key in case.keys() - CASE_KEYS):
            raise CodeRejected(f"{where} has {listed(unknown)}; it may have: {', '.join(CASE_KEYS)}")
        expected = {name: case.get(name) for name in ("initiation", "termination")}
        if all(value is None for value in expected.values()):
            raise CodeRejected(f"{where} has neither 'initiation' nor 'termination'; it tests nothing")
        for name, value in expected.items():
            if value is not None and type(value) is not bool:
                raise CodeRejected(f"{where}: {name} is {brief(value, 50)}; it must be True or False")
        steps = case.get("steps", 0)
        if type(steps) is not int or not 0 <= steps <= MAX_STEPS:
            raise CodeRejected(
                f"{where}: steps is {brief(steps, 50)}; it must be a whole number from 0 to {MAX_STEPS:,}"
            )
        now = {**facts, **self._changes(where, case.get("facts", {}))}
        return OptionCase(
            why=_in_words(case.get("why", "")) or f"number {number}",
            start={**facts, **self._changes(where, case["start"])} if "start" in case else now,
            facts=now,
            steps=steps,
            initiation=expected["initiation"],
            termination=expected["termination"],
        )

    def _changes(self, where: str, changes: Any) -> dict[str, int]:
        if not isinstance(changes, dict) or not all(type(v) in (int, bool) for v in changes.values()):
            raise CodeRejected(f"{where}: {brief(changes, 100)} must be whole numbers by the name of a fact")
        return checked_facts(changes, where, self._names)


def _in_words(why: object) -> str:
    return plain(why, SHOWN_REASON) if isinstance(why, str) else brief(why, SHOWN_REASON)
