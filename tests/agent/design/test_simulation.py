"""Policies over skills carried out on their own simulation: failures, episodes that begin again, seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agent.design.simulation import MOST_FAILURES_IN_A_ROW, RUN_EXECUTIONS, SEEDS, SHOWN_EXECUTIONS, Simulator
from envs.facts import Facts
from skills.errors import CodeRejected


def grow(facts: Facts, skill: str, turn: int) -> Facts:
    return {"wood": facts["wood"] + 1, "turn": turn}


def simulator(choose: Callable[..., str], **changes: Any) -> Simulator:
    start = {"wood": 0, "turn": 0}
    return Simulator(choose=choose, simulate=grow, start=start, insisting="; stop", **changes)


def chop(start: Facts, facts: Facts, last: str, failures: int, draw: int) -> str:
    return "" if facts["wood"] >= 3 else "chop"


def test_a_run_ends_when_the_policy_says_so() -> None:
    run = simulator(chop).run("all succeed", 0)
    assert run.done and not run.problem
    assert [step["skill"] for step in run.trace] == ["", "chop", "chop", "chop"]
    assert run.facts["wood"] == 3
    assert run.text().splitlines()[0] == "Run: all succeed"
    assert run.text().splitlines()[1].startswith("1. chop succeeded: wood 0 -> 1, turn 0 -> ")
    assert run.text().splitlines()[-1] == "End: the policy returned '' (done)"


def test_episodes_begin_again_with_a_number_drawn_for_each() -> None:
    seen: list[int] = []

    def choose(start: Facts, facts: Facts, last: str, failures: int, draw: int) -> str:
        seen.append(draw)
        return chop(start, facts, last, failures, draw)

    run = simulator(choose, restarts=True).run("all succeed", 0)
    assert len(run.trace) == RUN_EXECUTIONS + 1 and not run.done
    assert max(step["facts"]["wood"] for step in run.trace) == 3
    assert len(set(seen)) > 10
    assert "a new episode begins" in run.text()
    assert f"({RUN_EXECUTIONS - SHOWN_EXECUTIONS} executions before are left out)" in run.text()
    seen.clear()
    simulator(choose, restarts=True).run("one number", 0, draw=7)
    assert set(seen) == {7}


def test_an_episode_of_nothing_is_a_problem() -> None:
    run = simulator(lambda *arguments: "", restarts=True).run("all succeed", 0, draw=4)
    assert run.problem == "choose returns '' at the start of an episode, with draw=4"


def test_a_skill_that_cannot_start_fails_and_must_not_be_insisted_on() -> None:
    run = simulator(lambda *arguments: "dig", can_start=lambda skill, facts: False).run("all succeed", 0)
    assert (
        run.problem
        == f"choose names 'dig' again after it has failed {MOST_FAILURES_IN_A_ROW + 1} times in a row; stop"
    )
    assert run.facts["wood"] == 0


def test_an_error_of_the_code_ends_the_run() -> None:
    def choose(*arguments: Any) -> str:
        raise CodeRejected("choose: no such skill")

    assert simulator(choose).run("all succeed", 0).problem == "choose: no such skill"


def test_a_seed_gives_the_same_run_and_another_seed_another_one() -> None:
    one = simulator(chop)
    assert one.run("a", 1, share=2).trace == one.run("b", 1, share=2).trace
    assert one.run("a", 1, share=2).trace != one.run("a", 2, share=2).trace


def test_runs_with_failures_are_three_at_random_and_one_for_each_skill() -> None:
    def try_both(start: Facts, facts: Facts, last: str, failures: int, draw: int) -> str:
        return "" if facts["wood"] >= 3 else "chop" if last == "dig" else "dig"

    runs = list(simulator(try_both).with_failures(["chop", "dig"], "always fails"))
    assert [run.name for run in runs] == [
        *["about one execution in 2 fails, at random"] * 2,
        "about one execution in 3 fails, at random",
        "chop always fails",
        "dig always fails",
    ]
    assert all(any(not step["success"] for step in run.trace) for run in runs)
    assert {step["skill"] for step in runs[-1].trace if not step["success"]} == {"dig"}
    assert runs[0].trace != runs[1].trace
    assert SEEDS > 1


@pytest.mark.parametrize("share", [0, 3])
def test_where_nothing_restarts_no_number_is_drawn_for_the_episode(share: int) -> None:
    restarting = simulator(chop, restarts=True).run("a", 5, share=share, draw=0)
    plain = simulator(chop).run("a", 5, share=share)
    assert restarting.trace[: len(plain.trace)] == plain.trace
