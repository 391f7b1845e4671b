"""What was asked and what came back, as records that carry their own hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.llm.message import Message


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that equal values give equal text.

    >>> canonical_json({"b": 1, "a": [True, None]})
    '{"a":[true,null],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: Any) -> str:
    """BLAKE2b over the canonical JSON, 16 bytes, with the algorithm's tag: ``blake2b-16:<32 hex digits>``."""
    digest = hashlib.blake2b(canonical_json(value).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"blake2b-16:{digest.hexdigest()}"


class Request(_Record):
    """A question, complete.

    The model that answers is not part of it: a recorded answer stands for whichever model is asked.
    Neither are time-outs and retries, which cannot change an answer.

    Attributes:
        messages: the conversation, rendered.
        reply: the reply's form, see `agent.llm.replies.reply_signature`.
        draw: 0, 1, 2... where the same question is asked several times for different answers.
        subject: what it is about, for people; not part of the key.
    """

    prompt_id: str
    prompt_version: int
    messages: tuple[Message, ...] = Field(min_length=1)
    reply: str
    draw: int = Field(default=0, ge=0)
    subject: str = ""

    @property
    def key(self) -> str:
        """The hash of everything that can change the answer."""
        return content_hash(self.model_dump(mode="json", exclude={"subject"}))

    def __str__(self) -> str:
        """The question in short, for messages."""
        about = f" about {self.subject!r}" if self.subject else ""
        return (
            f"prompt {self.prompt_id!r} version {self.prompt_version}{about}, draw {self.draw} ({self.key})"
        )


class Usage(_Record):
    """Tokens as the provider counted them, estimated where it did not say; zero for recorded answers."""

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class Source(_Record):
    """Where an answer comes from.

    Attributes:
        kind: ``live``: a model said it when asked; ``recorded``: written down beforehand.
        model: the model's name as given on the command line; never a key or an address with credentials.
        date: ISO date.
    """

    kind: Literal["live", "recorded"]
    model: str = ""
    note: str = ""
    date: str = ""


class Answer(_Record):
    """A reply that passed its checks.

    Attributes:
        id: the request's key; other records cite it.
        reply: the reply's text, word for word.
        reply_hash: hash of `reply`, so that a later edit shows.
        repaired: the first reply was rejected, and this is the one after the repair round.
    """

    id: str = ""
    request: Request
    reply: str
    reply_hash: str = ""
    repaired: bool = False
    usage: Usage = Usage()
    source: Source

    @model_validator(mode="before")
    @classmethod
    def _fill_hashes(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("request"), Request):
            return {"id": data["request"].key, "reply_hash": content_hash(data.get("reply")), **data}
        return data

    @model_validator(mode="after")
    def _hashes_fit(self) -> Answer:
        if self.id != self.request.key:
            raise ValueError(
                f"answer {self.id!r} does not fit its request, which hashes to {self.request.key!r}"
            )
        if self.reply_hash != content_hash(self.reply):
            raise ValueError(f"the reply of answer {self.id!r} was changed after it was recorded")
        return self


class FailedExchange(_Record):
    """A reply, or none at all, that is of no use; kept for people to read, never used as an answer.

    Attributes:
        error: class name of what went wrong.
        reason: what was wrong, in words.
    """

    request: Request
    reply: str = ""
    error: str
    reason: str
    usage: Usage = Usage()
    source: Source
