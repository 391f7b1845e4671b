"""Who decides, in which order, and what is never a failure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from agent.judges.course import speaks_of_course
from agent.judges.errors import JudgeError, NoJudge
from agent.judges.opening import open_judge
from agent.judges.path import JudgingPath
from envs.facts import EndStatus
from envs.registry import game_spec
from planners.execution.judge import JudgeTask
from planners.execution.runner import SkillRunner
from planners.plan import Outcome, Verdict
from skills.skill import Effects, SkillKind
from tests.planners.tiny_game import TinyGame, make_options, tiny_graph

GAP = JudgeTask(
    task="gap", obtains={}, kinds={}, before={}, after={}, claim="there is a gap between two trees"
)
WOOD = JudgeTask(task="chop", obtains={"wood": 1}, kinds={}, before={"wood": 0}, after={"wood": 0})


class Saying:
    """A judge that says what it is told to, and keeps what it was asked."""

    wants_captions = wants_screens = False
    wants_frames = True

    def __init__(self, name: str, *outcomes: Outcome | Exception) -> None:
        self.name = name
        self.outcomes = list(outcomes)
        self.asked: list[str] = []

    def judge(self, task: JudgeTask) -> Verdict:
        self.asked.append(task.task)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return Verdict(outcome=outcome, reason=f"{self.name} looked", judge=self.name, confidence=0.8)


class Batching(Saying):
    """One that takes all at once."""

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        self.asked.append(f"{len(tasks)} at once")
        return [super(Batching, self).judge(task) for task in tasks]


def test_facts_decide_alone_where_they_state_success() -> None:
    looking = Saying("embedded", "done")
    path = JudgingPath(looking=(looking,))
    assert (path.judge(WOOD).outcome, path.judge(WOOD).judge) == ("not_done", "facts")
    gained = replace(WOOD, after={"wood": 1})
    assert path.judge(gained) == Verdict(outcome="done", reason="wood=1 reached", judge="facts")
    unreported = replace(WOOD, after={})
    assert (path.judge(unreported).outcome, path.judge(unreported).judge) == ("unclear", "facts")
    assert looking.asked == []


def test_the_first_judge_that_is_sure_has_spoken() -> None:
    first, second = Saying("embedded", "unclear", "done"), Saying("chat", "not_done")
    path = JudgingPath(looking=(first, second))
    assert path.judge(GAP) == Verdict(outcome="not_done", reason="chat looked", judge="chat", confidence=0.8)
    assert path.judge(GAP).judge == "embedded"
    assert second.asked == ["gap"]


def test_unclear_to_all_names_every_reason() -> None:
    path = JudgingPath(looking=(Saying("embedded", "unclear"), Saying("chat", JudgeError("no reply."))))
    verdict = path.judge(GAP)
    assert (verdict.outcome, verdict.judge, verdict.success) == ("unclear", "chat", None)
    assert verdict.reason == "embedded: embedded looked; chat: no reply"


def test_nobody_looks() -> None:
    verdict = JudgingPath().judge(GAP)
    assert (verdict.outcome, verdict.judge) == ("unclear", "path")
    assert "facts do not state" in verdict.reason


def test_several_at_once() -> None:
    first = Batching("embedded", "done", "unclear")
    second = Saying("chat", "not_done")
    path = JudgingPath(looking=(first, second))
    verdicts = path.judge_many([GAP, WOOD, replace(GAP, task="row")])
    assert [(v.outcome, v.judge) for v in verdicts] == [
        ("done", "embedded"), ("not_done", "facts"), ("not_done", "chat"),
    ]  # fmt: skip
    assert (first.asked[0], second.asked) == ("2 at once", ["row"])


def test_one_bad_picture_does_not_spoil_the_others() -> None:
    class Choking(Batching):
        def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
            raise JudgeError("one of the pictures is too small")

    judge = Choking("embedded", JudgeError("the picture is too small"), "done")
    verdicts = JudgingPath(looking=(judge,)).judge_many([GAP, GAP])
    assert [verdict.outcome for verdict in verdicts] == ["unclear", "done"]
    assert verdicts[0].reason == "the picture is too small"


def test_a_mistake_in_a_judge_is_unclear_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    broken = Saying("broken", *[KeyError("x" * 5_000)] * 3)
    path = JudgingPath(looking=(broken, Saying("chat", "done", "done", "unclear")))
    assert [path.judge(GAP).judge for _ in range(2)] == ["chat", "chat"]
    verdict = path.judge(GAP)
    assert verdict.outcome == "unclear" and "broken: the judge broke down: KeyError" in verdict.reason
    assert len(verdict.reason) <= 1_100
    assert len([record for record in caplog.records if "broke down" in record.message]) == 1


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), MemoryError()])
def test_what_ends_the_program_is_no_verdict(stop: BaseException) -> None:
    class Stopping(Saying):
        def judge(self, task: JudgeTask) -> Verdict:
            raise stop

    with pytest.raises(type(stop)):
        JudgingPath(looking=(Stopping("stopping"),)).judge(GAP)


def test_too_few_verdicts_are_asked_for_one_by_one() -> None:
    class Short(Batching):
        def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
            return []

    judge = Short("embedded", "done", "not_done")
    verdicts = JudgingPath(looking=(judge,)).judge_many([GAP, GAP])
    assert [verdict.outcome for verdict in verdicts] == ["done", "not_done"]


def test_an_attempt_that_was_cut_off_is_never_a_failure() -> None:
    cut = replace(GAP, status=EndStatus.TIME_LIMIT)
    path = JudgingPath(looking=(Saying("chat", "not_done", "done"),))
    assert path.judge(cut).outcome == "unclear"
    assert path.judge(cut).outcome == "done"


def test_an_aborted_episode_is_unclear() -> None:
    judge = Saying("chat")
    verdict = JudgingPath(looking=(judge,)).judge(replace(GAP, status=EndStatus.ABORTED))
    assert (verdict.outcome, judge.asked) == ("unclear", [])


class TestCourse:
    TASK = replace(GAP, claim="collect wood without losing health")

    def test_unclear_unless_the_course_was_seen(self) -> None:
        judge = Saying("chat", "done")
        path = JudgingPath(looking=(judge,))
        assert path.judge(self.TASK).reason.startswith("the claim is about the course")
        assert path.judge(replace(self.TASK, course_seen=True)).outcome == "done"
        assert judge.asked == ["gap"]

    @pytest.mark.parametrize(
        ("claim", "course"),
        [
            ("collect 3 stone without losing health", True),
            ("never touch the water", True),
            ("sleep through the whole night", True),
            ("stay in the shelter until it is light", True),
            ("carry wood without a table near", False),
            ("stand beside a table", False),
            ("a row of four stones", False),
            ("", False),
        ],
    )
    def test_which_claims(self, claim: str, course: bool) -> None:
        assert speaks_of_course(claim) is course


class TestInPlay:
    """Only attempts that facts do not decide are looked at, which costs drawing."""

    @staticmethod
    def drawn(skill: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
        drawn: list[int] = []
        monkeypatch.setattr(TinyGame, "frame", lambda self, size: drawn.append(self.steps), raising=False)
        game: Any = TinyGame({"chop": lambda facts: facts.update(wood=1), "gap": lambda facts: None})
        graph = tiny_graph(("chop", {"wood": 1}))
        graph.add_skill("gap", SkillKind.ACT, Effects(), success_in_words="a gap", available=True, step_cap=3)
        path = JudgingPath(looking=(Saying("chat", "done"),))
        verdict = SkillRunner(graph, make_options(), path).run(game, skill).verdict
        return len(drawn), verdict.judge

    def test_facts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.drawn("chop", monkeypatch) == (0, "facts")

    def test_looking(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.drawn("gap", monkeypatch) == (4, "chat")


class TestOpening:
    def test_an_unknown_setting(self) -> None:
        with pytest.raises(NoJudge, match=r"no judge 'chatt'; did you mean 'chat'"):
            open_judge("chatt", game_spec("toy"))

    def test_facts_alone(self) -> None:
        path = open_judge("facts", game_spec("toy"))
        assert (path.looking, path.wants_frames) == ((), False)

    def test_a_game_without_an_embedded_judge(self) -> None:
        assert open_judge("auto", game_spec("toy")).looking == ()
        with pytest.raises(NoJudge, match="no embedded judge is shipped for toy"):
            open_judge("embedded", game_spec("toy"))
