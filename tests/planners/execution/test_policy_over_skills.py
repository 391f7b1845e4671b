"""Policies over skills carried out: told of failures, watched, rescued, ended; on a game without a map."""

import pytest

from envs.facts import EndStatus
from planners.execution.events import FallbackForced, WatchdogGaveUp
from planners.execution.policy_over_skills import PolicyOverSkillsExecutor
from planners.execution.watchdog import Patience, Watchdog
from skills.errors import CodeRejected
from tests.planners.tiny_game import FACTS, Repeat, TinyGame, add, make_options, most_urgent, tiny_graph

CHOP = ("chop", {"wood": 1})
EXPLORE = ("explore", {"did.explore": 1})
LOOK = ("look", {"raft": 1})


def executor(*skills, options=None, fallbacks=(), **rest):
    graph = tiny_graph(*skills)
    return PolicyOverSkillsExecutor(graph, options or make_options(), fallbacks=fallbacks, **rest)


def play(policy, game, *skills, goal=None, max_steps=None, **rest):
    return executor(*skills, **rest).run(game, policy, goal or {}, max_steps=max_steps)


def names(result):
    return [execution.skill for execution in result.executions]


def test_it_ends_when_the_policy_is_done_and_the_goal_is_judged():
    def choose(start, facts, last, failures):
        return "" if facts["wood"] >= start["wood"] + 3 else "chop"

    result = play(choose, TinyGame({"chop": add("wood")}, wood=2), CHOP, goal={"wood": 5})
    assert (result.outcome, result.end, result.env_steps) == ("done", "policy", 3)
    assert result.choices == ("chop",) * 3 and names(result) == ["chop"] * 3
    result = play(choose, TinyGame({"chop": add("wood")}, wood=2), CHOP, goal={"wood": 9, "plank": 1})
    assert (result.outcome, result.reason) == (
        "not_done",
        "the policy is done, and yet missing: wood 4, plank 1",
    )
    assert play(choose, TinyGame({"chop": add("wood")}), CHOP).outcome == "unclear"


def test_failures_in_a_row_are_told():
    told = []

    def choose(start, facts, last, failures):
        told.append((last, failures))
        return "" if len(told) > 5 else "explore" if last == "chop" and failures == 2 else "chop"

    play(choose, TinyGame({"chop": lambda facts: None, "explore": add("did.explore")}), CHOP, EXPLORE)
    assert told == [("", 0), ("chop", 1), ("chop", 2), ("explore", 0), ("chop", 1), ("chop", 2)]


def test_episode_and_budget_end_it():
    def choose(start, facts, last, failures):
        return "chop"

    result = play(choose, TinyGame({"chop": add("wood")}), CHOP, max_steps=7, goal={"wood": 100})
    assert (result.outcome, result.end, result.env_steps) == ("not_done", "budget", 7)
    assert result.reason == "the budget of 7 steps is used up"
    for status, outcome in (
        (EndStatus.DEATH, "not_done"),
        (EndStatus.SUCCESS, "done"),
        (EndStatus.ABORTED, "unclear"),
    ):
        result = play(choose, TinyGame({"chop": lambda facts, status=status: status}), CHOP, goal={"raft": 1})
        assert (result.outcome, result.end, result.status) == (outcome, "episode", status)
    game = TinyGame({"chop": add("wood")}, max_steps=5)
    assert play(choose, game, CHOP).reason == "the episode is over: time limit"


def test_a_play_in_the_middle_of_an_episode_counts_its_own_steps():
    def choose(start, facts, last, failures):
        return "chop"

    game = TinyGame({"chop": add("wood")})
    play(choose, game, CHOP, max_steps=4)
    result = play(choose, game, CHOP, max_steps=3)
    assert (result.env_steps, game.steps) == (3, 7)
    assert result.reason == "the budget of 3 steps is used up"


def test_guards_pre_empt_and_their_executions_count_as_evidence():
    def refill(facts):
        facts["water"] = 10

    def thirst(facts):
        facts["water"] -= 1

    def choose(start, facts, last, failures):
        return "" if facts["wood"] >= 6 else "chop"

    game = TinyGame({"chop": add("wood"), "drink": refill}, every_step=thirst, water=4)
    seen = []
    result = play(
        choose, game, CHOP, ("drink", {"water": 9}),
        guard=most_urgent(drink=lambda facts: facts["water"] < 2), guard_ranking=["drink"],
        goal={"wood": 6}, on_result=seen.append,
    )  # fmt: skip
    assert result.outcome == "done" and "drink" in names(result) and tuple(seen) == result.executions
    assert "drink" not in result.choices


def test_a_skill_that_is_not_there_fails_without_a_step_and_never_for_ever():
    def stubborn(start, facts, last, failures):
        return "fly"

    result = play(stubborn, TinyGame({"chop": add("wood")}), CHOP)
    assert (result.outcome, result.end, result.env_steps) == ("not_done", "stuck", 0)
    assert result.reason == "fly failed 4 times in a row, and no other skill may start"

    def flexible(start, facts, last, failures):
        return "" if facts["wood"] else "chop" if last == "fly" and failures >= 2 else "fly"

    result = play(flexible, TinyGame({"chop": add("wood")}), CHOP, goal={"wood": 1})
    assert result.outcome == "done" and result.choices == ("fly", "fly", "chop")


