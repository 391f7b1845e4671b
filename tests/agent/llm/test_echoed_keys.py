"""A server that repeats the key: it stands nowhere afterwards, and the run goes on from its record."""

import base64
import json
import logging
from pathlib import Path

import pytest

from agent.llm.answer_log import read_log
from agent.llm.asking import LanguageModel
from agent.llm.client import RetryPolicy
from agent.llm.errors import LLMError, ModelRefused, ModelUnavailable, ReplyInvalid, ReplyTruncated
from agent.llm.keys import Secrets
from agent.llm.open_model import ModelOptions, open_model
from agent.llm.question import build_request
from agent.llm.replies import GoalFacts
from tests.agent.llm.openai_server import OpenAIServer, Say, Status

KEY = "sk-do-not-tell-0123456789abcdef0123456789abcdef"
FORMS = [KEY, base64.b64encode(KEY.encode()).decode(), f"Bearer {KEY}", json.dumps({KEY: KEY})]

Game = dict[str, str]


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    """The key is in a file, and not in the environment."""
    path = tmp_path / ".env"
    path.write_text(f"JOURNEYMAN_API_KEY={KEY}\n")
    return path


def opened(server: OpenAIServer, dotenv: Path, tmp_path: Path) -> LanguageModel:
    options = ModelOptions(
        log=tmp_path / "run" / "answers.jsonl",
        record_to=tmp_path / "pack.json",
        retry=RetryPolicy(attempts=1),
    )
    return open_model(server.address, "garden", options, Secrets(dotenv, {}))


def told(tmp_path: Path) -> str:
    return "".join(path.read_text() for path in tmp_path.rglob("*.json*"))


def leaks(text: str) -> bool:
    """Whether any sixteen characters of the key, plain or encoded, stand in a text."""
    forms = (KEY, base64.b64encode(KEY.encode()).decode())
    return any(form[i : i + 16] in text for form in forms for i in range(len(form) - 15))


def test_a_key_that_is_escaped_in_json_is_not_read_back_from_it(
    server: OpenAIServer, game: Game, dotenv: Path, tmp_path: Path
) -> None:
    escaped = "".join(f"\\u{ord(each):04x}" for each in KEY)
    server.play(Say(f'{{"impossible": "not with {escaped}"}}'))
    with opened(server, dotenv, tmp_path) as model:
        asked = model.ask("parse_goal", GoalFacts, **game, goal="berries")
    assert asked.reply.impossible == "not with [JOURNEYMAN_API_KEY]"
    assert not leaks(
        json.dumps(
            [json.loads(line) for line in told(tmp_path).splitlines() if line[:1] == "{" and line[-1:] == "}"]
        )
    )


@pytest.mark.parametrize("form", FORMS[:3], ids=["plain", "base64", "bearer"])
def test_a_good_reply_that_repeats_the_key(
    server: OpenAIServer, game: Game, dotenv: Path, tmp_path: Path, form: str
) -> None:
    server.play(Say(f'I was asked with {form}.\n{{"facts": {{"berries": 1}}}}'))
    with opened(server, dotenv, tmp_path) as model:
        asked = model.ask("parse_goal", GoalFacts, **game, goal="berries")
    assert asked.reply.facts == {"berries": 1}
    assert "[JOURNEYMAN_API_KEY]" in told(tmp_path)
    assert not leaks(told(tmp_path))
    # The record is whole: a resumed run reads it, and asks nothing.
    assert list(read_log(tmp_path / "run" / "answers.jsonl").answers) == [asked.answer_id]
    with opened(server, dotenv, tmp_path) as model:
        again = model.ask("parse_goal", GoalFacts, **game, goal="berries")
    assert (again.reply, again.answer_id) == (asked.reply, asked.answer_id)
    assert len(server.requests) == 1


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=["plain", "base64", "bearer", "json"])
@pytest.mark.parametrize("room", [0, 190, 290])
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("nonsense", ReplyInvalid),
        ("refused", ModelRefused),
        ("truncated", ReplyTruncated),
        ("status", ModelUnavailable),
    ],
)
def test_trouble_that_repeats_the_key(
    server: OpenAIServer, game: Game, dotenv: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    form: str, room: int, kind: str, error: type[LLMError],
) -> None:  # fmt: skip
    text = f"{'x' * room} {form}"
    behaviour = {
        "nonsense": Say(text),
        "refused": Say(text, refusal=text),
        "truncated": Say(text, finish="length"),
        "status": Status(500, message=text),
    }[kind]
    server.play(behaviour, behaviour)
    caplog.set_level(logging.DEBUG, logger="agent")
    with opened(server, dotenv, tmp_path) as model, pytest.raises(error) as caught:
        model.ask("parse_goal", GoalFacts, **game, goal="berries")
    assert not leaks(str(caught.value) + told(tmp_path))
    assert not leaks(
        "".join(record.getMessage() for record in caplog.records if record.name.startswith("agent"))
    )


def test_a_key_that_a_person_typed_is_not_asked_about(
    server: OpenAIServer, game: Game, dotenv: Path, tmp_path: Path
) -> None:
    server.play(Say('{"facts": {"berries": 1}}'))
    with opened(server, dotenv, tmp_path) as model:
        asked = model.ask("parse_goal", GoalFacts, **game, goal=f"berries {KEY}")
    assert asked.answer_id == build_request("parse_goal", {**game, "goal": f"berries {KEY}"}).key
    assert KEY not in told(tmp_path)
    assert KEY not in json.dumps(server.requests)
