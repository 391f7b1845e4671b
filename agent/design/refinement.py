"""Rounds in which a model repairs its code, until an executed test accepts it.

Source of the idea: MaestroMotif (Klissarov et al. 2025), where code is refined on a unit test in up to three
rounds; there the model's own "yes" ends them, here assertions on what was executed do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agent.llm.asking import Asked
from agent.llm.errors import NoRecordedAnswer, ReplyInvalid
from agent.llm.replies import Reply
from envs.text import plain

R = TypeVar("R", bound=Reply)

REPAIR_ROUNDS = 3
"""Times that a model may repair its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why code is not accepted: what is wrong, and the simulated run in which that came up."""

    problems: tuple[str, ...]
    trace: str = "(it was not run)"

    @property
    def listed(self) -> str:
        """The problems for a model to read, one a line."""
        return "\n".join(f"- {problem}" for problem in self.problems)


SHOWN_PROBLEMS = 1_500
"""Characters of the problems that an error for people lists."""

OnRound = Callable[[int, Finding | None], None]
"""Called after every round with its number, from 1, and what was wrong; None for nothing."""

Refusal = Callable[[str, NoRecordedAnswer | None], Exception]
"""The error for code that was not accepted, by its last problems: no round is left, or no repair recorded."""


def code_text(*sources: str) -> str:
    """Pieces of code as a model is shown them."""
    return "\n\n".join(source.strip() for source in sources)


def refine(
    asked: Asked[R],
    test: Callable[[R], Finding | None],
    ask_again: Callable[[R, Finding], Asked[R]],
    refusal: Refusal,
    on_round: OnRound = lambda number, finding: None,
) -> Asked[R]:
    """Test a reply; have it repaired as long as the test finds something, `REPAIR_ROUNDS` times at most.

    Args:
        asked: the first reply.
        test: executes it; says what is wrong, or None.
        ask_again: shows the model a reply and what is wrong with it.
        refusal: makes the error that is raised when none was accepted, such as `reply_invalid`.
        on_round: called after every round.

    Returns:
        The first reply that the test accepts.

    Raises:
        Exception: what `refusal` makes, and what `test` raises.
        LLMError: no usable answer.
    """
    number = 0
    while True:
        number += 1
        finding = test(asked.reply)
        on_round(number, finding)
        if finding is None:
            return asked
        problems = plain("; ".join(finding.problems), SHOWN_PROBLEMS)
        if number > REPAIR_ROUNDS:
            raise refusal(problems, None)
        try:
            asked = ask_again(asked.reply, finding)
        except NoRecordedAnswer as missing:
            raise refusal(problems, missing) from missing


def reply_invalid(what: str) -> Refusal:
    """Refusals that are `ReplyInvalid`; `what` says what was written, for the message."""

    def refusal(problems: str, missing: NoRecordedAnswer | None) -> ReplyInvalid:
        if missing is None:
            return ReplyInvalid(
                f"{what} was not accepted, {REPAIR_ROUNDS} repaired versions included; "
                f"of the last one: {problems}. Try another model, or make the prompt clearer"
            )
        return ReplyInvalid(
            f"{what} was rejected when it was tried out: {problems}. And there is no repaired one: {missing}"
        )

    return refusal
