"""Rounds in which a model puts its code right: an executed test decides, and shows what came of it.

Source of the idea: MaestroMotif (Klissarov et al. 2025), where code is refined on a unit test in up to three
rounds; there the model's own "yes" ends them, here assertions on what was executed do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from agent.design.rehearsal import Finding
from agent.llm.asking import Asked
from agent.llm.errors import NoRecordedAnswer, ReplyInvalid
from agent.llm.replies import Reply

R = TypeVar("R", bound=Reply)

ROUNDS = 3
"""Times that a model may put its code right after it was tried out."""

OnRound = Callable[[int, Finding | None], None]
"""Called after every round with its number, from 1, and what was wrong; None for nothing."""


def refine(
    what: str,
    asked: Asked[R],
    test: Callable[[R], Finding | None],
    ask_again: Callable[[R, Finding], Asked[R]],
    on_round: OnRound = lambda number, finding: None,
) -> Asked[R]:
    """Test a reply; have it put right as long as the test finds something, `ROUNDS` times at most.

    Args:
        what: what is written, for messages.
        asked: the first reply.
        test: executes it; says what is wrong, or None.
        ask_again: shows the model a reply and what is wrong with it.
        on_round: who is to know.

    Returns:
        The first reply that the test accepts.

    Raises:
        ReplyInvalid: none was accepted, or nothing is recorded of how to put it right.
        LLMError: no usable answer.
    """
    number = 0
    while True:
        number += 1
        finding = test(asked.reply)
        on_round(number, finding)
        if finding is None:
            return asked
        problems = "; ".join(finding.problems)
        if number > ROUNDS:
            raise ReplyInvalid(
                f"{what} was not accepted, {ROUNDS} repaired versions included; of the last one: {problems}. "
                "Try another model, or make the prompt clearer"
            )
        try:
            asked = ask_again(asked.reply, finding)
        except NoRecordedAnswer as missing:
            raise ReplyInvalid(
                f"{what} was rejected when it was tried out: {problems}. "
                f"And there is no repaired one: {missing}"
            ) from missing
