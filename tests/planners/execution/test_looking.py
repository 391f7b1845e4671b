"""Skills whose success a judge sees: when it looks, what ends them, what it is told."""

import pytest

from envs.facts import EndStatus
from planners.execution.looking import SuccessByLooking
from planners.execution.plan_executor import PlanExecutor
from tests.agent.judges.saying import Says, SaysInOrder
from tests.planners.tiny_game import Repeat, TinyGame, add, make_options, tiny_graph

CHOP = ("chop", {"wood": 1})
SAW = ("saw", {"plank": 1})


def executor(judge, *, cap=6, options=None, **looking):
    settings = {
        "claims": {"chop": "a log was cut"},
        "carried": ("wood",),
        "sights": ("near.river",),
        **looking,
    }
    return PlanExecutor(
        tiny_graph(CHOP, SAW, step_cap=cap),
        options or make_options(),
        looking=SuccessByLooking(judge=judge, **settings),
    )


def play(judge, effect, *, skill="chop", **settings):
    game = TinyGame({"chop": effect, "saw": add("plank")}, max_steps=settings.pop("max_steps", 100))
    return executor(judge, **settings).execute_skill(game, skill)


def test_a_verdict_of_done_ends_it_and_facts_do_not():
    step = play(SaysInOrder("not_done", "not_done", "done"), add("wood"))
    assert (step.env_steps, step.verdict.outcome) == (3, "done")


def test_facts_still_tell_of_other_skills():
    judge = Says("not_done")
    step = play(judge, add("wood"), skill="saw")
    assert (step.env_steps, step.verdict.outcome, judge.asked) == (1, "done", [])


def test_it_is_looked_at_when_something_seen_has_changed_and_at_the_end():
    judge = Says("not_done")
    assert play(judge, lambda facts: None).verdict.outcome == "not_done"
    assert [task.over for task in judge.asked] == [True]
    judge = Says("not_done")
    play(judge, lambda facts: facts.update({"near.river": facts["near.river"] + 1}), every=2)
    assert [(task.after["near.river"], task.over) for task in judge.asked] == [
        (2, False), (4, False), (6, False), (6, True),
    ]  # fmt: skip


def test_the_judge_is_told_the_claim_and_not_the_facts_of_success():
    judge = Says("done")
    play(judge, add("wood"), next_key=lambda: 77)
    (task,) = judge.asked
    assert (task.claim, dict(task.obtains), task.key, task.over) == ("a log was cut", {}, 77, False)


def test_what_two_judges_do_not_agree_on_ends_unclear():
    judge = Says("unclear", "two")
    assert play(judge, add("wood"), settled_by=("two",)).env_steps == 1
    judge = SaysInOrder("unclear", "done")
    assert play(judge, add("wood"), settled_by=("two",)).env_steps == 2  # one that is unsure looks again


def test_giving_up_is_judged():
    options = make_options(chop=lambda: Repeat("chop", stop_after=2))
    step = play(SaysInOrder("done"), lambda facts: None, options=options)
    assert (step.env_steps, step.verdict.outcome) == (2, "done")


@pytest.mark.parametrize(
    ("status", "outcome"), [(EndStatus.DEATH, "not_done"), (EndStatus.ABORTED, "unclear")]
)
def test_the_dead_have_not_succeeded_and_an_aborted_episode_is_unclear(status, outcome):
    assert play(Says("not_done"), lambda facts: status).verdict.outcome == outcome


def test_death_is_not_asked_about():
    judge = Says("done")
    assert play(judge, lambda facts: EndStatus.DEATH).verdict.outcome == "not_done"
    assert judge.asked == []


def test_what_the_time_limit_cuts_off_is_never_a_failure():
    assert play(Says("not_done"), lambda facts: None, max_steps=3).verdict.outcome == "unclear"
