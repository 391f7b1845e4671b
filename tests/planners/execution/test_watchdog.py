"""The watchdog's counters one by one: what each counts, and what sets it back."""

import pytest

from planners.execution.watchdog import Patience, Watchdog, failures_after
from tests.planners.tiny_game import FACTS, TinyGame

AT_FIRST = {**dict.fromkeys(FACTS, 0), "water": 9}


def dog(**patience):
    """A watchdog that is patient with everything but what is given."""
    endless = dict.fromkeys(("failures", "idle", "fruitless", "circling", "rescues"), 10**6)
    watchdog = Watchdog(TinyGame({}).spec.facts, Patience(**{**endless, **patience}))
    watchdog.begin(AT_FIRST)
    return watchdog


def note(watchdog, *, skill="chop", success=False, steps=3, **facts):
    watchdog.note(skill, {**AT_FIRST, **facts}, success=success, steps=steps)
    return watchdog.complaint


def test_failures_are_those_of_one_skill_in_a_row():
    watchdog = dog(failures=2)
    assert note(watchdog) == ""
    assert note(watchdog, skill="look") == ""
    assert note(watchdog, skill="look", success=None) == ""  # cut short: neither
    assert note(watchdog, skill="look", success=True) == ""
    assert note(watchdog, skill="look") == ""
    assert note(watchdog, skill="look", success=None, steps=0) == "look failed 2 times in a row"


def test_a_success_without_a_step_is_a_failure():
    watchdog = dog(failures=2)
    assert note(watchdog, success=True, steps=0) == ""
    assert note(watchdog, success=True, steps=0) == "chop failed 2 times in a row"


def test_a_step_of_the_game_ends_idleness():
    watchdog = dog(idle=2)
    assert note(watchdog, steps=0) == ""
    assert note(watchdog, steps=1) == ""
    assert note(watchdog, steps=0) == ""
    assert note(watchdog, steps=0) == "2 executions in a row took no step of the game"


@pytest.mark.parametrize("fruit", [{"success": True}, {"wood": 1}, {"did.explore": 0, "plank": 2}])
def test_success_or_something_new_is_fruit(fruit):
    watchdog = dog(fruitless=2)
    assert note(watchdog) == ""
    assert note(watchdog, **fruit) == ""
    assert note(watchdog, **fruit, steps=0) == ""  # the same again, without a step
    assert note(watchdog) == "2 executions in a row came to nothing"


def test_only_something_new_ends_circling():
    watchdog = dog(circling=2)
    assert note(watchdog, success=True) == ""
    assert note(watchdog, wood=1, success=True) == ""
    assert note(watchdog, wood=1, success=True) == ""
    assert note(watchdog, success=True) == "2 executions in a row led to nothing new"


def test_a_rescue_sets_everything_back_but_the_rescues():
    watchdog = dog(failures=2, idle=2, fruitless=2, circling=2, rescues=2)
    for useful in (True, True, False):
        assert note(watchdog, steps=0) == ""
        assert note(watchdog, steps=0) == "chop failed 2 times in a row"
        assert watchdog.rescue() == useful
        assert watchdog.complaint == ""


def test_something_new_makes_rescues_worth_while_again():
    watchdog = dog(rescues=1)
    assert watchdog.rescue()
    note(watchdog)
    assert not watchdog.rescue()
    note(watchdog, wood=1)
    assert watchdog.rescue()
    assert not watchdog.rescue()


@pytest.mark.parametrize(
    ("success", "steps", "count"),
    [(False, 3, 3), (True, 3, 0), (None, 3, 2), (True, 0, 3), (None, 0, 3)],
)
def test_failures_after_an_execution(success, steps, count):
    assert failures_after({"dig": 2, "look": 1}, "dig", success, steps) == {"dig": count}
