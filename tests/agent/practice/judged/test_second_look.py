"""In trials a chat model or a person looks at what the embedded judge leaves unclear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.errors import NobodyJudges
from agent.judges.errors import NoJudge
from agent.judges.path import JudgingPath
from agent.judges.recipe import JudgeRecipe
from agent.person import NobodyThere
from agent.play.job_player import Notes, play
from agent.play.jobs import Job, JobResult
from agent.play.player import Player
from agent.practice.judged.judging import require_any_judge, require_judge
from agent.practice.judged.second_look import MOST_IN_A_TRIAL
from agent.practice.loop import run_practice
from agent.testing.abilities import Ability, kit_of, pack_of
from agent.testing.pools import StandInPool
from envs.registry import make_game
from planners.plan import Outcome
from skills.code.sandbox import Sandbox
from skills.skill import Skill
from tests.agent.judges.saying import Says, attempts
from tests.agent.practice.small_session import Small, small_session
from tests.agent.scripted import result
from tests.agent.toy_session import kinds, run_of

STEP = Ability(
    name="step_up", success_in_words="the player stands one cell higher", action="up", until=False
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def tried(tmp_path: Path, sandbox: Sandbox) -> Callable[..., Small]:
    """A session whose attempts all end as told, and in which somebody is asked later."""

    def tried(outcome: Outcome, later: Says | None, **settings: Any) -> Small:
        def played(job: Job) -> JobResult:
            unsettled = attempts(1, task=STEP.name)[0] if outcome == "unclear" else None
            return JobResult(job=job, attempt=result(STEP.name, outcome, 1), unsettled=unsettled)

        small = small_session(tmp_path, StandInPool(played), sandbox, STEP, **settings)
        path = JudgingPath(looking=(later,) if later else ())
        small.session = replace(small.session, later=path)
        small.fill(30)
        return small

    return tried


def outcomes_of(small: Small, n: int) -> list[str]:
    starts = small.bank.matching({})
    return [r.verdict.outcome for r in small.attempt(kit_of(STEP), STEP.name, starts, n).results]


def test_who_is_asked_later_settles_what_is_unclear(tried: Callable[..., Small]) -> None:
    later = Says("done", "chat")
    small = tried("unclear", later)
    assert outcomes_of(small, 4) == ["done"] * 4
    assert [task.task for task in later.asked] == [STEP.name] * 4
    (event,) = small.events("looked_again")
    assert (event["judge"], event["attempts"], event["done"], event["unclear"]) == ("chat", 4, 4, 0)


def test_nobody_is_asked_about_what_is_clear(tried: Callable[..., Small]) -> None:
    later = Says("done", "chat")
    assert outcomes_of(tried("not_done", later), 3) == ["not_done"] * 3
    assert later.asked == []


def test_what_stays_unclear_stays_so_and_one_trial_does_not_take_all_calls(
    tried: Callable[..., Small],
) -> None:
    unsure = Says("unclear", "chat")
    small = tried("unclear", unsure)
    assert outcomes_of(small, MOST_IN_A_TRIAL + 5) == ["unclear"] * (MOST_IN_A_TRIAL + 5)
    assert len(unsure.asked) == MOST_IN_A_TRIAL
    assert outcomes_of(tried("unclear", None), 3) == ["unclear"] * 3


def test_an_attempt_comes_with_its_pictures_where_nobody_else_looks() -> None:
    kit = replace(kit_of(STEP), judge=JudgeRecipe(later_frames=True))
    game = make_game("toy")
    with Player(kit, 0, learn=False) as player:
        outcome = play(game, player, Job(seed=1, skill=STEP.name), Notes())
    game.close()
    assert outcome.attempt is not None and outcome.attempt.verdict.outcome == "unclear"
    assert outcome.unsettled is not None
    assert outcome.unsettled.claim == STEP.success_in_words
    assert [frame.shape for frame in outcome.unsettled.frames][-1] == (72, 72, 3)


def test_what_is_trained_needs_the_embedded_judge_and_what_is_only_tried_does_not(
    tried: Callable[..., Small],
) -> None:
    session = tried("unclear", Says("done", "chat")).session
    scripted = kit_of(STEP).skills[STEP.name]
    require_judge(session, scripted)
    with pytest.raises(NobodyJudges, match="must be seen while it is trained, and nobody looks: no embedded"):
        require_judge(session, learned(scripted))


def learned(skill: Skill) -> Skill:
    return skill.model_copy(update={"policy": skill.policy.model_copy(update={"kind": "learned"})})


def test_a_judge_who_is_not_there_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    config = PracticeConfig(game="toy", runs_dir=tmp_path / "runs", judge="chat")
    with pytest.raises(NoJudge, match="no chat model can judge: none is named; name one with --llm"):
        run_practice(config)
    with pytest.raises(NobodyThere, match="nobody can be asked here"):
        run_practice(replace(config, judge="ask"))
    assert not (tmp_path / "runs").exists()
    require_any_judge(replace(config, judge="ask", success="judge"))


class Nods:
    """Somebody who finds everything done."""

    def __init__(self) -> None:
        self.questions = 0

    def tell(self, text: str) -> None:
        pass

    def ask(self, question: str) -> str:
        self.questions += 1
        return "y"


@pytest.mark.usefixtures("borrowed_worker")
def test_a_skill_is_admitted_on_what_a_person_says(configure: Callable[..., PracticeConfig]) -> None:
    config = configure(pack_of(STEP), proposer="none", judge="ask", workers=1, budget_steps=5_000)
    person = Nods()
    report = run_practice(config, conversation=person)
    assert [entry["name"] for entry in report.admitted] == [STEP.name]
    assert person.questions >= 12
    (first, *_) = kinds(run_of(config, report), "looked_again")
    assert (first["judge"], first["done"]) == ("person", first["attempts"])
