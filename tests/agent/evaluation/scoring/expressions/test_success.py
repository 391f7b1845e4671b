"""Expressions over an episode of the toy game, step by step, by hand."""

from typing import Any

import pytest

from agent.errors import BadConfig
from agent.evaluation.scoring.expressions.course import Course
from agent.evaluation.scoring.expressions.language import NEVER
from agent.evaluation.scoring.expressions.reading import Query
from agent.evaluation.scoring.expressions.success import Success
from agent.evaluation.scoring.judged_game import JudgedGame
from agent.evaluation.scoring.meter import action_steps
from agent.evaluation.scoring.registry import make_criterion, refereed
from envs.facts import EndStatus
from envs.registry import make_game
from skills.errors import CodeRejected


def courses(kind: str, values: list[int], count: int = 1) -> list[int]:
    """What a query gives at the start and after each step, for the values that a fact goes through."""
    course = Course([Query(kind, "wood", count)], {"wood": values[0]})
    seen = course.values()
    for number, value in enumerate(values[1:], 1):
        course.step({"wood": value}, number)
        seen += course.values()
    return seen


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("before", [2, 2, 2, 2, 2]),
        ("after", [2, 3, 1, 1, 4]),
        ("gain", [0, 1, -1, -1, 2]),
        ("rise", [0, 1, 1, 1, 4]),
        ("fall", [0, 0, 2, 2, 2]),
        ("lowest", [2, 2, 1, 1, 1]),
        ("highest", [2, 3, 3, 3, 4]),
    ],
)
def test_what_is_asked_of_a_fact(kind: str, expected: list[int]) -> None:
    assert courses(kind, [2, 3, 1, 1, 4]) == expected


def test_since_when_something_has_been() -> None:
    assert courses("held", [0, 2, 2, 1, 3], count=2) == [0, 1, 2, 0, 1]
    assert courses("first", [0, 1, 2, 1, 2], count=2) == [NEVER, NEVER, 2, 2, 2]
    assert courses("first", [2, 0], count=2) == [0, 0]


class Stub:
    """A game whose fact `wood` goes through given values, one a step."""

    def __init__(self, *wood: int) -> None:
        self._inner = make_game("toy")
        self._inner.reset(0)
        self._wood = list(wood)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def facts(self) -> dict[str, int]:
        return {**self._inner.facts(), "wood": self._wood[self._inner.steps]}


def played(expression: str, wood: list[int], when: str = "once") -> JudgedGame:
    criterion = make_criterion("toy", {"kind": "success", "expression": expression, "when": when})
    game = refereed(Stub(*wood), "toy")
    judged = JudgedGame(game, {"success": criterion}, cap=len(wood) - 1, unit=action_steps)
    while judged.status is EndStatus.RUNNING:
        judged.step(0)
    return judged


def test_the_episode_ends_with_the_first_step_after_which_it_holds() -> None:
    game = played('after["wood"] >= 2', [0, 1, 2, 0, 0])
    assert (game.status, game.used) == (EndStatus.SUCCESS, 2)
    assert game.counted()["reached_at"] == {"success": 2}


def test_what_held_at_the_start_counts_only_if_it_holds_after_a_step() -> None:
    assert played('after["wood"] >= 2', [2, 0, 0]).counted()["figures"] == {"success": 0.0}


def test_at_the_end_it_is_the_last_state_that_counts() -> None:
    assert played('after["wood"] >= 2', [0, 2, 2, 1], when="end").counted()["figures"] == {"success": 0.0}
    game = played('after["wood"] >= 2', [0, 2, 0, 3], when="end")
    assert (game.counted()["figures"], game.used) == ({"success": 1.0}, 3)


def test_the_course_counts() -> None:
    expression = 'gain("wood") >= 2 and lowest("wood") >= before["wood"]'
    assert played(expression, [1, 0, 3, 3]).counted()["figures"] == {"success": 0.0}
    assert played(expression, [1, 2, 3, 3]).counted()["figures"] == {"success": 1.0}


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("sum(range(10**12)) > 0", "exceeded the time limit of 1 s; is there a loop without end?"),
        ("10**10**10 > 1", "exceeded the memory limit|exceeded the time limit"),
        ('1 / after["wood"] > 0', "division by zero"),
        ("max([]) > 1", "empty"),
    ],
)
def test_what_fails_or_does_not_end_is_found_beforehand(expression: str, complaint: str) -> None:
    criterion = make_criterion("toy", {"kind": "success", "expression": expression})
    assert isinstance(criterion, Success)
    with pytest.raises(BadConfig, match=complaint):
        criterion.try_out()


def test_what_fails_only_in_play_is_an_error_and_no_failure() -> None:
    with pytest.raises(CodeRejected, match="division by zero"):
        played('1 / (after["wood"] - 3) > 5', [0, 3, 4])


def test_equal_states_are_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent.evaluation.scoring.expressions import success

    calls: list[list[int]] = []
    monkeypatch.setattr(
        success, "_function", lambda expression: lambda values, world: calls.append(values) or False
    )
    played('after["wood"] >= 5', [0, 1, 1, 0, 1])
    assert calls == [[1], [0]]
