"""Whole sessions with a skill whose success must be seen: trained, tried and admitted on verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.config import PracticeConfig
from agent.practice.loop import run_practice
from agent.practice.session_state import SessionState
from agent.testing.abilities import Ability, pack_of
from skills.store.store import SkillLibrary
from tests.agent.toy_session import kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")

CUT = Ability(
    name="cut_a_log", obtains={"wood": 1}, success_in_words="the player carries one more log than before",
    seek=("tree",), actions=("up", "down", "left", "right", "take"), step_cap=40,
    reward=("def reward(before, after):", "    return 0.1 * (after['wood'] - before['wood'])"),
)  # fmt: skip


@pytest.fixture
def config(configure: Callable[..., PracticeConfig]) -> PracticeConfig:
    settings = {"budget_steps": 30_000, "round_steps": 6_144, "workers": 1, "audits": 1.0}
    return replace(configure(pack_of(CUT), proposer="none"), **settings)


def test_it_is_learned_on_verdicts_and_admitted(config: PracticeConfig) -> None:
    """Facts stand in for the judge: what comes along with success is all that there is to see."""
    config = replace(config, judge="facts")
    report = run_practice(config)
    assert [entry["name"] for entry in report.admitted] == ["cut_a_log"]
    skill = SkillLibrary(config.library, "toy").load("cut_a_log")
    assert skill.claim == CUT.success_in_words
    assert skill.stats.successes > 20
    run = run_of(config, report)
    assert kinds(run, "judge_fooled") == []
    progress = SessionState.load(run.path).skills["cut_a_log"]
    assert progress.audited > 20
    assert progress.falsely_done == 0


def test_where_nobody_looks_it_is_given_up_at_once_and_says_why(config: PracticeConfig) -> None:
    report = run_practice(replace(config, judged_skills=()))
    assert report.admitted == ()
    (given_up,) = report.abandoned
    assert given_up["reason"].startswith("success of cut_a_log must be seen, and nobody looks: ")
    assert report.steps < 6_144


def test_a_judge_that_calls_everything_done_is_found_out(config: PracticeConfig) -> None:
    report = run_practice(replace(config, judge="facts", false_done=1.0))
    assert report.admitted == ()
    (given_up,) = report.abandoned
    assert "the judge is fooled by cut_a_log" in given_up["reason"]
    assert kinds(run_of(config, report), "judge_fooled")
