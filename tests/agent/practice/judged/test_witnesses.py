"""A few pictures of verdicts are kept, of those that rest on pictures."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agent.play.jobs import Job, JobResult
from agent.practice.judged import witnesses
from agent.practice.judged.witnesses import WITNESSED, keep_witnesses, witnessed
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from planners.plan import Execution, Outcome, Verdict
from skills.code.sandbox import Sandbox
from tests.agent.practice.small_session import Small, small_session


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def small(tmp_path: Path, sandbox: Sandbox) -> Small:
    pool = StandInPool(lambda job: None)  # type: ignore[arg-type,return-value]
    return small_session(tmp_path, pool, sandbox, Ability(name="chop", obtains={"wood": 1}))


def attempt(outcome: Outcome = "done", judge: str = "embedded", pictures: int = 2) -> JobResult:
    verdict = Verdict(outcome=outcome, reason="seen", judge=judge, confidence=0.987654)
    done = Execution(skill="chop", verdict=verdict, env_steps=5, before={}, after={})
    seen = tuple(np.full((6, 8, 3), 10 * i, np.uint8) for i in range(pictures))
    return JobResult(job=Job(seed=1, skill="chop"), attempt=done, witnessed=seen)


def test_only_the_first_attempts_of_a_trial_are_witnessed() -> None:
    jobs = witnessed([Job(seed=i) for i in range(40)])
    assert [job.witness for job in jobs] == [True] * WITNESSED + [False] * (40 - WITNESSED)


def test_verdicts_of_judges_that_look_are_kept_with_first_and_last_picture(small: Small) -> None:
    results = [attempt(), attempt(judge="facts"), attempt(pictures=0), JobResult(job=Job(seed=2))]
    keep_witnesses(small.session, "chop", "a tree is felled", [*results, attempt("not_done")])
    first, second = small.events("verdict")
    assert (first["outcome"], second["outcome"]) == ("done", "not_done")
    assert (first["judge"], first["confidence"], first["claim"]) == ("embedded", 0.988, "a tree is felled")
    with Image.open(small.session.run.media / first["picture"]) as picture:
        assert picture.size == (8 + witnesses.GAP + 8, 6)
    assert second["picture"] == "verdicts/0002.png"


def test_a_run_keeps_a_bounded_number(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "MOST_KEPT", 3)
    for _ in range(4):
        keep_witnesses(small.session, "chop", "x", [attempt(), attempt()])
    assert len(small.events("verdict")) == 3
