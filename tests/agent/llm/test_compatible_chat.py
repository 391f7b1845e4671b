"""Servers with ways of their own: figures, errors and texts in odd places, small contexts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from agent.llm.answer import Usage
from agent.llm.answer_log import read_log
from agent.llm.errors import (
    BudgetExceeded,
    ModelRefused,
    ModelUnavailable,
    PromptTooLong,
    ReplyInvalid,
    ReplyTruncated,
)
from agent.llm.message import estimated_tokens
from agent.llm.meter import Caps
from agent.llm.replies import GoalFacts
from tests.agent.llm.llm_bench import KEY, Bench
from tests.agent.llm.openai_server import Fits, OpenAIServer, Raw, Say, Status, says

GOOD = '{"facts": {"berries": 2}, "impossible": ""}'
WRONG = '{"facts": {"wood": 9}}'
Make = Callable[..., Bench]


def ask(bench: Bench, game: dict[str, str], goal: str = "two berries") -> dict[str, int]:
    return bench.model.ask("parse_goal", GoalFacts, **game, goal=goal).reply.facts


def sent_tokens(request: dict[str, Any]) -> int:
    return estimated_tokens(*(message["content"] for message in request["messages"]))


NO_FIGURES = [
    {"prompt_tokens": -1, "completion_tokens": -1, "total_tokens": -2},
    {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    {"prompt_tokens": None, "completion_tokens": None},
    {"prompt_tokens": "many", "completion_tokens": [5]},
    {"prompt_tokens": True, "completion_tokens": {}},
    {"prompt_tokens_details": [1], "completion_tokens_details": "none"},
    {"total_tokens": 7},
    {"a": 1},
    "lots",
    [1, 2],
    5,
]


@pytest.mark.parametrize("counted", NO_FIGURES, ids=str)
def test_figures_that_are_none_count_as_our_own_estimate(
    bench: Make, server: OpenAIServer, game: dict[str, str], counted: Any
) -> None:
    server.play(Say(GOOD, counted=counted))
    model = bench()
    assert ask(model, game) == {"berries": 2}
    expected = Usage(input_tokens=sent_tokens(server.requests[0]), output_tokens=estimated_tokens(GOOD))
    assert (model.model.meter.calls, model.model.meter.usage) == (1, expected)
    (answer,) = read_log(model.log.path).answers.values()
    assert answer.usage == expected


@pytest.mark.parametrize(
    ("figure", "tokens"), [(5000.5, 5001), ("5000", 5000), (1e300, 10_000_000), (10**400, 10_000_000)]
)
def test_odd_figures_are_made_whole(
    bench: Make, server: OpenAIServer, game: dict[str, str], figure: Any, tokens: int
) -> None:
    server.play(Say(GOOD, counted={"prompt_tokens": figure, "completion_tokens": figure}))
    model = bench()
    ask(model, game)
    assert model.model.meter.usage == Usage(input_tokens=tokens, output_tokens=tokens)


def test_caps_hold_against_a_server_that_counts_nothing(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(*[Say(GOOD, counted={"prompt_tokens": 0, "completion_tokens": 0})] * 9)
    model = bench(caps=Caps(max_tokens=3000))
    with pytest.raises(BudgetExceeded, match="max_tokens = 3000"):
        for number in range(9):
            ask(model, game, f"goal {number}")
    assert 1 <= len(server.requests) < 9


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": {"code": 401, "message": f"bad key {KEY}"}}, r"refused the key \(HTTP 401\)"),
        (
            {"error": {"message": "Invalid API key", "type": "authentication_error"}},
            r"refused the key \(HTTP 401\)",
        ),
        ({"error": "Unauthorized"}, r"refused the key \(HTTP 401\)"),
        ({"detail": "Unauthorized"}, r"refused the key \(HTTP 401\)"),
        ({"object": "error", "code": "401", "message": "no"}, r"refused the key \(HTTP 401\)"),
        ({"choices": [{"error": {"code": 403, "message": "no"}}]}, r"refused the key \(HTTP 403\)"),
        ({"errors": [{"status": 404, "detail": "no such model"}]}, r"\(HTTP 404\): no such model"),
        ({"error": {"code": "insufficient_quota", "message": "pay: insufficient_quota"}}, "no quota left"),
        ({"error": {"code": 400, "message": f"\x1b[2J {KEY}"}}, r"HTTP 400: .x1b.2J \[JOURNEYMAN_API_KEY\]"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_an_error_inside_a_success_is_that_error(
    bench: Make, server: OpenAIServer, game: dict[str, str], body: Any, reason: str
) -> None:
    server.play(Raw(json.dumps(body).encode()), Say(GOOD))
    model = bench()
    with pytest.raises(ModelUnavailable, match=f"in 1 attempt: .*{reason}") as caught:
        ask(model, game)
    assert KEY not in str(caught.value) and "\x1b" not in str(caught.value)
    assert (model.waits, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 429, "message": "slow down"}},
        {"error": {"message": "rate limit reached", "type": "rate_limit_error"}},
        {"error": {"code": 502, "message": "upstream"}, "choices": []},
        {"error": {"message": "who knows"}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_passing_error_inside_a_success_is_waited_for(
    bench: Make, server: OpenAIServer, game: dict[str, str], body: Any
) -> None:
    server.play(Raw(json.dumps(body).encode()), Say(GOOD))
    model = bench()
    assert ask(model, game) == {"berries": 2}
    assert len(model.waits) == 1


CALL = {"id": "1", "type": "function", "function": {"name": "answer", "arguments": GOOD}}


@pytest.mark.parametrize(
    ("beside", "where"),
    [
        ({"reasoning_content": f"Perhaps {WRONG}?"}, "reasoning_content"),
        ({"reasoning": GOOD}, "reasoning"),
        ({"tool_calls": [CALL]}, "a tool call"),
        ({"tool_calls": [{**CALL, "function": {"name": "f", "arguments": "{{"}}]}, "a tool call"),
        ({"function_call": {"name": "f", "arguments": GOOD}}, "a function call"),
        ({"content": [{"type": "thinking", "thinking": GOOD}]}, "a block of type thinking"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_empty_reply_says_where_its_text_went(
    bench: Make, server: OpenAIServer, game: dict[str, str], beside: dict[str, Any], where: str
) -> None:
    server.play(Say("", beside=beside), Say(None, beside=beside))
    model = bench()
    with pytest.raises(ReplyInvalid, match=f"the reply is empty.*Its text was in {where}, which is not read"):
        ask(model, game)
    assert all(f"Its text was in {where}" in failed.reason for failed in model.log.contents.failed)
    assert model.model.meter.usage.output_tokens >= 100  # what was not read was paid for


def test_a_refusal_beside_an_empty_reply_is_one(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say(None, refusal="I will \x1b[2J not."))
    with pytest.raises(ModelRefused, match=r"'I will .*x1b\[2J not\.'"):
        ask(bench(), game)


def test_content_in_blocks_is_joined_without_its_thoughts(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    blocks = [
        {"type": "thinking", "thinking": WRONG},
        {"type": "text", "text": GOOD[:10]},
        {"type": "reasoning", "text": WRONG},
        {"type": "text", "text": GOOD[10:]},
    ]
    server.play(Say(None, beside={"content": blocks}))
    assert ask(bench(), game) == {"berries": 2}


@pytest.mark.slow
def test_thoughts_are_not_sent_back(bench: Make, server: OpenAIServer, game: dict[str, str]) -> None:
    server.play(Say(f"<think>secret musings {WRONG}</think>\n{{}}"), Say(f"<think>{WRONG}</think>{GOOD}"))
    model = bench()
    assert ask(model, game) == {"berries": 2}
    assert server.requests[1]["messages"][2]["content"] == "{}"
    assert "musings" not in json.dumps(server.requests[1])
    (line,) = [line for line in model.log.path.read_text().splitlines() if '"kind":"answer"' in line]
    assert json.loads(line)["note"] == "thoughts were left out"


def test_a_thought_without_an_end_is_no_reply_and_says_what_to_raise(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(*says(f"<think>Perhaps {WRONG}?", f"<think>Perhaps {WRONG}?"))
    model = bench()
    with pytest.raises(
        ReplyInvalid, match=r"empty beside its thoughts.*raise --max-output-tokens \(now 500\)"
    ):
        ask(model, game)
    assert server.requests[1]["messages"][2]["content"] == "(an empty reply)"


def test_two_different_answers_are_spoken_of(
    bench: Make, server: OpenAIServer, game: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    server.play(Say(f"{WRONG}\nNo: {GOOD}"))
    assert ask(bench(), game) == {"berries": 2}
    assert 'which counts; understood: {"facts":{"berries":2}' in caplog.text


def test_a_key_that_a_server_repeats_is_nowhere_kept(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say(f"{KEY} {{}}"), Say(f'{{"impossible": "ask with {KEY} again"}}'))
    model = bench()
    reply = model.model.ask("parse_goal", GoalFacts, **game, goal="two berries").reply
    assert reply.impossible == "ask with [JOURNEYMAN_API_KEY] again"
    assert KEY not in model.log.path.read_text(encoding="utf-8")
    assert KEY not in json.dumps(server.requests)


def test_a_key_at_the_edge_of_what_is_shown_leaves_no_part_of_itself(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    for length in range(200, 320, 8):
        server.play(Status(400, message="x" * length + KEY))
        with pytest.raises(ModelUnavailable) as caught:
            ask(bench(), game, f"goal {length}")
        assert KEY[:9] not in str(caught.value)


def test_the_longest_reply_is_told_by_both_names(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say(GOOD))
    ask(bench(max_output_tokens=321), game)
    assert (server.requests[0]["max_tokens"], server.requests[0]["max_completion_tokens"]) == (321, 321)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            "max_completion_tokens",
        ),
        ('[{"type":"extra_forbidden","loc":["body","max_completion_tokens"]}]', "max_tokens"),
        (
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported",
            "max_completion_tokens",
        ),
    ],
)
def test_a_name_that_a_server_refuses_is_dropped(
    bench: Make, server: OpenAIServer, game: dict[str, str], said: str, left: str
) -> None:
    server.play(Status(400, message=said), Say(GOOD), Say(GOOD))
    model = bench()
    assert ask(model, game) == ask(model, game, "berries again") == {"berries": 2}
    names = [{name for name in request if name.startswith("max_")} for request in server.requests]
    assert names == [{"max_tokens", "max_completion_tokens"}, {left}, {left}]
    assert model.waits == []


def test_the_reply_is_fitted_to_a_context_that_was_given(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Fits(4096, 700, GOOD))
    model = bench(max_output_tokens=8192, context_tokens=4096)
    assert ask(model, game) == {"berries": 2}
    (request,) = server.requests
    assert request["max_tokens"] == request["max_completion_tokens"] < 4096 - sent_tokens(request)


@pytest.mark.parametrize("prompt", [1000, 3000])
def test_the_reply_is_fitted_to_the_context_that_a_server_names(
    bench: Make, server: OpenAIServer, game: dict[str, str], prompt: int
) -> None:
    """Also where the question has far more tokens than we think."""
    server.play(*[Fits(4096, prompt, GOOD)] * 5)
    model = bench(max_output_tokens=8192, attempts=5)
    assert ask(model, game) == {"berries": 2}
    assert model.waits == []
    asked = [request["max_tokens"] for request in server.requests]
    assert asked == sorted(asked, reverse=True) and asked[0] == 8192 and asked[-1] <= 4096 - prompt


@pytest.mark.parametrize(
    "said",
    [
        "the request exceeds the available context size. try increasing the context size",
        "Requested tokens exceed context window",
        "prompt is too long",
    ],
)
def test_a_context_that_is_too_small_is_an_error_with_the_options_to_set(
    bench: Make, server: OpenAIServer, game: dict[str, str], said: str
) -> None:
    server.play(Status(400, message=said))
    with pytest.raises(
        ModelUnavailable, match=r"--max-output-tokens \(now 500\), or .* with --context-tokens"
    ):
        ask(bench(), game)


def test_a_question_without_room_for_a_reply_is_not_sent(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    model = bench(context_tokens=200)
    with pytest.raises(
        PromptTooLong, match=r"no room for a reply in a context of 200; .* with --context-tokens"
    ):
        ask(model, game)
    assert (server.requests, model.model.meter.calls) == ([], 0)


def test_a_reply_cut_off_by_the_context_names_both_options(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    server.play(Say("<think>hm", finish="length"))
    with pytest.raises(
        ReplyTruncated, match=r"--max-output-tokens \(now 8192\), and .* --context-tokens \(now 4096\)"
    ):
        ask(bench(max_output_tokens=8192, context_tokens=4096), game)
