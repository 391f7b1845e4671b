"""Which request of a guard is followed: rank against what is under way, failures, a new episode."""

import pytest

from planners.execution.guards import FIRST_COOLDOWN, MAX_FAILURES, GuardWatch
from tests.planners.tiny_game import FACTS, tiny_graph

SKILLS = tuple((name, {"raft": 1}) for name in ("chop", "flee", "drink", "sing", "dance"))
NOTHING = dict.fromkeys(FACTS, 0)


def watch(request, **more):
    graph = tiny_graph(*SKILLS)
    return GuardWatch(graph, lambda facts, remaining: request, ("flee", "drink"), **more)


@pytest.mark.parametrize(
    ("request_", "running", "followed"),
    [
        ("drink", (), True),
        ("drink", ("chop",), True),
        ("flee", ("chop", "drink"), True),
        ("drink", ("chop", "flee"), False),
        ("sing", ("chop",), True),  # whatever the plan runs ranks below every guard
        ("sing", ("chop", "drink"), False),
        ("drink", ("chop", "sing"), True),
        ("sing", ("chop", "dance"), False),  # neither is in the ranking: as urgent as each other
        ("drink", ("chop", "drink", "flee"), False),
        ("drink", ("drink",), False),
    ],
)
def test_the_more_urgent_goes_first(request_, running, followed):
    assert watch(request_).check(NOTHING, 0, running) == (request_ if followed else None)


def test_failures_in_a_row_are_forgotten_with_a_success():
    guards = watch("drink", cooldown=5)
    assert MAX_FAILURES == 2
    for success in (False, True, False, None):
        guards.ended("drink", 10, success)
        assert guards.check(NOTHING, 10) == "drink"
    guards.ended("drink", 10, False)
    assert [guards.check(NOTHING, step) for step in (10, 14, 15)] == [None, None, "drink"]
    guards.ended("drink", 15, False)  # after the rest, counting begins anew
    assert guards.check(NOTHING, 15) == "drink"


def test_what_fails_again_and_again_is_ignored_for_longer_each_time():
    guards, step, pauses = watch("drink", cooldown=40), 0, []
    for _ in range(4):
        for _ in range(MAX_FAILURES):
            guards.ended("drink", step, False)
        pauses.append(next(n for n in range(1, 99) if guards.check(NOTHING, step + n)))
        step += pauses[-1]
    assert pauses == [FIRST_COOLDOWN, 2 * FIRST_COOLDOWN, 40, 40]
    guards.ended("drink", step, True)
    for _ in range(MAX_FAILURES):
        guards.ended("drink", step, False)
    assert guards.check(NOTHING, step + FIRST_COOLDOWN) == "drink"


def test_a_new_episode_forgets_what_failed():
    guards = watch("drink", cooldown=50)
    for _ in range(MAX_FAILURES):
        guards.ended("drink", 10, False)
    assert guards.check(NOTHING, 20) is None
    assert guards.check(NOTHING, 3) == "drink"


def test_without_a_guard_nothing_is_asked():
    assert GuardWatch(tiny_graph(*SKILLS), None).check(NOTHING, 0) is None


def test_a_skill_that_brings_no_fact_is_never_taken_for_done():
    guards = GuardWatch(tiny_graph(("watch", {})), lambda facts, remaining: "watch", ())
    assert guards.check(NOTHING, 0) == "watch"
