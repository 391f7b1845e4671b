"""What a turn takes, and why: the curriculum's choice, or a person's wish."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.practice.choice import BY_WISH, choose_next
from agent.practice.session_state import SkillProgress
from agent.practice.steering import Steering
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from skills.code.sandbox import Sandbox
from tests.agent.practice.small_session import Small, small_session

WOOD = Ability(name="wood", obtains={"wood": 1})
STONE = Ability(name="stone", obtains={"stone": 1})
GEM = Ability(name="gem", obtains={"gem": 1}, requires={"pick": 1})
PICK = Ability(name="pick", kind="craft", obtains={"pick": 1}, action="make_pick", until=False)
CLAIMS = [ability.claim for ability in (WOOD, STONE, GEM, PICK)]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


class Chooser:
    def __init__(self, small: Small) -> None:
        self.small = small
        self.steering: Steering = small.session.steering
        self.steering.tell = small.session.run.event

    def choose(self, *queued: str) -> tuple[str, str, tuple[str, ...]]:
        self.steering.queued[:] = queued
        choice = choose_next(self.small.session, self.small.roster, self.small.beginnings, CLAIMS)
        assert choice is not None
        return choice.claim.task.name, choice.reason, choice.following


@pytest.fixture
def make(tmp_path: Path, sandbox: Sandbox) -> Callable[..., Chooser]:
    def make(**settings: Any) -> Chooser:
        pool = StandInPool(lambda job: None)  # type: ignore[arg-type,return-value]
        return Chooser(
            small_session(tmp_path, pool, sandbox, WOOD, also_known=(STONE, GEM, PICK), **settings)
        )

    return make


def test_the_curriculum_says_why_and_what_comes_next(make: Callable[..., Chooser]) -> None:
    chooser = make()
    name, reason, following = chooser.choose()
    assert (name, reason) == ("pick", "a single action, which tells at once whether it works")
    assert set(following) == {"wood", "stone"}
    chooser.small.session.state.skills["pick"].status = "abandoned"
    name, reason, _ = chooser.choose()
    assert (name, reason) == ("wood", "not practised yet, and can be practised at once")


@pytest.mark.parametrize(("rule", "reason"), [("uniform", "drawn among 3"), ("needs", "weigh most")])
def test_other_rules_say_so(make: Callable[..., Chooser], rule: str, reason: str) -> None:
    assert reason in make(curriculum=rule).choose()[1] or rule == "needs"


def test_the_game_says_which_rule_where_none_is_asked_for(make: Callable[..., Chooser]) -> None:
    for asked, rule in (("auto", "needs"), ("uniform", "uniform")):
        chooser = make(curriculum=asked)
        session = chooser.small.session
        assert replace(session, spec=replace(session.spec, curriculum="needs")).rule == rule


def test_a_wish_comes_first_and_the_next_wish_after_it(make: Callable[..., Chooser]) -> None:
    chooser = make()
    name, reason, following = chooser.choose("stone", "wood")
    assert (name, reason) == ("stone", BY_WISH)
    assert following[0] == "wood"
    assert chooser.steering.queued == ["wood"]


def test_a_wish_for_a_skill_that_is_good_enough_is_met(make: Callable[..., Chooser]) -> None:
    chooser = make()
    done = SkillProgress(status="admitted", rates=[1.0], rounds=9)
    chooser.small.session.state.skills["wood"] = done
    assert chooser.choose()[0] != "wood"
    assert chooser.choose("wood")[:2] == ("wood", BY_WISH)


def test_wishes_that_cannot_be_met_say_why(make: Callable[..., Chooser]) -> None:
    chooser = make()
    skills = chooser.small.session.state.skills
    skills["stone"].status, skills["stone"].reason = "abandoned", "0 of 40"
    skills["pick"].status, skills["pick"].rates = "admitted", [1.0]
    name, _, _ = chooser.choose("gem", "stone", "pick", "nothing")
    assert name == "wood"
    told = {event["skill"]: event["reason"] for event in chooser.small.events("wish_refused", "wish_waits")}
    assert told == {
        "gem": "no skill at hand leads to what it needs (1 pick)",
        "stone": "it was given up: 0 of 40",
        "pick": "it is a single action that works, and practice changes nothing in it",
        "nothing": "it is no skill of this practice",
    }
    assert chooser.steering.queued == ["gem"]
