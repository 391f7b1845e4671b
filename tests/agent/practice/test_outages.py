"""A model that is down for a while: what is put off, what goes on, and how the session ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.llm.answer import Answer
from agent.llm.client import RetryPolicy
from agent.llm.errors import BudgetExceeded, ModelUnavailable
from agent.llm.open_model import ModelOptions
from agent.practice import outages as module
from agent.practice.loop import run_practice
from agent.practice.outages import FIRST_WAIT_S, LONGEST_WAIT_S, Outages
from agent.practice.report import PracticeReport
from agent.practice.session_state import Budget, SessionState
from agent.records.runs import RunInfo, list_runs
from agent.testing.abilities import pack_of, passing_tests
from agent.testing.toy import WALKS
from tests.agent.conftest import recorded_config
from tests.agent.llm.openai_server import Behaviour, OpenAIServer, Say, Status, serving
from tests.agent.toy_session import admitted, kinds

DOWN = ModelUnavailable("HTTP 503")
TOO_LONG = ModelUnavailable("the prompt is too long", of_question=True)


@dataclass
class Hours:
    """A clock that only moves when somebody waits."""

    now: float = 0.0
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    end: float = float("inf")

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds

    def outages(self, *, answered_before: bool = True) -> Outages:
        return Outages(
            tell=lambda kind, **data: self.told.append((kind, data)), spent=lambda: self.now >= self.end,
            answered_before=answered_before, clock=lambda: self.now, sleep=self.sleep,
        )  # fmt: skip


class TestWaiting:
    def test_the_same_is_asked_again_after_longer_and_longer_waits(self) -> None:
        hours = Hours()
        outages, asked_at = hours.outages(), []
        for _ in range(8):
            assert outages.failed(DOWN)
            asked_at.append(hours.now)
        waits = [after - before for before, after in zip([0.0, *asked_at], asked_at, strict=False)]
        assert waits[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
        assert waits[-1] == LONGEST_WAIT_S

    def test_a_pause_is_told_once_when_it_begins_and_once_when_it_ends(self) -> None:
        hours = Hours()
        outages = hours.outages()
        for _ in range(3):
            outages.failed(DOWN)
        outages.answered()
        outages.answered()
        waited = FIRST_WAIT_S * (1 + 2 + 4)
        assert hours.told == [
            ("model_down", {"reason": "HTTP 503"}),
            ("model_back", {"seconds": waited, "tries": 3}),
        ]
        assert outages.failed(DOWN)  # the next one begins with short waits again
        assert hours.now == waited + FIRST_WAIT_S

    def test_a_model_that_never_answered_is_not_waited_for(self) -> None:
        hours = Hours()
        outages = hours.outages(answered_before=False)
        assert not outages.failed(DOWN)
        assert (hours.now, hours.told, outages.on) == (0.0, [], False)
        outages.answered()
        assert outages.failed(DOWN)

    def test_waiting_ends_with_the_session_s_time(self) -> None:
        hours = Hours(end=40.0)
        outages = hours.outages()
        assert outages.failed(DOWN)  # 30 of 40 seconds
        assert not outages.failed(DOWN)
        assert 40.0 <= hours.now <= 40.0 + module.NAP_S

    def test_a_question_that_cannot_be_answered_is_no_pause(self) -> None:
        hours = Hours()
        outages = hours.outages()
        assert not outages.failed(TOO_LONG)
        assert not outages.put_off("chop", TOO_LONG)
        assert (hours.told, outages.on) == ([], False)


class TestElsewhere:
    def test_what_needs_an_answer_is_put_off_until_the_model_may_be_asked_again(self) -> None:
        hours = Hours()
        outages = hours.outages()
        with outages.elsewhere():
            assert not outages.failed(DOWN)
        assert hours.now == 0.0
        assert outages.put_off("chop", DOWN)
        assert outages.withheld("chop") and not outages.withheld("walk")
        assert outages.waited_for
        hours.now += FIRST_WAIT_S
        assert not outages.withheld("chop")
        with outages.elsewhere():
            outages.failed(DOWN)
        assert outages.withheld("chop")
        assert outages.wait() and hours.now == 3 * FIRST_WAIT_S
        outages.answered()
        assert not outages.withheld("chop") and not outages.waited_for

    def test_a_question_that_begins_one_pause_after_the_other_is_the_matter_itself(self) -> None:
        hours = Hours()
        outages = hours.outages()
        for pause in range(module.MOST_PAUSES + 1):
            with outages.elsewhere():
                outages.failed(DOWN)
            assert outages.put_off("chop", DOWN) == (pause < module.MOST_PAUSES)
            assert outages.put_off("hew", DOWN)  # only came second
            outages.answered()

    def test_after_a_cap_nothing_is_asked_any_more(self) -> None:
        hours = Hours()
        outages = hours.outages()
        cap = BudgetExceeded("above max_calls = 2; it was not made")
        assert outages.put_off("chop", cap) and outages.put_off("hew", cap)
        hours.now += 1e9
        assert outages.withheld("chop") and not outages.waited_for
        assert "max_calls = 2" in outages.exhausted
        assert [kind for kind, _ in hours.told] == ["model_exhausted"]
        assert not hours.outages(answered_before=False).put_off("chop", cap)


@dataclass
class Moody:
    """A server that knows all answers, and is down while it is told to be.

    Attributes:
        pack: the answers.
        up: questions that it answers before it goes down.
        down: questions in a row that it then refuses; None for all that come.
    """

    pack: Sequence[Answer]
    up: int
    down: int | None
    refused: int = 0

    def __call__(self, request: dict[str, Any]) -> Behaviour:
        if self.up == 0 and (self.down is None or self.refused < self.down):
            self.refused += 1
            return Status(503, message="down for maintenance")
        self.up = max(0, self.up - 1)
        said = [message["content"] for message in request["messages"]]
        for answer in self.pack:
            if [message.content for message in answer.request.messages] == said:
                return Say(answer.reply)
        return Status(500, message="nobody expected to be asked this")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, borrowed_worker: None) -> None:
    """No waiting between questions to speak of."""
    monkeypatch.setattr(module, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(module, "LONGEST_WAIT_S", 0.05)
    impatient = partial(ModelOptions, retry=RetryPolicy(attempts=1))
    monkeypatch.setattr("agent.practice.session.ModelOptions", impatient)
    monkeypatch.setenv("JOURNEYMAN_API_KEY", "none-needed")


def knowing(up: int, down: int | None) -> Moody:
    return Moody([*pack_of(*WALKS), *passing_tests(*WALKS)], up, down)


def live(folder: Path, server: OpenAIServer, **rest: Any) -> PracticeConfig:
    return replace(recorded_config(folder, None, proposer="none", **rest), llm=server.address)


def practised(config: PracticeConfig) -> tuple[PracticeReport, RunInfo]:
    report = run_practice(config)
    return report, list_runs(config.runs_dir)[-1]


PREPARATION, DESIGN = 6, 2
"""Questions before the first design: tasks, claims, shield, guards; and of each: an option and its test."""


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("up", [1, 3, 5, PREPARATION, PREPARATION + 1, PREPARATION + DESIGN])
@pytest.mark.one_in(3)
def test_a_session_outlasts_a_pause_of_its_model(up: int, server: OpenAIServer, tmp_path: Path) -> None:
    server.answer = moody = knowing(up=up, down=5)
    report, run = practised(live(tmp_path, server))
    assert moody.refused == 5
    assert sorted(admitted(report)) == ["walk_down", "walk_left", "walk_up"]
    assert report.abandoned == ()
    (down,), (back,) = kinds(run, "model_down"), kinds(run, "model_back")
    assert "down for maintenance" in down["reason"]
    assert back["tries"] == 5
    failed = [line for line in (run.path / "answers.jsonl").read_text().splitlines() if '"failed"' in line]
    assert 1 <= len(failed) <= 5


@pytest.mark.usefixtures("hurried")
def test_what_needs_no_answer_goes_on_meanwhile(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer = knowing(up=PREPARATION + DESIGN, down=3)
    _, run = practised(live(tmp_path, server))
    order = [event["kind"] for event in kinds(run, "model_down", "model_back", "designed", "admitted")]
    assert order.index("model_down") > order.index("designed")
    assert order.count("admitted") == 3


@pytest.mark.usefixtures("hurried")
def test_a_session_that_ends_in_a_pause_goes_on_later(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer = moody = knowing(up=PREPARATION + DESIGN, down=None)
    config = live(tmp_path, server)
    with pytest.MonkeyPatch.context() as patch:  # the time is over while the model is down
        over = property(lambda budget: "time is up" if moody.refused > 4 else "")
        patch.setattr(Budget, "reason", over)
        report, run = practised(config)
    assert report.stopped == "time is up"
    assert len(admitted(report)) == 1 and report.abandoned == ()
    assert len(kinds(run, "model_down")) == 1 and kinds(run, "model_back") == []
    server.answer = knowing(up=100, down=0)
    again, run = practised(replace(config, budget_steps=21_000, resume=run.name))
    assert len(admitted(again)) == 3 and again.abandoned == ()
    assert {skill.status for skill in SessionState.load(run.path).skills.values()} == {"admitted"}


@pytest.mark.usefixtures("hurried")
def test_a_cap_on_calls_ends_asking_and_not_the_session(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer = knowing(up=100, down=0)
    config = live(tmp_path, server, max_calls=PREPARATION + DESIGN)
    report, run = practised(config)
    assert len(admitted(report)) == 1 and report.abandoned == ()
    assert "above max_calls = 8" in report.stopped
    again, _ = practised(replace(config, max_calls=50, resume=run.name))
    assert len(admitted(again)) == 3


@pytest.mark.usefixtures("hurried")
def test_a_server_that_never_answered_is_told_of_at_once(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer = knowing(up=0, down=None)
    with pytest.raises(ModelUnavailable, match="down for maintenance"):
        run_practice(live(tmp_path, server))
