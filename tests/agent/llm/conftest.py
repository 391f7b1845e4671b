"""A small game in words, a scripted server, and seats that never wait."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.llm.answer_log import AnswerLog
from agent.llm.asking import LanguageModel
from agent.llm.client import ModelClient, RetryPolicy
from agent.llm.kept_answers import PackFile
from agent.llm.keys import Secrets
from agent.llm.meter import Caps, Meter
from agent.llm.models import ModelSettings, open_chat_model
from agent.llm.vocabulary import game_variables
from envs.facts import FactSpec
from envs.game import GameSpec
from tests.agent.llm.llm_bench import KEY, Bench
from tests.agent.llm.openai_server import OpenAIServer, serving


@pytest.fixture
def spec(tmp_path: Path) -> GameSpec:
    manual = tmp_path / "manual.md"
    manual.write_text("Bushes carry berries. Tea is brewed at a fire; it costs $2.\n", encoding="utf-8")
    return GameSpec(
        name="garden",
        title="Garden",
        actions=("noop", "north", "pick", "brew_tea"),
        facts=(
            FactSpec(name="berries", description="Berries carried.", kind="count"),
            FactSpec(name="near.fire", description="A fire is next to the player.", kind="place", high=1),
        ),
        seekable={"bush": "A bush with berries."},
        explorable={"anywhere": "Any direction."},
        encoding_size=4,
        max_steps=100,
        manual=manual,
    )


@pytest.fixture
def game(spec: GameSpec) -> dict[str, str]:
    return game_variables(spec)


@pytest.fixture
def skill(game: dict[str, str]) -> dict[str, str]:
    return {
        **game,
        "name": "pick_berries",
        "kind": "act",
        "description": "Walk to a bush and pick.",
        "obtains": "berries 1",
    }


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


@pytest.fixture
def bench(server: OpenAIServer, tmp_path: Path) -> Callable[..., Bench]:
    def make(
        *,
        timeout_s: float = 60.0,
        max_output_tokens: int = 500,
        context_tokens: int | None = None,
        max_reply_bytes: int = 8_000_000,
        caps: Caps | None = None,
        model: str = "",
        recording: PackFile | None = None,
        attempts: int = 4,
        calls_per_minute: float | None = None,
    ) -> Bench:
        settings = ModelSettings(
            timeout_s=timeout_s,
            max_output_tokens=max_output_tokens,
            context_tokens=context_tokens,
            max_reply_bytes=max_reply_bytes,
        )
        handle = open_chat_model(server.address, settings, Secrets(Path("none"), {"JOURNEYMAN_API_KEY": KEY}))
        log = AnswerLog(tmp_path / "run" / "answers.jsonl")
        waits: list[float] = []
        client = ModelClient(
            model=handle,
            meter=Meter(model=model, caps=caps or Caps()),
            retry=RetryPolicy(attempts=attempts, calls_per_minute=calls_per_minute),
            sleep=waits.append,
            clock=lambda: 0.0,
            rng=random.Random(0),
        )
        return Bench(LanguageModel(client=client, log=log, recording=recording), log, waits)

    return make
