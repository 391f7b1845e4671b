"""The facts judge: three outcomes, each with its reason."""

import pytest

from envs.facts import EndStatus
from planners.execution.judge import FactsJudge, JudgeTask

KINDS = {"wood": "count", "near.table": "place", "did.eat": "event", "food": "level"}


def judge(obtains, before, after, status=EndStatus.RUNNING):
    task = JudgeTask(task="skill", obtains=obtains, kinds=KINDS, before=before, after=after, status=status)
    return FactsJudge().judge(task)


@pytest.mark.parametrize(
    ("obtains", "before", "after", "outcome", "reason"),
    [
        ({"wood": 2}, {"wood": 1}, {"wood": 3}, "done", "wood=2 reached"),
        ({"wood": 2}, {"wood": 1}, {"wood": 2}, "not_done", "wood rose by 1, expected 2"),
        ({"wood": 1}, {"wood": 5}, {"wood": 5}, "not_done", "wood rose by 0, expected 1"),
        ({"near.table": 1}, {"near.table": 1}, {"near.table": 1}, "done", "near.table=1 reached"),
        ({"food": 6}, {"food": 2}, {"food": 5}, "not_done", "food is 5, expected 6"),
        ({"food": 6, "did.eat": 1}, {"food": 2, "did.eat": 1}, {"food": 5, "did.eat": 1}, "not_done",
         "food is 5, expected 6; did.eat rose by 0, expected 1"),
    ],
)  # fmt: skip
def test_facts_decide(obtains, before, after, outcome, reason):
    verdict = judge(obtains, before, after)
    assert (verdict.outcome, verdict.reason, verdict.judge) == (outcome, reason, "facts")
    assert verdict.confidence == 1.0


def test_what_cannot_be_judged_is_unclear():
    before, after = {"wood": 0}, {"wood": 1}
    aborted = judge({"wood": 1}, before, after, EndStatus.ABORTED)
    assert (aborted.outcome, aborted.reason) == ("unclear", "the episode was aborted")
    unknown = judge({"wood": 1, "gold": 1, "silk": 1}, before, after)
    assert (unknown.outcome, unknown.reason) == ("unclear", "the game does not report gold, silk")
    empty = judge({}, before, after)
    assert (empty.outcome, empty.reason) == ("unclear", "nothing is known that skill brings")
    assert aborted.success is unknown.success is empty.success is None


def test_the_end_of_an_episode():
    before, same, more = {"wood": 0}, {"wood": 0}, {"wood": 1}
    assert judge({"wood": 1}, before, more, EndStatus.TIME_LIMIT).outcome == "done"
    cut = judge({"wood": 1}, before, same, EndStatus.TIME_LIMIT)
    assert (cut.outcome, cut.reason) == ("unclear", "cut off by the time limit; wood rose by 0, expected 1")
    dead = judge({"wood": 1}, before, same, EndStatus.DEATH)
    assert (dead.outcome, dead.reason) == ("not_done", "the player died; wood rose by 0, expected 1")
    assert judge({"wood": 1}, before, more, EndStatus.DEATH).outcome == "done"
