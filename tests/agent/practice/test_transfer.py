from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from agent.play.kit import Kit
from agent.practice.start_states import StartStates
from agent.practice.transfer import (
    LEAST_PARENT_RATE,
    PARENT_CANDIDATES,
    PARENT_TRIALS,
    SUFFICIENT_PARENT_RATE,
    best_parent,
)
from agent.practice.trials import TrialOutcome
from agent.testing.abilities import Ability, kit_of
from envs.rollout.episode import Start
from skills.skill import FocusRecord, Skill, SkillStats
from tests.agent.scripted import result

STATES = StartStates(train=(Start(b"1", 1), Start(b"2", 2)), held_out=(Start(b"3", 3),))
NEW = Ability(name="new", obtains={"wood": 1}).skill


class StandInAttempts:
    """Lets each network do as told: name -> (successes, failures, unclear, steps of each)."""

    def __init__(self, **outcomes: tuple[int, int, int, int]) -> None:
        self._outcomes = outcomes
        self.asked: list[str] = []

    def __call__(
        self, session: object, roster: object, kit: Kit, skill: str, starts: Sequence[Start], n: int
    ) -> TrialOutcome:
        assert (skill, tuple(starts), n) == ("new", STATES.train, PARENT_TRIALS)
        assert kit.skills["new"] is NEW
        network: Any = kit.networks["new"]
        self.asked.append(network)
        done, failed, unclear, steps = self._outcomes[network]
        outcomes = ["done"] * done + ["not_done"] * failed + ["unclear"] * unclear
        return TrialOutcome(tuple(result("new", outcome, steps) for outcome in outcomes), 0)


def skills_of(**rates: float) -> dict[str, Skill]:
    """Learned skills with about these success rates."""
    made = {}
    for name, rate in rates.items():
        stats = SkillStats(successes=round(98 * rate), failures=98 - round(98 * rate))
        made[name] = Ability(name=name, obtains={"wood": 1}).skill.model_copy(update={"stats": stats})
    return made


def choose(attempts: StandInAttempts, skills: dict[str, Skill], draft: Skill = NEW) -> Any:
    kit = replace(kit_of(), skills=skills, networks={name: name for name in skills})  # type: ignore[arg-type]
    roster: Any = SimpleNamespace(skills=skills, kit=kit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.practice.transfer.attempt", attempts)
        return best_parent(None, roster, draft, STATES)  # type: ignore[arg-type]


def test_the_parent_with_most_clear_successes() -> None:
    attempts = StandInAttempts(a=(3, 5, 0, 10), b=(5, 3, 0, 40), c=(4, 4, 0, 1))
    choice = choose(attempts, skills_of(a=0.9, b=0.5, c=0.7))
    assert (choice.parent, choice.rate, choice.suffices) == ("b", 5 / 8, False)
    assert attempts.asked == ["a", "c", "b"]  # most reliable first


def test_attempts_without_a_clear_outcome_speak_for_nobody() -> None:
    # Of its clear attempts "a" won all, but that was 2 of 8 tries; "b" won 3 of 8.
    attempts = StandInAttempts(a=(2, 0, 6, 10), b=(3, 5, 0, 10))
    choice = choose(attempts, skills_of(a=0.9, b=0.9))
    assert (choice.parent, choice.rate, choice.suffices) == ("b", 3 / 8, False)


def test_the_faster_of_equals() -> None:
    attempts = StandInAttempts(a=(4, 4, 0, 30), b=(4, 4, 0, 20))
    assert choose(attempts, skills_of(a=0.9, b=0.8)).parent == "b"


def test_a_parent_that_suffices_ends_the_search() -> None:
    attempts = StandInAttempts(a=(7, 1, 0, 10), b=(8, 0, 0, 10))
    choice = choose(attempts, skills_of(a=0.9, b=0.5))
    assert (choice.parent, choice.rate, choice.suffices) == ("a", 7 / 8, True)
    assert 7 / 8 >= SUFFICIENT_PARENT_RATE > 6 / 8
    assert attempts.asked == ["a"]


def test_nobody_helps() -> None:
    assert 0 < LEAST_PARENT_RATE <= 1 / 8
    assert choose(StandInAttempts(a=(0, 8, 0, 10)), skills_of(a=0.9)) is None
    assert choose(StandInAttempts(), {}) is None


def test_only_a_few_of_the_best_are_tried() -> None:
    names = "abcdef"
    attempts = StandInAttempts(**dict.fromkeys(names, (1, 7, 0, 10)))
    choose(attempts, skills_of(**{name: 0.9 - 0.1 * i for i, name in enumerate(names)}))
    assert attempts.asked == list(names[:PARENT_CANDIDATES])


def test_skills_that_explore_alike_come_first() -> None:
    attempts = StandInAttempts(here=(1, 7, 0, 10), there=(1, 7, 0, 10))
    skills = skills_of(here=0.5, there=0.9)
    focus = FocusRecord(explore="underground")
    skills["here"] = skills["here"].model_copy(update={"focus": focus})
    with pytest.raises(AssertionError):  # the stand-in knows no other draft than NEW
        choose(attempts, skills, NEW.model_copy(update={"focus": focus}))
    choose(attempts, skills)
    assert attempts.asked == ["there", "here"]


def test_scripted_skills_and_the_skill_itself_are_no_parents() -> None:
    scripted = Ability(name="scripted", obtains={"wood": 1}, action="take").skill
    attempts = StandInAttempts(a=(2, 6, 0, 10))
    choice = choose(attempts, {**skills_of(a=0.5), "scripted": scripted, "new": NEW})
    assert choice.parent == "a"
    assert attempts.asked == ["a"]
