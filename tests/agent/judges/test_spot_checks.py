"""A second judge: how often it looks, and what becomes of verdicts that it does not share."""

import pytest

from agent.judges.spot_checks import CONTESTED, SpotChecked
from tests.agent.judges.saying import Says, Together, attempts


@pytest.mark.parametrize(
    ("second", "outcome"), [("done", "done"), ("not_done", "unclear"), ("unclear", "unclear")]
)
def test_done_needs_both(second, outcome):
    verdict = SpotChecked(Says("done"), Says(second, "second"), 1.0).judge(attempts(1)[0])
    assert verdict.outcome == outcome
    assert (verdict.judge == CONTESTED) == (outcome == "unclear")


def test_a_contested_verdict_names_both_judges_and_their_reasons():
    verdict = SpotChecked(Says("done"), Says("not_done", "second"), 1.0).judge(attempts(1)[0])
    assert verdict.reason == (
        "first says that it is done (told to say done), "
        "second says that it is not done (told to say not_done)"
    )


@pytest.mark.parametrize("outcome", ["not_done", "unclear"])
def test_nothing_but_done_is_checked(outcome):
    second = Says("done", "second")
    assert SpotChecked(Says(outcome), second, 1.0).judge(attempts(1)[0]).outcome == outcome
    assert second.asked == []


def test_a_share_of_the_attempts_is_checked_whenever_it_is_looked_at():
    second = Says("done", "second")
    judge = SpotChecked(Says("done"), second, 0.25, seed=3)
    judge.judge_many(attempts(1_000))
    checked = {task.key for task in second.asked}
    assert 200 < len(checked) < 300
    second.asked.clear()
    for task in attempts(1_000):
        judge.judge(task)
    assert {task.key for task in second.asked} == checked


def test_both_judges_take_attempts_together():
    first, second = Together("done"), Together("not_done", "second")
    assert len(SpotChecked(first, second, 1.0).judge_many(attempts(7))) == 7
    assert (first.calls, second.calls) == (1, 1)
