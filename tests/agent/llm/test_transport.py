"""A server that takes too long, says too much, packs it up or sends us elsewhere: each ends, and is named."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_openai.chat_models import _client_utils

from agent.llm.errors import ModelUnavailable
from agent.llm.keys import Secrets
from agent.llm.models import ModelSettings, open_chat_model
from agent.llm.replies import GoalFacts
from tests.agent.llm.llm_bench import KEY, Bench
from tests.agent.llm.openai_server import (
    Behaviour,
    Drip,
    Endless,
    OpenAIServer,
    Raw,
    Redirect,
    Say,
    completion,
    serving,
)

GOOD = '{"facts": {"berries": 2}, "impossible": ""}'
BODY = json.dumps(completion(Say(GOOD))).encode()
Make = Callable[..., Bench]


def ask(bench: Bench, game: dict[str, str]) -> dict[str, int]:
    return bench.model.ask("parse_goal", GoalFacts, **game, goal="two berries").reply.facts


@pytest.mark.slow
@pytest.mark.parametrize("headers", [False, True], ids=["body", "headers"])
def test_a_drip_is_given_up_at_the_deadline_and_cut_off(
    bench: Make, server: OpenAIServer, game: dict[str, str], headers: bool
) -> None:
    server.play(Drip(headers), Drip(headers))
    model = bench(timeout_s=0.5, attempts=2)
    with pytest.raises(
        ModelUnavailable, match=r"in 2 attempts: no reply within .*; a slow model needs a longer"
    ):
        ask(model, game)
    assert server.dripped > 2  # bytes came all the time
    left = [thread for thread in threading.enumerate() if thread.name == "model call"]
    assert all(thread.daemon for thread in left)  # none that the program would wait for at its end
    for thread in left:
        thread.join(60)
        assert not thread.is_alive()  # none that reads on for ever


@pytest.mark.slow
def test_a_slow_reply_after_a_drip_is_taken(bench: Make, server: OpenAIServer, game: dict[str, str]) -> None:
    server.play(Drip(), Say(GOOD))
    assert ask(bench(timeout_s=10.0), game) == {"berries": 2}


@pytest.mark.parametrize(
    "trouble",
    [
        Endless(),
        Raw(b" " * 200_000),
        Raw(gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}),
        Raw(zlib.compress(b" " * 50_000_000), {"Content-Encoding": "deflate"}),
        Raw(gzip.compress(gzip.compress(b" " * 50_000_000)), {"Content-Encoding": "gzip, gzip"}),
    ],
    ids=["endless", "long", "gzip", "deflate", "twice"],
)
def test_a_body_is_read_up_to_its_cap(
    bench: Make, server: OpenAIServer, game: dict[str, str], trouble: Behaviour
) -> None:
    server.play(trouble)
    model = bench(max_reply_bytes=100_000)
    with pytest.raises(
        ModelUnavailable, match=r"in 1 attempt: the reply has more than 100,000 bytes.*--max-reply-b"
    ):
        ask(model, game)
    assert model.waits == []


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(BODY), "gzip"),
        (zlib.compress(BODY), "deflate"),
        (zlib.compress(BODY)[2:-4], "deflate"),
        (gzip.compress(zlib.compress(BODY)), "deflate, GZIP"),
        (BODY, "identity"),
    ],
    ids=["gzip", "zlib", "raw", "both", "identity"],
)
def test_a_packed_reply_within_the_cap_is_opened(
    bench: Make, server: OpenAIServer, game: dict[str, str], packed: bytes, encoding: str
) -> None:
    server.play(Raw(packed, {"Content-Encoding": encoding}))
    assert ask(bench(), game) == {"berries": 2}
    assert server.headers[0]["accept-encoding"] == "identity"


def test_an_unknown_packing_is_named(bench: Make, server: OpenAIServer, game: dict[str, str]) -> None:
    server.play(Raw(BODY, {"Content-Encoding": "br"}))
    with pytest.raises(ModelUnavailable, match="compressed as 'br', which was not asked for"):
        ask(bench(), game)


@pytest.mark.slow
@pytest.mark.parametrize(
    "trouble",
    [
        Raw(b"no gzip at all", {"Content-Encoding": "gzip"}),
        Raw(gzip.compress(BODY)[:40], {"Content-Encoding": "gzip"}),
        Raw(BODY, length=len(BODY) + 100),
        Raw(BODY, length=len(BODY) - 100),
    ],
    ids=["damaged", "cut", "too long a length", "too short a length"],
)
def test_a_damaged_body_is_asked_for_again(
    bench: Make, server: OpenAIServer, game: dict[str, str], trouble: Raw
) -> None:
    server.play(trouble, Say(GOOD))
    model = bench()
    assert ask(model, game) == {"berries": 2}
    assert len(model.waits) == 1


def test_a_redirect_is_followed_and_another_host_does_not_get_the_key(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    with serving() as other:
        other.play(Say(GOOD))
        elsewhere = other.address.partition("#")[0].replace("127.0.0.1", "localhost")
        server.play(Redirect(f"{elsewhere}/chat/completions"))
        assert ask(bench(), game) == {"berries": 2}
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        assert "authorization" not in other.headers[0]
        assert KEY not in json.dumps([other.headers, other.requests])


def test_redirects_without_an_end_are_an_error(
    bench: Make, server: OpenAIServer, game: dict[str, str]
) -> None:
    here = server.address.partition("#")[0]
    server.play(*[Redirect(f"{here}/chat/completions")] * 40)
    with pytest.raises(ModelUnavailable, match="gave no reply in 1 attempt"):
        ask(bench(attempts=1), game)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy", "OPENAI_PROXY"])
def test_a_proxy_is_gone_through_to_other_machines(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, f"http://127.0.0.1:{server.server_port}")
    server.play(Say(GOOD))
    handle = open_chat_model(
        "http://models.invalid/v1#m", ModelSettings(timeout_s=60.0), Secrets(Path("none"), {})
    )
    assert handle.chat.invoke("two berries").text == GOOD
    assert server.headers[0]["host"] == "models.invalid"
    handle.close()


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
@pytest.mark.parametrize("value", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "::nonsense::"])
def test_no_proxy_stands_before_this_machine(
    bench: Make,
    server: OpenAIServer,
    game: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    variable: str,
    value: str,
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/certificates.pem")
    monkeypatch.setenv("NO_PROXY", "[::")
    monkeypatch.setattr(_client_utils, "_proxy_env_warning_emitted", False, raising=False)
    server.play(Say(GOOD))
    assert ask(bench(), game) == {"berries": 2}
    assert caplog.text == ""
