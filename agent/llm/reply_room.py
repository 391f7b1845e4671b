"""How long a reply may get: what was asked for, or less where the model's context is smaller."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from agent.llm.errors import PromptTooLong

LIMIT_NAMES: Final = ("max_tokens", "max_completion_tokens")
"""What servers call the longest reply: the old name, which all of them know, and OpenAI's new one."""

LEAST_REPLY: Final = 64
"""Tokens without which it is no use asking."""

_PROMPT_MARGIN: Final = 1.25
_FRAME_TOKENS: Final = 64
"""What a server puts around the messages."""


@dataclass(slots=True, kw_only=True)
class ReplyRoom:
    """The longest reply to ask for, as far as it is known by now.

    Attributes:
        most: tokens asked for at most.
        context: tokens of the model's context, question and reply together; None while unknown.
        names: under which names the server is told.
        margin: further tokens kept free, since estimates of a prompt's length may be too low.
        expected: tokens that the last question was thought to have at most.
    """

    most: int
    context: int | None = None
    names: tuple[str, ...] = LIMIT_NAMES
    margin: int = 0
    expected: int = 0

    def for_prompt(self, prompt_tokens: int) -> int:
        """Tokens that the reply to a prompt of about this length may have.

        Raises:
            PromptTooLong: the context leaves no room for one.
        """
        self.expected = round(prompt_tokens * _PROMPT_MARGIN)
        if self.context is None:
            return self.most
        # A short reply is better than none where our estimate is on the safe side.
        for tokens in (self.expected, prompt_tokens):
            left = self.context - tokens - _FRAME_TOKENS - self.margin
            if left >= min(LEAST_REPLY, self.most):
                return min(self.most, left)
        raise PromptTooLong(
            f"the question has about {prompt_tokens:,} tokens, which leaves no room for a reply in a "
            f"context of {self.context:,}; start the model's server with a longer context, and say how "
            "long with --context-tokens"
        )

    def learn(self, context: int | None, prompt_tokens: int | None = None) -> bool:
        """Take in that question and reply did not fit, and whether it is worth trying again.

        Args:
            context: the context that the server named; None if it named none.
            prompt_tokens: the question's length as the server counted it; None if it did not say.
        """
        more = (prompt_tokens or 0) - self.expected
        longer, smaller = more > self.margin, context is not None and context < (self.context or math.inf)
        if longer:
            self.margin = more
        if smaller:
            self.context = context
        if smaller or (longer and self.context is not None):
            return True
        if self.context is None or self.margin >= self.context // 2:
            return False
        self.margin = 2 * self.margin or self.context // 4
        return True

    def drop_name(self, name: str) -> bool:
        """Take in that the server does not know a name, and whether another one is left."""
        if name not in self.names or len(self.names) == 1:
            return False
        self.names = tuple(other for other in self.names if other != name)
        return True
