"""Attempts of a training as a judge sees them, and the checks of its verdicts."""

import numpy as np
import pytest

from agent.judges.attempts import AttemptJudgeFactory, JudgedAttempts
from agent.judges.spot_checks import SpotChecked
from envs.registry import game_spec
from envs.rollout.episode import Start
from envs.rollout.looking import Attempt, Look
from tests.agent.judges.saying import Says

TOY = game_spec("toy")
WOOD = TOY.fact_index["wood"]


def attempt(key: int = 1, *, wood: int = 0, over: bool = True, pictures: bool = False) -> Attempt:
    before = np.zeros(len(TOY.facts), np.int32)
    after = before.copy()
    after[WOOD] = wood
    picture = np.zeros((2, 2, 3), np.uint8) if pictures else None
    events = ((1, np.ones((2, 2, 3), np.uint8)),) if pictures else ()
    return Attempt(
        key=key, start=Start(b"s", 5), actions=(1, 2), before=before, after=after, over=over,
        first=picture, now=picture, events=events,
    )  # fmt: skip


def judged(judge, **task) -> JudgedAttempts:
    settings = {"truth": {"wood": 1}, "audit_share": 1.0, **task}
    factory = AttemptJudgeFactory(
        open_judge=lambda: judge, game="toy", skill="chop", claim="a log was cut", **settings
    )
    return factory()


@pytest.mark.parametrize(
    ("outcome", "look"), [("done", Look.DONE), ("not_done", Look.NOT_DONE), ("unclear", Look.UNCLEAR)]
)
def test_verdicts_are_looks(outcome, look):
    assert judged(Says(outcome)).look([attempt()]) == [look]


def test_disagreement_is_a_contest_and_is_noted():
    attempts = judged(SpotChecked(Says("done"), Says("not_done", "second"), 1.0))
    assert attempts.look([attempt()]) == [Look.CONTESTED]
    (audit,) = attempts.audits()
    assert (audit.look, audit.truth) == (Look.CONTESTED, None)


def test_the_judge_is_told_the_claim_and_never_what_facts_would_bring():
    judge = Says("done")
    judged(judge).look([attempt(7, wood=2, over=False)])
    (task,) = judge.asked
    assert (task.task, task.claim, dict(task.obtains)) == ("chop", "a log was cut", {})
    assert (task.key, task.over, task.before["wood"], task.after["wood"]) == (7, False, 0, 2)


def test_pictures_come_with_their_steps():
    judge = Says("done")
    judge.wants_frames = True
    attempts = judged(judge)
    assert attempts.picture_size == TOY.judged_size
    attempts.look([attempt(pictures=True)])
    (task,) = judge.asked
    assert (len(task.frames), task.frame_steps, task.course_seen) == (2, (0, 2), True)
    assert [event.step for event in task.event_frames] == [1]


def test_no_pictures_are_drawn_for_a_judge_that_wants_none():
    assert judged(Says("done")).picture_size is None


def test_done_is_checked_with_facts_and_told_once():
    attempts = judged(Says("done"))
    attempts.look([attempt(1, wood=1), attempt(2)])
    audits = attempts.audits()
    assert [(audit.key, audit.truth, audit.start.origin, audit.actions) for audit in audits] == [
        (1, True, 5, (1, 2)),
        (2, False, 5, (1, 2)),
    ]
    assert attempts.audits() == []


@pytest.mark.parametrize("task", [{"truth": {}}, {"audit_share": 0.0}])
def test_nothing_is_checked_where_no_facts_are_or_none_are_asked(task):
    attempts = judged(Says("done"), **task)
    attempts.look([attempt()])
    assert attempts.audits() == []


def test_a_share_is_checked():
    attempts = judged(Says("done"), audit_share=0.05)
    attempts.look([attempt(key) for key in range(1, 1_000)])
    assert 25 < len(attempts.audits()) < 80
