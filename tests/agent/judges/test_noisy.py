"""Errors made on purpose: each kind for itself, in the share asked for, the same at every look."""

import pytest

from agent.judges.noisy import NoisyJudge
from tests.agent.judges.saying import Says, Together, attempts

MANY = attempts(2_000)


def share(judge, outcome, tasks=MANY):
    return sum(judge.judge(task).outcome == outcome for task in tasks) / len(tasks)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_failures_are_called_done_as_often_as_asked_and_successes_are_left_alone(rate):
    assert share(NoisyJudge(Says("not_done"), rate, 0.0), "done") == pytest.approx(rate, abs=0.04)
    assert share(NoisyJudge(Says("done"), rate, 0.0), "done") == 1


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_successes_are_missed_as_often_as_asked_and_failures_are_left_alone(rate):
    assert share(NoisyJudge(Says("done"), 0.0, rate), "not_done") == pytest.approx(rate, abs=0.04)
    assert share(NoisyJudge(Says("not_done"), 0.0, rate), "not_done") == 1


def test_unclear_stays_unclear():
    assert share(NoisyJudge(Says("unclear"), 1.0, 1.0), "unclear") == 1


def test_an_attempt_that_goes_on_is_not_called_done_falsely_but_its_success_is_missed():
    going = attempts(50, over=False)
    assert share(NoisyJudge(Says("not_done"), 1.0, 0.0), "done", going) == 0
    assert share(NoisyJudge(Says("done"), 0.0, 1.0), "done", going) == 0


def test_every_look_at_an_attempt_errs_alike_and_another_seed_errs_elsewhere():
    judge = NoisyJudge(Says("done"), 0.0, 0.5, seed=1)
    first = [judge.judge(task).outcome for task in MANY[:50]]
    assert first == [judge.judge(task).outcome for task in MANY[:50]]
    assert first == [verdict.outcome for verdict in judge.judge_many(MANY[:50])]
    other = NoisyJudge(Says("done"), 0.0, 0.5, seed=2)
    assert first != [other.judge(task).outcome for task in MANY[:50]]


def test_attempts_are_put_to_the_judge_together():
    inner = Together("done")
    NoisyJudge(inner, 0.0, 0.0).judge_many(MANY[:9])
    assert inner.calls == 1


@pytest.mark.parametrize("shares", [(-0.1, 0.0), (0.0, 1.1)])
def test_shares_are_shares(shares):
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        NoisyJudge(Says("done"), *shares)
