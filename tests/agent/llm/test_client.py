"""A misbehaving server on loopback: each misbehaviour ends in a retry or in the exact error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.errors import BadConfig
from agent.llm.answer import Usage
from agent.llm.client import RetryPolicy
from agent.llm.errors import BudgetExceeded, ModelRefused, ModelUnavailable, ReplyInvalid, ReplyTruncated
from agent.llm.failures import classify, retry_after
from agent.llm.meter import Caps
from agent.llm.replies import GoalFacts
from tests.agent.llm.llm_bench import KEY, Bench
from tests.agent.llm.openai_server import Cut, Hang, OpenAIServer, Raw, Say, Status, says

GOOD = '```json\n{"facts": {"berries": 2}, "impossible": ""}\n```'
Make = Callable[..., Bench]


def ask(bench: Bench, game: dict[str, str], goal: str = "two berries") -> dict[str, int]:
    return bench.model.ask("parse_goal", GoalFacts, **game, goal=goal).reply.facts


def nothing_stored(bench: Bench, *errors: str) -> None:
    """No answer in the run's record, in memory or on disk; the failed exchanges are there, in order."""
    from agent.llm.answer_log import read_log

    for contents in (bench.log.contents, read_log(bench.log.path)):
        assert contents.answers == {}
        assert [failed.error for failed in contents.failed] == list(errors)


def test_a_good_reply_is_asked_for_once_and_stored(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say(GOOD, usage=(1234, 56)))
    model = bench()
    asked = model.model.ask("parse_goal", GoalFacts, **game, goal="two berries")
    assert asked.reply == GoalFacts(facts={"berries": 2})
    assert (asked.source.kind, asked.source.model, asked.repaired) == ("live", server.address, False)
    stored = model.log.contents.answers[asked.answer_id]
    assert (stored.reply, stored.usage) == (GOOD, Usage(input_tokens=1234, output_tokens=56))
    assert (model.model.meter.calls, model.model.meter.usage) == (1, stored.usage)
    # The same question again comes from the record.
    assert model.model.ask("parse_goal", GoalFacts, **game, goal="two berries") == asked
    assert [m["role"] for m in server.requests[0]["messages"]] == ["system", "user"]
    assert len(server.requests) == 1
    assert model.waits == []


RETRIED = [
    (Status(429, {"Retry-After": "7"}), lambda wait: wait == 7.0),
    (Status(429), lambda wait: 0.5 <= wait <= 1.0),
    (Status(500), lambda wait: 0.5 <= wait <= 1.0),
    (Status(503, {"Retry-After": "nonsense"}), lambda wait: 0.5 <= wait <= 1.0),
    (Cut(), lambda wait: 0.5 <= wait <= 1.0),
    (Raw(b'{"id": "x", "choices": [{"mess'), lambda wait: 0.5 <= wait <= 1.0),
    (Raw(b"<html>gateway</html>"), lambda wait: 0.5 <= wait <= 1.0),
    (Raw(b'{"choices": null}'), lambda wait: 0.5 <= wait <= 1.0),
    (Raw(b'{"choices": []}'), lambda wait: 0.5 <= wait <= 1.0),
    (Raw(b"{}"), lambda wait: 0.5 <= wait <= 1.0),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "fits"), RETRIED, ids=lambda value: "" if callable(value) else str(value)[:40]
)
def test_passing_trouble_is_retried(
    bench: Make,
    server: OpenAIServer,
    game: dict[str, str],
    trouble: Status | Cut | Raw,
    fits: Callable[[float], bool],
) -> None:
    server.play(trouble, Say(GOOD))
    model = bench()
    assert ask(model, game) == {"berries": 2}
    assert len(server.requests) == 2
    assert model.model.meter.calls == 2
    assert len(model.waits) == 1 and fits(model.waits[0])
    assert len(model.log.contents.answers) == 1 and model.log.contents.failed == []