def test_a_skill_that_may_not_start_is_told_as_a_failure():
    never = make_options(chop=lambda: Repeat("chop", starts=lambda facts: False))

    def choose(start, facts, last, failures):
        return "" if failures == 3 else "chop"

    result = play(choose, TinyGame({"chop": add("wood")}), CHOP, options=never)
    assert result.env_steps == 0 and result.choices == ("chop",) * 3


def test_switching_without_a_step_ends():
    never = make_options(
        chop=lambda: Repeat("chop", starts=lambda facts: False),
        explore=lambda: Repeat("explore", starts=lambda facts: False),
    )

    def switch(start, facts, last, failures):
        return "explore" if last == "chop" else "chop"

    game = TinyGame({"chop": add("wood"), "explore": add("did.explore")})
    result = play(switch, game, CHOP, EXPLORE, options=never, fallbacks=["explore"])
    assert (result.end, result.env_steps) == ("stuck", 0)
    assert result.reason == "4 executions in a row took no step of the game, and no other skill may start"


def test_what_keeps_failing_is_broken_off_by_a_fallback_and_then_ended():
    def stubborn(start, facts, last, failures):
        return "chop"

    events = []
    game = TinyGame({"chop": lambda facts: None, "look": lambda facts: None}, max_steps=10_000)
    result = play(stubborn, game, CHOP, LOOK, fallbacks=["look"], on_event=events.append)
    assert (result.end, result.rescues) == ("stuck", 6)
    assert result.reason == "chop failed 4 times in a row, nor did look help"
    assert names(result)[:10] == [*["chop"] * 4, "look"] * 2
    changes = [event for event in events if isinstance(event, FallbackForced)]
    assert {(event.skill, event.reason) for event in changes} == {("look", "chop failed 4 times in a row")}
    assert [event.reason for event in events if isinstance(event, WatchdogGaveUp)] == [result.reason]
    assert game.steps < 300


def test_going_in_circles_with_success_ends():
    def choose(start, facts, last, failures):
        return "saw" if last == "chop" else "chop"

    def saw(facts):
        facts["wood"] -= 1
        facts["plank"] = 0
        facts["did.explore"] += 1

    game = TinyGame({"chop": add("wood"), "saw": saw}, max_steps=100_000)
    result = play(choose, game, CHOP, ("saw", {"did.explore": 1}), patience=Patience(circling=20))
    assert result.end == "stuck" and "20 executions in a row led to nothing new" in result.reason


def test_a_rescue_that_helps_lets_the_policy_go_on():
    def stubborn(start, facts, last, failures):
        return "" if facts["raft"] else "chop"

    def chop(facts):
        facts["raft"] += facts["plank"] >= 3

    game = TinyGame({"chop": chop, "look": add("plank")})
    result = play(
        stubborn, game, ("chop", {"raft": 1}), ("look", {"plank": 1}), fallbacks=["look"], goal={"raft": 1}
    )
    assert (result.outcome, result.rescues) == ("done", 3)


def test_a_policy_whose_code_fails_is_unclear_and_not_failed():
    def broken(start, facts, last, failures):
        raise CodeRejected("choose: line 2: KeyError")

    game = TinyGame({"look": add("plank")})
    result = play(broken, game, LOOK, fallbacks=["look"], goal={"raft": 1})
    assert (result.outcome, result.end, result.rescues) == ("unclear", "broken", 2)
    assert "the policy's code failed in play: choose: line 2" in result.reason


def test_the_watchdog_knows_what_is_new():
    game = TinyGame({})
    dog = Watchdog(game.spec.facts, Patience(fruitless=2))
    dog.begin(game.facts())
    dog.note("chop", {**dict.fromkeys(FACTS, 0), "water": 5, "did.explore": 3}, success=None, steps=3)
    dog.note("look", {**dict.fromkeys(FACTS, 0), "near.shop": 1}, success=None, steps=3)
    assert dog.complaint == "2 executions in a row came to nothing"
    dog.note("look", {**dict.fromkeys(FACTS, 0), "wood": 1}, success=None, steps=3)
    assert dog.complaint == ""


@pytest.mark.parametrize("seed", range(20))
def test_no_policy_runs_for_ever(seed):
    import random

    rng = random.Random(seed)
    skills = ["chop", "explore", "look", "fly"]
    table = {(a, n): rng.choice(skills) for a in ["", *skills] for n in range(6)}

    def choose(start, facts, last, failures):
        return table[last, min(failures, 5)]

    effects = {
        "chop": add("wood", rng.choice([0, 1])),
        "explore": lambda facts: None,
        "look": lambda facts: None,
    }
    game = TinyGame(effects, max_steps=3000)
    result = play(choose, game, CHOP, EXPLORE, LOOK, fallbacks=["explore"], goal={"raft": 9})
    assert result.end in ("stuck", "episode") and result.outcome == "not_done"
