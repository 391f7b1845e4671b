"""The only place where a language model is asked anything."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from agent.llm.advice import after_two_replies, more_room, where_it_went
from agent.llm.answer import Request, Source
from agent.llm.answer_log import AnswerLog
from agent.llm.client import ModelClient
from agent.llm.errors import (
    BadPrompt,
    CannotSee,
    LLMError,
    ModelRefused,
    ModelUnavailable,
    NoRecordedAnswer,
    ReplyInvalid,
    ReplyTruncated,
)
from agent.llm.kept_answers import AnswerSource, Exchange, KeptAnswers, PackFile
from agent.llm.meter import Meter
from agent.llm.parse import Reading, is_refusal, read_reply
from agent.llm.pictures import Picture
from agent.llm.prompt import PROMPT_FOLDER
from agent.llm.question import build_request, repair_request
from agent.llm.raw_reply import RawReply
from agent.llm.replies import Reply, reply_signature
from agent.llm.thoughts import said_aloud
from agent.records.redaction import redact
from envs.text import plain, sentence
from skills.errors import CodeRejected

R = TypeVar("R", bound=Reply)

Mode: TypeAlias = Literal["live", "record", "replay"]

_logger = logging.getLogger(__name__)


class Patience(Protocol):
    """What is done when a live model does not answer."""

    def failed(self, error: ModelUnavailable) -> bool:
        """A call led to no reply after all its retries; returns whether to make it again."""
        ...

    def answered(self) -> None:
        """A call led to a reply."""
        ...


@dataclass(frozen=True, slots=True)
class Asked(Generic[R]):
    """A typed reply, and the id of its answer, for records to cite."""

    reply: R
    answer_id: str
    source: Source
    repaired: bool = False


class LanguageModel:
    """Asks questions: from the run's own record, from packs, or live; keeps a record of every exchange.

    Attributes:
        client: the live model, if there is one.
        kept: where answers are looked up and kept.
        patience: asked when it does not answer; None to give up after the client's own retries.
    """

    def __init__(
        self,
        *,
        client: ModelClient | None = None,
        records: Sequence[AnswerSource] = (),
        log: AnswerLog | None = None,
        recording: PackFile | None = None,
        prompts: Path = PROMPT_FOLDER,
    ) -> None:
        """Set up a model to ask.

        Args:
            client: the live model; None answers from records alone.
            records: where answers are looked up, in this order, after the run's own record.
            log: the run's record.
            recording: a pack that live answers are added to as well.
            prompts: folder of the prompt files.
        """
        self.client = client
        self.patience: Patience | None = None
        self.kept = KeptAnswers(records, log, recording)
        self._prompts = prompts
        self._no_meter = Meter()

    @property
    def mode(self) -> Mode:
        """``live``, ``record`` (live, and into a pack) or ``replay`` (records only)."""
        if self.client is None:
            return "replay"
        return "record" if self.kept.recording else "live"

    @property
    def meter(self) -> Meter:
        """What was spent; stays at zero in replay."""
        return self.client.meter if self.client else self._no_meter

    @property
    def log(self) -> AnswerLog | None:
        """The run's record."""
        return self.kept.log

    def close(self) -> None:
        """Free what the model holds."""
        if self.client is not None:
            self.client.model.close()

    def __enter__(self) -> LanguageModel:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def ask(
        self,
        prompt_name: str,
        reply_type: type[R],
        *,
        check: Callable[[R], None] | None = None,
        draw: int = 0,
        **variables: str,
    ) -> Asked[R]:
        """Ask a question and get a typed reply that passes `check`.

        A reply that cannot be parsed, or that `check` rejects with `CodeRejected` or `ValueError`, is shown
        to the model once with the reason.

        Args:
            prompt_name: file name of the prompt, without its ending.
            reply_type: the reply model that the prompt's front matter names.
            check: raises when the reply cannot be used; the model is shown the message.
            draw: 0, 1, 2...; another number asks the same question for another answer.
            variables: exactly those that the prompt declares.

        Raises:
            BadPrompt: the prompt, its variables or `reply_type` do not fit.
            NoRecordedAnswer: in replay, nothing is recorded for this question.
            ReplyInvalid: the reply was wrong, and so was the repaired one.
            ModelRefused: the model declined.
            ReplyTruncated: the reply was cut off.
            ModelUnavailable: no reply after all retries.
            PromptTooLong: the question leaves no room for a reply.
            BudgetExceeded: a cap would be passed.
        """
        return self.ask_about((), prompt_name, reply_type, variables, check=check, draw=draw)

    def ask_about(
        self,
        pictures: Sequence[Picture],
        prompt_name: str,
        reply_type: type[R],
        variables: Mapping[str, str],
        *,
        check: Callable[[R], None] | None = None,
        draw: int = 0,
    ) -> Asked[R]:
        """As `ask`, about pictures that the model is shown.

        Args:
            pictures: those whose references are in the variables; their pixels are part of the key.
            prompt_name: file name of the prompt, without its ending.
            reply_type: the reply model that the prompt's front matter names.
            variables: exactly those that the prompt declares.
            check: as in `ask`.
            draw: as in `ask`.

        Raises:
            CannotSee: there are pictures, and the model takes none.
            LLMError: as `ask` does.
        """
        request = build_request(prompt_name, variables, draw=draw, folder=self._prompts)
        if request.reply != reply_signature(reply_type):
            raise BadPrompt(f"prompt {prompt_name!r} replies with {request.reply}, not {reply_type.__name__}")
        exchange = self._exchange(request, pictures)
        try:
            reading = _accepted(exchange, reply_type, check)
        except (CodeRejected, ValueError) as error:
            self.kept.keep_failed(request, exchange, error)
            return self._repaired(request, exchange, error, reply_type, check, pictures)
        self.kept.keep(request, exchange, reading)
        return Asked(reading.reply, request.key, exchange.source, exchange.repaired)

    def _repaired(
        self,
        request: Request,
        rejected: Exchange,
        reason: Exception,
        reply_type: type[R],
        check: Callable[[R], None] | None,
        pictures: Sequence[Picture],
    ) -> Asked[R]:
        repair = repair_request(request, rejected.text, str(reason))
        try:
            exchange = self._exchange(repair, pictures)
        except NoRecordedAnswer as missing:
            raise ReplyInvalid(
                f"the recorded reply to {request} was rejected: {sentence(reason)} "
                f"And there is no repaired one: {missing}"
            ) from missing
        try:
            reading = _accepted(exchange, reply_type, check)
        except (CodeRejected, ValueError) as again:
            self.kept.keep_failed(repair, exchange, again)
            raise ReplyInvalid(
                f"the reply to {request} was rejected: {sentence(reason)} "
                f"After the repair round it was rejected again: {sentence(again)} "
                f"{after_two_replies(again, exchange.hint, self.client)}"
            ) from again
        self.kept.keep(request, exchange, reading, repaired=True)
        return Asked(reading.reply, request.key, exchange.source, True)

    def _exchange(self, request: Request, pictures: Sequence[Picture]) -> Exchange:
        if recorded := self.kept.lookup(request):
            return recorded
        if self.client is None:
            raise NoRecordedAnswer(self.kept.missing(request))
        return self._live(self.client, request, pictures)

    def _live(self, client: ModelClient, request: Request, pictures: Sequence[Picture]) -> Exchange:
        date = datetime.datetime.now(datetime.UTC).date().isoformat()
        source = Source(kind="live", model=client.model.name, date=date)
        raw = self._called(client, request, pictures, Exchange(text="", source=source))
        # What is kept, hashed, parsed and told is the reply without keys that it may repeat.
        raw = replace(raw, text=redact(raw.text))
        exchange = Exchange(text=raw.text, source=source, usage=raw.usage, hint=where_it_went(raw))
        fault: LLMError | None = None
        if raw.finish == "refused" or is_refusal(raw.text):
            said = plain(said_aloud(raw.text).said.strip(), 200)
            fault = ModelRefused(f"model {client.model.name!r} refused {request}: {said!r}")
        elif raw.finish == "truncated":
            fault = ReplyTruncated(
                f"the reply of model {client.model.name!r} to {request} was cut off after "
                f"{raw.usage.output_tokens} tokens; {more_room(client)}"
                + (f". {exchange.hint}" if exchange.hint else "")
            )
        if fault is not None:
            self.kept.keep_failed(request, exchange, fault)
            raise fault
        return exchange

    def _called(
        self, client: ModelClient, request: Request, pictures: Sequence[Picture], unanswered: Exchange
    ) -> RawReply:
        """The reply; a call without one is kept once, however often it is made again."""
        kept = False
        while True:
            try:
                raw = client.call(request.messages, pictures)
            except (ModelUnavailable, CannotSee) as error:
                if not kept:
                    self.kept.keep_failed(request, unanswered, error)
                kept = True
                if isinstance(error, CannotSee):
                    raise
                if self.patience is None or not self.patience.failed(error):
                    raise
            else:
                if self.patience is not None:
                    self.patience.answered()
                return raw


def _accepted(exchange: Exchange, reply_type: type[R], check: Callable[[R], Any] | None) -> Reading[R]:
    reading = read_reply(exchange.text, reply_type)
    if check is not None:
        check(reading.reply)
    return reading