@pytest.mark.slow
def test_a_server_that_hangs_is_given_up_and_asked_again(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Hang(), Say(GOOD))
    model = bench(timeout_s=3.0)  # the second reply must come within it, on a busy machine too
    assert ask(model, game) == {"berries": 2}
    assert len(model.waits) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (Status(429), "HTTP 429"),
        (Status(500), "HTTP 500"),
        (Cut(), "connection|unusable"),
        (Raw(b"{{"), "unusable"),
        (Raw(b'{"choices": null}'), "unusable"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_trouble_that_stays_is_an_error_after_the_last_attempt(
    bench: Make, server: OpenAIServer, game: dict[str, str], trouble: Status | Cut | Raw, reason: str
) -> None:
    server.play(*[trouble] * 4)
    model = bench()
    with pytest.raises(ModelUnavailable, match=f"gave no reply in 4 attempts: .*({reason})") as caught:
        ask(model, game)
    assert KEY not in str(caught.value)
    assert len(server.requests) == 4
    # Waits double: 1, 2, 4 seconds, each times 0.5 to 1.
    assert [round(wait / 2**n, 3) for n, wait in enumerate(model.waits)] == pytest.approx(
        [0.75] * 3, abs=0.25
    )
    nothing_stored(model, "ModelUnavailable")


@pytest.mark.slow
def test_hanging_for_ever_is_an_error(bench: Make, server: OpenAIServer, game: dict[str, str]) -> None:
    server.play(Hang(), Hang())
    model = bench(timeout_s=0.3, attempts=2)
    with pytest.raises(ModelUnavailable, match="in 2 attempts: no reply within the time limit"):
        ask(model, game)
    nothing_stored(model, "ModelUnavailable")


def test_a_server_that_is_not_there_is_an_error(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    model = bench(attempts=2)
    server.closing.set()
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelUnavailable, match="in 2 attempts: the connection failed"):
        ask(model, game)
    nothing_stored(model, "ModelUnavailable")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (Status(401, message=f"Incorrect API key provided: {KEY}"), r"refused the key \(HTTP 401\)"),
        (Status(403), r"refused the key \(HTTP 403\)"),
        (Status(404, message="no such model"), r"no such model or address \(HTTP 404\): .*no such model"),
        (
            Status(400, message=f"your key {KEY} asks too much"),
            r"HTTP 400: .*your key \[JOURNEYMAN_API_KEY\] asks",
        ),
        (Status(429, message="insufficient_quota: pay first"), "no quota left"),
        (Status(429, {"Retry-After": "3600"}), "HTTP 429: .*; it asks to wait 3600 s"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_trouble_that_waiting_does_not_mend_is_an_error_at_once(
    bench: Make, server: OpenAIServer, game: dict[str, str], trouble: Status, reason: str
) -> None:
    server.play(trouble)
    model = bench()
    with pytest.raises(ModelUnavailable, match=f"in 1 attempt: .*{reason}") as caught:
        ask(model, game)
    assert model.waits == []
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    nothing_stored(model, "ModelUnavailable")


def test_the_key_is_sent_but_never_written(
    bench: Make, server: OpenAIServer, game: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    server.play(Status(500, message=f"{KEY} failed"), Say(GOOD))
    model = bench()
    ask(model, game)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in model.log.path.read_text(encoding="utf-8")
    assert KEY not in caplog.text
    assert "[JOURNEYMAN_API_KEY] failed" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "refusal",
    [
        Say(None, refusal="I will not play."),
        Say("I'm sorry, but I can't help with that."),
        Say("", finish="content_filter"),
    ],
    ids=["field", "text", "filter"],
)
def test_a_refusal_is_an_error_without_a_repair_round(
    bench: Make, server: OpenAIServer, game: dict[str, str], refusal: Say
) -> None:
    server.play(refusal, Say(GOOD))
    model = bench()
    with pytest.raises(ModelRefused, match="refused prompt 'parse_goal' version 1 about 'two berries'"):
        ask(model, game)
    assert len(server.requests) == 1
    nothing_stored(model, "ModelRefused")


@pytest.mark.slow
@pytest.mark.parametrize("text", [GOOD, GOOD[:20], ""])
def test_a_reply_that_is_cut_off_is_an_error_even_if_it_looks_whole(
    bench: Make, server: OpenAIServer, game: dict[str, str], text: str
) -> None:
    server.play(Say(text, finish="length", usage=(9000, 500)))
    model = bench()
    with pytest.raises(
        ReplyTruncated, match=r"cut off after 500 tokens; raise --max-output-tokens \(now 500\)"
    ):
        ask(model, game)
    nothing_stored(model, "ReplyTruncated")
    assert model.log.contents.failed[0].usage == Usage(input_tokens=9000, output_tokens=500)


BAD = [
    ("", "the reply is empty"),
    ("wood wood wood wood", "holds no JSON object"),
    ('{"facts": {"berries": 1}', "not well-formed"),
    ('{"facts": {"berries": "one"}}', "facts.berries: Input should be a valid integer"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_a_bad_reply_is_shown_to_the_model_once_and_the_repaired_one_stored(
    bench: Make, server: OpenAIServer, game: dict[str, str], bad: str, reason: str
) -> None:
    server.play(Say(bad), Say(GOOD))
    model = bench()
    asked = model.model.ask("parse_goal", GoalFacts, **game, goal="two berries")
    assert (asked.reply.facts, asked.repaired) == ({"berries": 2}, True)
    said = server.requests[1]["messages"]
    assert [m["role"] for m in said] == ["system", "user", "assistant", "user"]
    assert said[2]["content"] == (bad or "(an empty reply)")
    assert reason in said[3]["content"]
    (answer,) = model.log.contents.answers.values()
    assert (answer.id, answer.reply, answer.repaired) == (asked.answer_id, GOOD, True)
    assert [(f.reply, f.error) for f in model.log.contents.failed] == [(bad, "Unparsable")]


@pytest.mark.slow
@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_two_bad_replies_are_an_error(
    bench: Make, server: OpenAIServer, game: dict[str, str], bad: str, reason: str
) -> None:
    server.play(*says(bad, "still nonsense", GOOD))
    model = bench()
    with pytest.raises(ReplyInvalid, match=f"(?s)rejected: .*{reason}.*rejected again: .*'still nonsense'"):
        ask(model, game)
    assert len(server.requests) == 2
    nothing_stored(model, "Unparsable", "Unparsable")


def test_a_cap_on_calls_stops_before_the_call_and_counts_failed_ones(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Status(500), Say(GOOD), Say(GOOD))
    model = bench(caps=Caps(max_calls=2))
    assert ask(model, game) == {"berries": 2}
    with pytest.raises(BudgetExceeded, match="max_calls = 2; it was not made"):
        ask(model, game, "three berries")
    assert len(server.requests) == 2
    assert len(model.log.contents.answers) == 1 and model.log.contents.failed == []


def test_a_cap_on_tokens_stops_before_the_call(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say(GOOD, usage=(9000, 900)))
    model = bench(caps=Caps(max_tokens=10_000))
    ask(model, game)
    with pytest.raises(BudgetExceeded, match="max_tokens = 10000"):
        ask(model, game, "three berries")
    assert len(server.requests) == 1


def test_calls_keep_their_distance_under_a_rate_limit(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(*says(GOOD, GOOD, GOOD))
    model = bench(calls_per_minute=20.0)
    for goal in ("one", "two", "three"):
        ask(model, game, goal)
    # 60 / 20 = 3 s apart; the clock of the test stands still, so the third is due at 6 s.
    assert model.waits == [3.0, 6.0]


def test_tokens_are_estimated_when_the_provider_does_not_count(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say(GOOD, usage=None))
    model = bench()
    ask(model, game)
    sent = sum(len(m["content"]) for m in server.requests[0]["messages"])
    assert model.model.meter.usage == Usage(input_tokens=-(-sent // 4), output_tokens=-(-len(GOOD) // 4))


def test_retry_after_takes_seconds_and_dates() -> None:
    assert retry_after({"retry-after": "3"}, 0.0) == 3.0
    # One minute and a half past the epoch, seen 30 s past it.
    assert retry_after({"retry-after": "Thu, 01 Jan 1970 00:01:30 GMT"}, 30.0) == 60.0
    assert retry_after({"retry-after": "-5"}, 0.0) == 0.0
    assert retry_after({"retry-after": "soon"}, 0.0) is None
    assert retry_after({}, 0.0) is None


def test_errors_of_any_client_are_sorted() -> None:
    assert classify(TimeoutError()).retryable
    assert classify(ConnectionResetError("gone")).reason == "the connection failed: gone"
    assert classify(KeyError("choices")).reason == "the response was unusable (KeyError: 'choices')"


def test_retry_policy_is_checked() -> None:
    with pytest.raises(BadConfig, match="attempts is 0; expected 1 or more"):
        RetryPolicy(attempts=0)
    with pytest.raises(BadConfig, match="calls_per_minute is 0; expected more than 0"):
        RetryPolicy(calls_per_minute=0)
