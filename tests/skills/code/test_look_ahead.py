"""Functions asked about one state after the other: what is computed ahead changes no answer."""

from collections.abc import Iterator

import numpy as np
import pytest

from skills.code.functions import GuardFunction, TerminationFunction
from skills.code.look_ahead import ROWS_AHEAD, LookAhead
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

NAMES = ["clock", "health"]
PATIENT = "def termination(start, facts, steps):\n    return steps // 30 >= 1 or facts['health'] < 3\n"
PICKY = """
def guard(facts, remaining):
    if facts['clock'] == 7:
        return 'nobody'
    return 'rest' if facts['clock'] % 2 else ''
"""


class CountingSandbox(Sandbox):
    calls = 0

    def run_unbounded(self, code, entry, inputs):  # type: ignore[no-untyped-def]
        CountingSandbox.calls += 1
        return super().run_unbounded(code, entry, inputs)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with CountingSandbox() as sandbox:
        yield sandbox


def test_answers_for_a_clock_are_those_of_single_calls_and_take_few_of_them(sandbox: Sandbox) -> None:
    termination = TerminationFunction(sandbox, PATIENT, NAMES)
    before = CountingSandbox.calls
    answers = [termination.one({}, {"health": 9 if steps != 20 else 2}, steps) for steps in range(60)]
    assert answers == [steps >= 30 or steps == 20 for steps in range(60)]
    assert CountingSandbox.calls - before <= 4  # the first two, the state at 20, and what lies behind it


def test_a_state_that_nobody_asked_about_rejects_nothing(sandbox: Sandbox) -> None:
    guard = GuardFunction(sandbox, PICKY, NAMES, ["rest"])
    assert [guard.one({"clock": clock}) for clock in range(7)] == ["", "rest", "", "rest", "", "rest", ""]
    with pytest.raises(CodeRejected, match="no such skill"):
        guard.one({"clock": 7})
    assert guard.one({"clock": 9}) == "rest"


def test_what_is_only_compared_is_no_clock() -> None:
    ahead = LookAhead([1])
    rows = [np.array([row], np.int32) for row in ([1, 5], [2, 5], [3, 5], [9, 6])]
    assert [len(ahead.rows(row)) for row in rows] == [1, 1, 1, ROWS_AHEAD]


def test_only_what_rises_alone_is_a_clock() -> None:
    ahead = LookAhead([0, 1])
    rows = [np.array([row], np.int32) for row in ([1, 5], [2, 6], [2, 5], [3, 5], [9, 0])]
    shapes = [ahead.rows(row).shape for row in rows]
    assert shapes == [(1, 2), (1, 2), (1, 2), (ROWS_AHEAD, 2), (ROWS_AHEAD, 2)]
    np.testing.assert_array_equal(ahead.rows(rows[4])[:3], [[9, 0], [10, 0], [11, 0]])
    ahead.give_up()
    assert ahead.rows(rows[0]).shape == (1, 2)
