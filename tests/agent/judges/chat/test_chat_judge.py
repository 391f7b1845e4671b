"""The chat judge before a server on loopback: real pictures in real requests, and whatever can go wrong."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from agent.judges.chat.judge import REST, ChatJudge
from agent.judges.chat.protocols import Debate, Majority, Single
from agent.judges.chat.views import AttemptViews
from agent.judges.errors import JudgeError, NoJudge
from agent.judges.opening import open_judge
from agent.llm.asking import LanguageModel
from agent.llm.meter import Caps
from envs.facts import EndStatus
from envs.registry import game_spec
from planners.execution.judge import JudgeTask
from tests.agent.judges.attempts import CLAIM, crafter_attempt, criteria, judgement, terminal_attempt
from tests.agent.llm.llm_bench import Bench
from tests.agent.llm.openai_server import OpenAIServer, Say, Status, says

Make = Callable[..., Bench]
CRAFTER, NETHACK = game_spec("crafter"), game_spec("nethack")


@pytest.fixture(scope="module")
def attempt() -> JudgeTask:
    return crafter_attempt()


@pytest.fixture(scope="module")
def n_views(attempt: JudgeTask) -> int:
    return len(AttemptViews.of(attempt))


def text_of(server: OpenAIServer, request: int) -> str:
    content = server.requests[request]["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", "<picture>") for block in content)


class TestViews:
    def test_every_moment_once_and_in_order(self, attempt: JudgeTask) -> None:
        views = AttemptViews.of(attempt)
        steps = [view.step for view in views.views]
        events = {event.step for event in attempt.event_frames}
        assert events - set(attempt.frame_steps), "this attempt has an event of its own"
        assert steps == sorted({*attempt.frame_steps, *events})
        assert (steps[0], steps[-1]) == (0, 40)
        words = views.in_words()
        assert words.startswith(f"View 1 of {len(views)}, at the start, the first:\n[picture 432x432 sha256:")
        assert "when what is carried or a bar had just changed" in words
        assert f"View {len(views)} of {len(views)}, after 40 steps, the last:" in words

    def test_nothing_was_seen(self, attempt: JudgeTask) -> None:
        with pytest.raises(JudgeError, match="nothing was seen of the attempt at gap"):
            AttemptViews.of(replace(attempt, frames=(), event_frames=()))


class TestJudging:
    def test_criteria_once_then_every_attempt_with_its_pictures(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*says(criteria(), judgement(n_views), judgement(n_views, "not_done")))
        model = bench()
        judge = ChatJudge(model.model, CRAFTER)
        verdict = judge.judge(attempt)
        assert (verdict.outcome, verdict.judge, verdict.confidence) == ("done", "chat", 0.9)
        assert verdict.reason == "two trees stand with one free cell between them: met (look 1)"
        assert verdict.answer_id in model.log.contents.answers
        other = judge.judge(crafter_attempt(seed=4))
        assert (other.outcome, len(server.requests)) == ("not_done", 3)
        assert CLAIM in text_of(server, 0) and "<picture>" not in text_of(server, 0)
        assert text_of(server, 1).count("<picture>") == n_views
        first = server.requests[1]["messages"][-1]["content"][1]["image_url"]["url"]
        sent = np.asarray(Image.open(io.BytesIO(base64.b64decode(first.partition(",")[2]))))
        assert np.array_equal(sent[::6, ::6], attempt.frames[0]) and sent.shape == (432, 432, 3)

    def test_the_same_attempt_again_comes_from_the_record(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*says(criteria(), judgement(n_views)))
        model = bench()
        first = ChatJudge(model.model, CRAFTER).judge(attempt)
        again = ChatJudge(LanguageModel(records=[model.log]), CRAFTER).judge(crafter_attempt())
        assert again == first and len(server.requests) == 2

    def test_not_visible_forces_unclear_whatever_the_verdict(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*says(criteria("one", "two"), judgement(n_views, "done", "met", "not visible")))
        verdict = ChatJudge(bench().model, CRAFTER).judge(attempt)
        assert (verdict.outcome, verdict.success) == ("unclear", None)
        assert verdict.reason == "two: not visible (look 2)"

    def test_a_contradiction_is_shown_to_the_model_once(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        wrong = judgement(n_views, "done", "not met")
        server.play(*says(criteria(), wrong, judgement(n_views, "not_done")))
        verdict = ChatJudge(bench().model, CRAFTER).judge(attempt)
        assert verdict.outcome == "not_done"
        assert 'the verdict is "done", and a criterion is "not met"' in text_of(server, 2)

    def test_the_terminal_is_read_where_there_is_one(self, bench: Make, server: OpenAIServer) -> None:
        server.play(*says(criteria("the door is open"), judgement(2)))
        judge = ChatJudge(bench().model, NETHACK)
        assert (judge.wants_frames, judge.wants_screens) == (False, True)
        assert judge.judge(terminal_attempt()).outcome == "done"
        asked = text_of(server, 1)
        assert "@. WHAMM!! T:5" in asked and "\x1b" not in asked and "\\x1b[2J" in asked


class TestUnclear:
    """Whatever goes wrong is unclear, and says why."""

    @pytest.mark.parametrize(
        ("replies", "reason"),
        [
            (["no idea", "still none"], "holds no JSON object"),
            (['{"seen": ["a"], "criteria": []}'] * 2, "verdict"),
            ([judgement(1)] * 2, '"seen" has 1 entries; there are'),
            (["I'm sorry, but I can't help with that."], "refused"),
        ],
    )
    def test_a_reply_without_a_verdict(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, replies: list[str], reason: str
    ) -> None:
        server.play(*says(criteria(), *replies))
        verdict = ChatJudge(bench().model, CRAFTER).judge(attempt)
        assert verdict.outcome == "unclear" and reason in verdict.reason

    def test_a_claim_that_is_too_long(self, bench: Make, server: OpenAIServer, attempt: JudgeTask) -> None:
        verdict = ChatJudge(bench().model, CRAFTER).judge(replace(attempt, claim="x" * 1_001))
        assert verdict.outcome == "unclear"
        assert verdict.reason == "the claim has 1,001 characters; say it in at most 1,000"
        assert server.requests == []

    def test_a_claim_longer_than_the_context(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask
    ) -> None:
        model = bench(context_tokens=200)
        verdict = ChatJudge(model.model, CRAFTER).judge(replace(attempt, claim="a gap " * 150))
        assert verdict.outcome == "unclear" and "leaves no room for a reply" in verdict.reason
        assert server.requests == []

    def test_a_model_that_takes_no_pictures_is_not_asked_again(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask
    ) -> None:
        server.play(Say(criteria()), Status(400, message="this model does not support images"))
        judge = ChatJudge(bench().model, CRAFTER)
        for _ in range(2):
            verdict = judge.judge(attempt)
            assert verdict.outcome == "unclear" and "takes no pictures" in verdict.reason
        assert len(server.requests) == 2

    def test_a_model_that_is_down_is_asked_again_later(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*[Status(503)] * 4, *says(criteria(), judgement(n_views)))
        judge = ChatJudge(bench().model, CRAFTER)
        verdicts = [judge.judge(attempt) for _ in range(REST + 2)]
        assert "HTTP 503" in verdicts[0].reason
        assert {verdict.outcome for verdict in verdicts[:-1]} == {"unclear"}
        assert (verdicts[-1].outcome, len(server.requests)) == ("done", 6)

    def test_the_cap_on_judging(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*says(criteria(), judgement(n_views), judgement(n_views)))
        model = bench()
        judge = ChatJudge(model.model, CRAFTER, max_calls=2)
        assert judge.judge(attempt).outcome == "done"
        assert "2 of at most 2 model calls on judging are used up" in judge.judge(attempt).reason
        resumed = ChatJudge(model.model, CRAFTER, max_calls=2)
        assert "--max-judge-calls" in resumed.judge(attempt).reason
        assert len(server.requests) == 2

    def test_the_cap_of_the_run(self, bench: Make, server: OpenAIServer, attempt: JudgeTask) -> None:
        server.play(Say(criteria()))
        judge = ChatJudge(bench(caps=Caps(max_calls=1)).model, CRAFTER)
        assert "above max_calls = 1" in judge.judge(attempt).reason
        assert "above max_calls = 1" in judge.judge(attempt).reason
        assert len(server.requests) == 1

    def test_nothing_recorded(self, attempt: JudgeTask) -> None:
        verdict = ChatJudge(LanguageModel(), CRAFTER).judge(attempt)
        assert verdict.outcome == "unclear" and "no recorded answer" in verdict.reason


class TestProtocols:
    def decide(
        self, bench: Make, attempt: JudgeTask, protocol: Single | Majority | Debate
    ) -> tuple[str, str]:
        verdict = ChatJudge(bench().model, CRAFTER, protocol=protocol).judge(attempt)
        return verdict.outcome, verdict.reason

    def test_a_single_one_is_asked_again_while_unclear(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*says(criteria(), judgement(n_views, "unclear"), judgement(n_views)))
        assert self.decide(bench, attempt, Single(tries=3))[0] == "done"
        assert len(server.requests) == 3

    @pytest.mark.parametrize(
        ("verdicts", "outcome"),
        [
            (["done", "not_done", "done"], "done"),
            (["not_done", "not_done", "unclear"], "not_done"),
            (["done", "not_done", "unclear"], "unclear"),
        ],
    )
    def test_a_majority(
        self,
        bench: Make,
        server: OpenAIServer,
        attempt: JudgeTask,
        n_views: int,
        verdicts: list[str],
        outcome: str,
    ) -> None:
        server.play(*says(criteria(), *(judgement(n_views, verdict) for verdict in verdicts)))
        assert self.decide(bench, attempt, Majority(3))[0] == outcome
        assert len(server.requests) == 4

    def test_a_debate(self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int) -> None:
        arguments = ['{"argument": "the gap is left"}', '{"argument": "that is grass"}']
        server.play(*says(criteria(), *arguments, judgement(n_views, "not_done")))
        assert self.decide(bench, attempt, Debate())[0] == "not_done"
        assert "succeeded: every criterion" in text_of(server, 1)
        assert "the gap is left" in text_of(server, 3) and "that is grass" in text_of(server, 3)
        assert text_of(server, 3).count("<picture>") == n_views


class TestOpening:
    def test_a_live_model_judges_in_the_path(
        self, bench: Make, server: OpenAIServer, attempt: JudgeTask, n_views: int
    ) -> None:
        server.play(*says(criteria(), judgement(n_views, "not_done")))
        path = open_judge("chat", CRAFTER, model=bench().model)
        assert (path.wants_frames, path.wants_screens) == (True, False)
        assert path.judge(replace(attempt, status=EndStatus.TIME_LIMIT)).reason.startswith("cut off")
        assert len(server.requests) == 2

    def test_none_is_configured(self) -> None:
        with pytest.raises(NoJudge, match="none is configured; name one with --llm"):
            open_judge("chat", CRAFTER)
        with pytest.raises(NoJudge, match="no judgements are recorded"):
            open_judge("chat", CRAFTER, model=LanguageModel())

    def test_one_that_reads_text_only(self, bench: Make) -> None:
        model = bench().model
        assert model.client is not None
        model.client.model = replace(model.client.model, sees=False)
        with pytest.raises(NoJudge, match="reads text only, and attempts are judged by pictures"):
            open_judge("chat", game_spec("toy"), model=model)
        assert open_judge("auto", game_spec("toy"), model=model).looking == ()
        assert len(open_judge("auto", NETHACK, model=model).looking) == 1
