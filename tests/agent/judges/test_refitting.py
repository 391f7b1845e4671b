"""What fooled a judge: rebuilt to the pixel, and enough no more."""

import base64
import zlib
from dataclasses import replace

import numpy as np

from agent.judges.refitting import MARGIN, Refitted, refit
from envs.registry import game_spec, make_game
from planners.plan import Verdict
from tests.agent.judges.saying import Says, Together, attempts

TOY = game_spec("toy")


class Sure(Says):
    """Is as sure as there are steps in the attempt, in hundredths."""

    def judge(self, task):
        self.asked.append(task)
        return Verdict(outcome="done", reason="so", judge="sure", confidence=task.frame_steps[-1] / 100)


def negative(actions, *, snapshot=b"", seed=3, skill="chop"):
    packed = base64.b64encode(zlib.compress(snapshot)).decode()
    return {"skill": skill, "claim": "cut", "seed": seed, "snapshot": packed, "actions": actions}


def test_the_bar_is_above_the_surest_false_verdict():
    learned = refit(TOY, Sure("done"), [negative([0] * 3), negative([0] * 7)])
    assert (learned.bar, learned.head, learned.negatives) == (0.07 + MARGIN, None, 2)


def test_what_the_judge_does_not_call_done_again_raises_nothing():
    assert refit(TOY, Says("not_done"), [negative([0])]).bar == 0


class Sees(Sure):
    """Is always as sure, and sees how long an attempt took."""

    def judge(self, task):
        return Verdict(outcome="done", reason="so", judge="sees", confidence=0.97)

    def features(self, task):
        return np.array([task.frame_steps[-1], 1.0])


def test_a_head_learns_from_checked_attempts_and_weighs_every_verdict_of_its_skill():
    short = [negative([0] * (2 + i % 3), seed=i) for i in range(10)]
    long = [negative([0] * (9 + i % 3), seed=20 + i) | {"holds": True} for i in range(10)]
    learned = refit(TOY, Sees("done"), [*short, *long])
    assert learned.head is not None
    assert (learned.negatives, learned.positives, learned.head.kept) == (10, 10, 1.0)
    again = refit(TOY, Sees("done"), [*short, *long])
    assert again == learned
    judge = Refitted(Sees("done"), {"chop": 0.99}, {"chop": learned.head})
    early, late = (replace(task, frame_steps=(0, n)) for task, n in zip(attempts(2), (3, 10), strict=True))
    assert judge.judge(late).outcome == "done"  # the head decides, not the bar
    verdict = judge.judge(early)
    assert verdict.outcome == "unclear"
    assert "it looks like failures that the judge was fooled by" in verdict.reason


def test_where_nothing_is_seen_a_head_leaves_nothing_done():
    short = [negative([0] * 2, seed=i) for i in range(6)]
    long = [negative([0] * 9, seed=20 + i) | {"holds": True} for i in range(6)]
    head = refit(TOY, Sees("done"), [*short, *long]).head
    (task,) = attempts(1)
    assert Refitted(Says("done"), {}, {"chop": head}).judge(task).outcome == "unclear"
    assert Refitted(Says("done"), {}, {"dig": head}).judge(task).outcome == "done"


def test_attempts_are_rebuilt_as_they_were():
    game = make_game("toy")
    game.reset(3)
    fresh = game.frame(TOY.judged_size)
    for action in (1, 2, 0):
        game.step(action)
    saved, midst = game.snapshot(), game.frame(TOY.judged_size)
    game.step(1)
    end, facts = game.frame(TOY.judged_size), game.facts()
    game.close()
    judge = Sure("done")
    refit(TOY, judge, [negative([1, 2, 0, 1]), negative([1], snapshot=saved)])
    from_seed, from_state = judge.asked
    assert np.array_equal(from_seed.frames[0], fresh) and np.array_equal(from_seed.frames[1], end)
    assert np.array_equal(from_state.frames[0], midst) and np.array_equal(from_state.frames[1], end)
    assert from_seed.after == from_state.after == facts


def test_a_stricter_judge_is_strict_only_about_done_and_only_for_its_skills():
    (task,) = attempts(1)
    assert Refitted(Says("done"), {"chop": 0.9}).judge(task).outcome == "done"  # its confidence is 1
    assert Refitted(Says("done"), {"chop": 1.1}).judge(task).outcome == "unclear"
    assert Refitted(Says("done"), {"dig": 1.1}).judge(task).outcome == "done"
    assert Refitted(Says("not_done"), {"chop": 1.1}).judge(task).outcome == "not_done"
    together = Together("done")
    assert [v.outcome for v in Refitted(together, {"chop": 1.1}).judge_many(attempts(3))] == ["unclear"] * 3
    assert together.calls == 1


def test_what_happened_on_the_way_is_shown_again():
    """A claim about the course would be unclear without it, and no bar would be raised."""
    crafter, judge = game_spec("crafter"), Sure("done")
    refit(crafter, judge, [negative([0] * 40)])
    (task,) = judge.asked
    assert task.course_seen
    assert [event.step for event in task.event_frames] == sorted({event.step for event in task.event_frames})
    assert task.event_frames  # bars fall within 40 steps
