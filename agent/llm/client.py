"""One call to a live model: caps, rate limit, time-out, retries with back-off, and what came back."""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.errors import BadConfig
from agent.llm.answer import Usage
from agent.llm.deadline import within
from agent.llm.errors import CannotSee, ModelUnavailable
from agent.llm.failures import Failure, classify
from agent.llm.message import Message
from agent.llm.meter import Meter
from agent.llm.models import ModelHandle
from agent.llm.pictures import Content, Picture, by_hash, content_of, prompt_tokens
from agent.llm.raw_reply import RawReply, raw_reply
from envs.text import clause, sentence

_logger = logging.getLogger(__name__)

_OLD_TRACING = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often, and after which waits, a failed call is repeated."""

    attempts: int = 5
    "calls in all, the first included; 1 or more"
    base_wait_s: float = 1.0
    "wait before the second call; doubles each time, times a random factor of 0.5 to 1"
    longest_wait_s: float = 60.0
    "upper limit of a wait; a provider that asks for more is given up"
    calls_per_minute: float | None = None
    "rate limit of our own; None is no limit"

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise BadConfig(f"attempts is {self.attempts!r}; expected 1 or more")
        if self.calls_per_minute is not None and self.calls_per_minute <= 0:
            raise BadConfig(
                f"calls_per_minute is {self.calls_per_minute!r}; expected more than 0, or nothing"
            )


def _asked(handle: ModelHandle, said: Sequence[tuple[str, Content]]) -> Any:
    """The model's message. LangChain reports to nobody, whatever the environment says of tracing."""
    from langsmith import tracing_context

    for name in _OLD_TRACING:  # with them nothing can be asked at all
        os.environ.pop(name, None)
    with tracing_context(enabled=False):
        return handle.chat.invoke(said)


@dataclass(slots=True, kw_only=True)
class ModelClient:
    """Calls one model; `sleep`, `clock` and `rng` can be replaced, so that tests need not wait."""

    model: ModelHandle
    meter: Meter
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    rng: random.Random = field(default_factory=random.Random)
    _next_call_at: float = float("-inf")

    def call(self, messages: Sequence[Message], pictures: Sequence[Picture] = ()) -> RawReply:
        """Ask until there is a reply.

        Args:
            messages: the conversation.
            pictures: those that it refers to.

        Raises:
            CannotSee: there are pictures, and the model takes none.
            BudgetExceeded: a cap would be passed; nothing was sent.
            PromptTooLong: the question leaves no room for a reply; nothing was sent.
            ModelUnavailable: every attempt failed, or repeating is pointless.
        """
        if pictures and self.model.sees is False:
            raise self._blind("it is known to read text only")
        for attempt in range(1, self.retry.attempts + 1):
            outcome = self._attempt(messages, pictures)
            if isinstance(outcome, RawReply):
                return outcome
            if attempt < self.retry.attempts and self._made_to_fit(outcome):
                _logger.info("%s; asking again in another way", outcome.reason)
                continue
            if pictures and outcome.blind:
                raise self._blind(outcome.reason)
            wait = self._wait_s(attempt, outcome)
            if wait is None:
                raise self._given_up(outcome, attempt)
            _logger.warning("%s; trying again in %.1f s", outcome.reason, wait)
            self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, messages: Sequence[Message], pictures: Sequence[Picture]) -> RawReply | Failure:
        handle, shown = self.model, by_hash(pictures)
        asked_tokens = prompt_tokens(messages, shown)
        reply_tokens = handle.settings.max_output_tokens
        if handle.room is not None:
            reply_tokens = handle.room.for_prompt(asked_tokens)
        self.meter.check(Usage(input_tokens=asked_tokens, output_tokens=reply_tokens))
        self._keep_rate()
        self.meter.count_call()
        said = [(message.role, content_of(message.content, shown)) for message in messages]
        try:
            answer = within(handle.settings.timeout_s, lambda: _asked(handle, said), abandon=handle.abandon)
        except Exception as error:  # providers' clients raise anything; all of it is theirs, not ours
            return classify(error, handle.secrets.redact)
        reply = raw_reply(answer, asked_tokens)
        self.meter.count_usage(reply.usage)
        # A server may repeat what it was sent, the key included; no record is to hold it.
        return replace(reply, text=handle.secrets.redact(reply.text))

    def _made_to_fit(self, failure: Failure) -> bool:
        """Whether the same question can be asked at once in a way that the server has shown to want."""
        room = self.model.room
        if room is None:
            return False
        if failure.too_long:
            return room.learn(failure.context_tokens, failure.prompt_tokens)
        return bool(failure.refused_name) and room.drop_name(failure.refused_name)

    def _keep_rate(self) -> None:
        if self.retry.calls_per_minute is None:
            return
        now = self.clock()
        if now < self._next_call_at:
            self.sleep(self._next_call_at - now)
        self._next_call_at = max(now, self._next_call_at) + 60.0 / self.retry.calls_per_minute

    def _wait_s(self, attempt: int, failure: Failure) -> float | None:
        """Seconds to wait before the next attempt; None to give up."""
        if not failure.retryable or attempt == self.retry.attempts:
            return None
        backoff = self.retry.base_wait_s * 2 ** (attempt - 1) * self.rng.uniform(0.5, 1.0)
        wait = max(min(backoff, self.retry.longest_wait_s), failure.retry_after_s or 0.0)
        return wait if wait <= self.retry.longest_wait_s else None

    def _blind(self, reason: str) -> CannotSee:
        return CannotSee(
            f"model {self.model.name!r} takes no pictures: {sentence(reason)} Name one that sees, such as "
            "--llm openai:gpt-5-mini, or give a GGUF file its projector: --llm model.gguf,mmproj=mmproj.gguf"
        )

    def _given_up(self, failure: Failure, attempts: int) -> ModelUnavailable:
        asked = ""
        if failure.retry_after_s is not None and failure.retry_after_s > self.retry.longest_wait_s:
            asked = f"; it asks to wait {failure.retry_after_s:.0f} s"
        tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        advice = "Check its name, key and network"
        if failure.too_long:
            limit = self.model.settings.max_output_tokens
            advice = (
                f"Ask for shorter replies with --max-output-tokens (now {limit}), or start its server with a "
                "longer context and say how long with --context-tokens"
            )
        return ModelUnavailable(
            f"model {self.model.name!r} gave no reply in {tries}: {clause(failure.reason)}{asked}. "
            f"{advice}; what was answered so far is kept",
            of_question=failure.of_question,
        )
