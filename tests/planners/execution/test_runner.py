"""Skills whose own code fails in play: that execution ends unclear and says so, and the play goes on."""

from dataclasses import dataclass

import pytest

from planners.execution.plan_executor import PlanExecutor
from planners.execution.policy_over_skills import PolicyOverSkillsExecutor
from planners.plan import Goal
from skills.errors import CodeRejected, SandboxUnavailable
from tests.planners.tiny_game import Repeat, TinyGame, add, make_options, most_urgent, tiny_graph

CHOP = ("chop", {"wood": 1})
FIND = ("find", {"wood": 1})
DRINK = ("drink", {"water": 5})


@dataclass
class Broken(Repeat):
    """An option whose code fails when it is asked whether to start, or to stop after so many steps."""

    starts_fail: bool = False
    fails_after: int = 99
    error: type[Exception] = CodeRejected

    def may_start(self, facts):
        if self.starts_fail:
            raise self.error("initiation: line 3")
        return True

    def should_stop(self, start, facts, steps):
        if steps >= self.fails_after:
            raise self.error("termination: line 3")
        return False


def executor(kind=PlanExecutor, *skills, **options):
    return kind(tiny_graph(*(skills or (CHOP,))), make_options(**options))


def test_a_skill_whose_initiation_fails_does_not_start():
    step = executor(chop=lambda: Broken("chop", starts_fail=True)).execute_skill(TinyGame({}), "chop")
    assert (step.env_steps, step.verdict.outcome, step.fault) == (0, "unclear", "initiation: line 3")
    assert step.verdict.reason == "the code of chop failed: initiation: line 3"


def test_a_skill_whose_termination_fails_ends():
    game = TinyGame({"chop": lambda facts: None})
    step = executor(chop=lambda: Broken("chop", fails_after=2)).execute_skill(game, "chop")
    assert (step.env_steps, step.verdict.outcome, step.fault) == (2, "unclear", "termination: line 3")


def test_what_was_reached_before_is_done():
    game = TinyGame({"chop": add("wood")})
    step = executor(chop=lambda: Broken("chop", fails_after=1)).execute_skill(game, "chop")
    assert (step.env_steps, step.verdict.outcome, step.fault) == (1, "done", "")


def test_plans_take_another_way_or_end():
    broken = {"chop": lambda: Broken("chop", starts_fail=True)}
    game = TinyGame({"find": add("wood")})
    assert executor(PlanExecutor, CHOP, FIND, **broken).run(game, Goal(facts={"wood": 1})).outcome == "done"
    result = executor(PlanExecutor, CHOP, **broken).run(TinyGame({}), Goal(facts={"wood": 1}))
    assert (result.outcome, result.env_steps) == ("not_done", 0)


def test_a_guard_whose_skill_fails_does_not_pre_empt():
    game = TinyGame({"chop": lambda facts: None}, water=0)
    options = make_options(drink=lambda: Broken("drink", starts_fail=True))
    guard = most_urgent(drink=lambda facts: facts["water"] < 7)
    step = PlanExecutor(tiny_graph(CHOP, DRINK), options, guard=guard).execute_skill(game, "chop")
    assert (step.skill, step.env_steps, step.interrupted_by) == ("chop", 5, "")


def test_an_interrupted_skill_whose_code_fails_is_given_up():
    asked = []

    class Once(Broken):
        def may_start(self, facts):
            asked.append(facts)
            if len(asked) > 1:
                raise CodeRejected("initiation: line 4")
            return True

    game = TinyGame({"chop": lambda facts: None, "drink": add("water", 9)}, water=0)
    guard = most_urgent(drink=lambda facts: facts["water"] < 7)
    options = make_options(chop=lambda: Once("chop"))
    step = PlanExecutor(tiny_graph(CHOP, DRINK), options, guard=guard).execute_skill(game, "chop")
    assert (step.skill, step.interrupted_by, step.fault) == ("chop", "drink", "initiation: line 4")


def test_fallback_skills_whose_code_fails_are_no_help():
    options = make_options(explore=lambda: Broken("explore", starts_fail=True))
    graph = tiny_graph(CHOP, ("explore", {"did.explore": 1}))

    def choose(start, facts, last, failures):
        raise CodeRejected("choose: line 1")

    result = PolicyOverSkillsExecutor(graph, options, fallbacks=("explore",)).run(TinyGame({}), choose)
    assert result.end == "broken" and "choose: line 1" in result.reason


@pytest.mark.parametrize("error", [SandboxUnavailable, RuntimeError])
def test_other_failures_are_none_of_the_skill(error):
    for broken in (Broken("chop", starts_fail=True, error=error), Broken("chop", fails_after=1, error=error)):
        with pytest.raises(error):
            executor(chop=lambda broken=broken: broken).execute_skill(
                TinyGame({"chop": lambda facts: None}), "chop"
            )
