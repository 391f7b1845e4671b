"""One message of a conversation with a chat model."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

Role: TypeAlias = Literal["system", "user", "assistant"]

CHARACTERS_PER_TOKEN = 4
"""Rule of thumb for English and code; used for estimates only, never where a provider counts itself."""


class Message(BaseModel):
    """Who says what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    content: str


def estimated_tokens(*texts: str) -> int:
    """About how many tokens the texts take, rounded up.

    >>> estimated_tokens("12345678", "9")
    3
    """
    return -(-sum(map(len, texts)) // CHARACTERS_PER_TOKEN)
