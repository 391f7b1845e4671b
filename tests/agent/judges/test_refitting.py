"""What fooled a judge: rebuilt to the pixel, and enough no more."""

import base64
import zlib

import numpy as np

from agent.judges.refitting import MARGIN, Stricter, bars_above
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


def test_the_bar_is_above_the_surest_false_verdict_of_each_skill():
    negatives = [negative([0] * 3), negative([0] * 7), negative([0] * 5, skill="dig")]
    assert bars_above(TOY, Sure("done"), negatives) == {"chop": 0.07 + MARGIN, "dig": 0.05 + MARGIN}


def test_what_the_judge_does_not_call_done_again_raises_nothing():
    assert bars_above(TOY, Says("not_done"), [negative([0])]) == {}


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
    bars_above(TOY, judge, [negative([1, 2, 0, 1]), negative([1], snapshot=saved)])
    from_seed, from_state = judge.asked
    assert np.array_equal(from_seed.frames[0], fresh) and np.array_equal(from_seed.frames[1], end)
    assert np.array_equal(from_state.frames[0], midst) and np.array_equal(from_state.frames[1], end)
    assert from_seed.after == from_state.after == facts


def test_a_stricter_judge_is_strict_only_about_done_and_only_for_its_skills():
    (task,) = attempts(1)
    assert Stricter(Says("done"), {"chop": 0.9}).judge(task).outcome == "done"  # its confidence is 1
    assert Stricter(Says("done"), {"chop": 1.1}).judge(task).outcome == "unclear"
    assert Stricter(Says("done"), {"dig": 1.1}).judge(task).outcome == "done"
    assert Stricter(Says("not_done"), {"chop": 1.1}).judge(task).outcome == "not_done"
    together = Together("done")
    assert [v.outcome for v in Stricter(together, {"chop": 1.1}).judge_many(attempts(3))] == ["unclear"] * 3
    assert together.calls == 1


def test_what_happened_on_the_way_is_shown_again():
    """A claim about the course would be unclear without it, and no bar would be raised."""
    crafter, judge = game_spec("crafter"), Sure("done")
    bars_above(crafter, judge, [negative([0] * 40)])
    (task,) = judge.asked
    assert task.course_seen
    assert [event.step for event in task.event_frames] == sorted({event.step for event in task.event_frames})
    assert task.event_frames  # bars fall within 40 steps
