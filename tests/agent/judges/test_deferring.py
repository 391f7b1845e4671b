"""A judge keeps what it is unsure of, for somebody who is asked elsewhere."""

import pytest

from agent.judges.deferring import Deferring
from agent.judges.recipe import JudgeRecipe
from agent.judges.spot_checks import CONTESTED
from agent.testing.toy import SPEC
from planners.plan import Outcome
from tests.agent.judges.saying import Says, attempts


def test_an_attempt_that_ended_unclear_is_kept_once() -> None:
    judge = Deferring(Says("unclear"), frames=True, screens=False)
    (task,) = attempts(1)
    assert judge.judge(task).outcome == "unclear"
    assert judge.take("chop") is task
    assert judge.take("chop") is None


@pytest.mark.parametrize("outcome", ["done", "not_done"])
def test_what_is_clear_is_not_kept_and_takes_the_place_of_what_was(outcome: Outcome) -> None:
    inner = Says("unclear")
    judge = Deferring(inner, frames=True, screens=False)
    judge.judge(attempts(1)[0])
    inner.outcome = outcome
    judge.judge(attempts(1)[0])
    assert judge.take("chop") is None


def test_what_goes_on_is_not_kept_nor_what_is_contested_nor_another_skill() -> None:
    judge = Deferring(Says("unclear"), frames=True, screens=False)
    judge.judge(attempts(1, over=False)[0])
    assert judge.take("chop") is None
    judge.judge(attempts(1)[0])
    assert judge.take("swim") is None
    contested = Deferring(Says("unclear", CONTESTED), frames=True, screens=False)
    contested.judge(attempts(1)[0])
    assert contested.take("chop") is None


def test_attempts_come_with_what_is_wanted_later() -> None:
    assert not JudgeRecipe().make(SPEC).wants_frames
    judge = JudgeRecipe(later_frames=True).make(SPEC)
    assert (judge.wants_frames, judge.wants_screens, judge.name) == (True, False, "nobody")
    assert JudgeRecipe(later_screens=True).make(SPEC).wants_screens
