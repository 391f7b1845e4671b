from __future__ import annotations

import pytest

from agent.llm.errors import BadNetwork
from agent.llm.failures import classify
from agent.llm.limits import too_long


class Refused(Exception):
    def __init__(self, message: str, status_code: int = 400) -> None:
        super().__init__(message)
        self.status_code = status_code


@pytest.mark.parametrize(
    ("said", "context", "prompt"),
    [
        (
            "This model's maximum context length is 8192 tokens. However, you requested 12000 tokens (3808 "
            "in the messages, 8192 in the completion). Please reduce the length of the messages.",
            8192,
            3808,
        ),
        (
            "'max_completion_tokens' is too large: 8192. This model's maximum context length is 4096 tokens "
            "and your request has 3000 input tokens (8192 > 4096 - 3000).",
            4096,
            3000,
        ),
        (
            "{'error': {'code': 400, 'message': 'request (9000 tokens) exceeds the available context size "
            "(8192 tokens), try increasing it', 'type': 'exceed_context_size_error', "
            "'n_prompt_tokens': 9000, 'n_ctx': 8192}}",
            8192,
            9000,
        ),
        ("the model is loaded with context length of only 4096 tokens, which is not enough", 4096, None),
        ("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3000 `inputs` tokens", 4096, None),
        ("Requested token count exceeds the model's maximum context length of 8192 tokens.", 8192, None),
        ("prompt is too long", None, None),
    ],
)
def test_a_context_that_is_too_small_is_known_in_many_words(
    said: str, context: int | None, prompt: int | None
) -> None:
    failure = classify(Refused(said))
    assert (failure.too_long, failure.retryable) == (True, False)
    assert (failure.context_tokens, failure.prompt_tokens) == (context, prompt)


@pytest.mark.parametrize("said", ["the temperature must be below 2", "no such tool", "bad request"])
def test_other_bad_requests_are_not_taken_for_it(said: str) -> None:
    assert not classify(Refused(said)).too_long


def test_secrets_are_blanked_before_anything_is_cut() -> None:
    key = "sk-0123456789abcdef"
    for length in range(270, 310):
        failure = classify(Refused("x" * length + key), lambda text: text.replace(key, "[KEY]"))
        assert key[:4] not in failure.reason


def test_long_and_hostile_texts_are_bounded_and_visible() -> None:
    for error in (
        Refused("\x1b[2J" + "x" * 10**6),
        ValueError("\x1b]8;;" + "y" * 10**6),
        OSError("\x9b" * 10**5),
    ):
        reason = classify(error).reason
        assert len(reason) < 2000
        assert "\x1b" not in reason and "\x9b" not in reason


def test_an_error_whose_text_fails_is_named_by_its_kind() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even this")

    assert "Broken" in classify(Broken()).reason


def test_what_is_hidden_behind_a_connection_error_is_found() -> None:
    def failed(cause: Exception) -> Exception:
        error = type("APIConnectionError", (Exception,), {})("Connection error.")
        error.__cause__ = cause
        return error

    refused = classify(failed(ConnectionRefusedError(111, "Connection refused")))
    assert refused.reason == "the connection failed: [Errno 111] Connection refused" and refused.retryable
    for cause in (too_long(5), BadNetwork("the environment variable X ...")):
        failure = classify(failed(cause))
        assert (failure.reason, failure.retryable) == (str(cause), False)


def test_errors_in_a_circle_come_to_an_end() -> None:
    one, two = ConnectionError("one"), ConnectionError("two")
    one.__cause__, two.__cause__ = two, one
    assert classify(one).retryable
