"""A language model that says what it was told to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage

from agent.llm.answer_log import AnswerLog
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.client import ModelClient, RetryPolicy
from agent.llm.meter import Meter
from agent.llm.models import ModelHandle
from agent.llm.pack_writer import reply_text


@dataclass
class ScriptedChat:
    """A chat model that gives its replies one after the other.

    Attributes:
        replies: what it has yet to say.
        asked: the messages of every question so far, as (role, text).
    """

    replies: list[str]
    asked: list[list[tuple[str, str]]] = field(default_factory=list)

    def invoke(self, messages: list[tuple[str, str]]) -> AIMessage:
        """The next reply. Raises `AssertionError` when there is none left."""
        self.asked.append(messages)
        if not self.replies:
            raise AssertionError(f"nobody expected to be asked: {messages[-1][1]}")
        return AIMessage(self.replies.pop(0))


def scripted_model(
    *replies: str | Mapping[str, Any], records: Sequence[AnswerPack] = (), log: Path | None = None
) -> tuple[LanguageModel, ScriptedChat]:
    """A live model that says these things, in this order, and the chat that says them.

    Args:
        replies: texts, or the fields of a reply.
        records: answers that are looked up first, so that they are never asked for.
        log: where answers are written down.
    """
    chat = ScriptedChat([reply if isinstance(reply, str) else reply_text(reply) for reply in replies])
    handle = ModelHandle(name="test:scripted", chat=chat)  # type: ignore[arg-type]
    client = ModelClient(model=handle, meter=Meter(), retry=RetryPolicy(attempts=1))
    return LanguageModel(client=client, records=records, log=AnswerLog(log) if log else None), chat
