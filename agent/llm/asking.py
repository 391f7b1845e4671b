"""The only place where a language model is asked anything."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from agent.llm.advice import after_two_replies, more_room, where_it_went
from agent.llm.answer import Answer, FailedExchange, Request, Source, Usage
from agent.llm.answer_log import AnswerLog
from agent.llm.answer_pack import AnswerPack
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
from agent.llm.message import Message
from agent.llm.meter import Meter
from agent.llm.parse import Reading, is_refusal, read_reply
from agent.llm.pictures import Picture
from agent.llm.prompt import PROMPT_FOLDER, load_prompt
from agent.llm.raw_reply import RawReply
from agent.llm.replies import Reply, reply_signature
from agent.llm.thoughts import said_aloud
from agent.records.redaction import redact, redact_keys
from envs.text import clause, plain
from skills.errors import CodeRejected

R = TypeVar("R", bound=Reply)

Mode: TypeAlias = Literal["live", "record", "replay"]

_logger = logging.getLogger(__name__)


class AnswerSource(Protocol):
    """Where recorded answers are looked up: a pack, or a run's log."""

    def lookup(self, key: str) -> Answer | None:
        """The answer with that key, or None."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """One reply text, live or recorded."""

    text: str
    source: Source
    usage: Usage = field(default_factory=Usage)
    replayed: bool = False
    repaired: bool = False
    hint: str = ""
    """Where the server put what it did not say, in words for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A pack that is being recorded, and where it is saved after every answer."""

    path: Path
    pack: AnswerPack


def build_request(
    prompt_name: str, variables: Mapping[str, str], *, draw: int = 0, folder: Path = PROMPT_FOLDER
) -> Request:
    """The request that a prompt and its variables make; its key is the answer's id.

    Raises:
        BadPrompt: no such prompt, or a variable is missing or unused.
    """
    prompt = load_prompt(prompt_name, folder)
    clean = {
        name: redact_keys(value).encode("utf-8", "replace").decode("utf-8")
        for name, value in variables.items()
    }
    return Request(
        prompt_id=prompt.id,
        prompt_version=prompt.version,
        messages=tuple(prompt.render(**clean)),
        reply=reply_signature(prompt.reply_type),
        draw=draw,
        subject=prompt.subject_of(clean),
    )


def repair_request(request: Request, reply: str, reason: str) -> Request:
    """The request of the repair round: the conversation so far, the reply, and what is wrong with it.

    Thoughts are left out of the reply: models are not trained on their own, and pay for them twice.
    """
    prompt = load_prompt("repair")
    said = Message(role="assistant", content=said_aloud(reply).said.strip() or "(an empty reply)")
    return request.model_copy(
        update={
            "prompt_id": prompt.id,
            "prompt_version": prompt.version,
            "messages": (*request.messages, said, *prompt.render(reason=reason)),
        }
    )


class LanguageModel:
    """Asks questions: from the run's own record, from packs, or live; keeps a record of every exchange.

    Attributes:
        client: the live model, if there is one.
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
        own: list[AnswerSource] = [] if log is None else [log]
        if recording is not None:
            own.append(recording.pack)
        self._records: tuple[AnswerSource, ...] = (*own, *records)
        self._log = log
        self._recording = recording
        self._prompts = prompts
        self._no_meter = Meter()

    def look_in(self, record: AnswerSource) -> None:
        """From now on, look answers up there as well, after all other records."""
        self._records = (*self._records, record)

    @property
    def mode(self) -> Mode:
        """``live``, ``record`` (live, and into a pack) or ``replay`` (records only)."""
        if self.client is None:
            return "replay"
        return "record" if self._recording else "live"

    @property
    def meter(self) -> Meter:
        """What was spent; stays at zero in replay."""
        return self.client.meter if self.client else self._no_meter

    @property
    def log(self) -> AnswerLog | None:
        """The run's record."""
        return self._log

    def calls_about(self, prompts: Sequence[str]) -> int:
        """Live exchanges about these prompts that are in the run's record, also those of earlier sessions."""
        contents = None if self._log is None else self._log.contents
        if contents is None:
            return 0
        answers = [(answer.request, answer.usage) for answer in contents.answers.values()]
        failed = [(exchange.request, exchange.usage) for exchange in contents.failed]
        return sum(
            request.prompt_id in prompts and usage.output_tokens > 0 for request, usage in answers + failed
        )

    def has_answers_to(self, prompt: str) -> bool:
        """Whether any recorded answer is to that prompt."""
        return any(
            answer.request.prompt_id == prompt
            for record in self._records
            if isinstance(record, AnswerPack)
            for answer in record
        )

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
            self._keep_failed(request, exchange, error)
            return self._repaired(request, exchange, error, reply_type, check, pictures)
        self._keep(request, exchange, reading)
        return Asked(reading.reply, request.key, exchange.source, exchange.repaired)

    def _repaired(
        self,
        request: Request,
        rejected: _Exchange,
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
                f"the recorded reply to {request} was rejected: {clause(reason)}. "
                f"And there is no repaired one: {missing}"
            ) from missing
        try:
            reading = _accepted(exchange, reply_type, check)
        except (CodeRejected, ValueError) as again:
            self._keep_failed(repair, exchange, again)
            raise ReplyInvalid(
                f"the reply to {request} was rejected: {clause(reason)}. "
                f"After the repair round it was rejected again: {clause(again)}. "
                f"{after_two_replies(again, exchange.hint, self.client)}"
            ) from again
        self._keep(request, exchange, reading, repaired=True)
        return Asked(reading.reply, request.key, exchange.source, True)

    def _exchange(self, request: Request, pictures: Sequence[Picture]) -> _Exchange:
        for record in self._records:
            if answer := record.lookup(request.key):
                return _Exchange(
                    text=answer.reply, source=answer.source, replayed=True, repaired=answer.repaired
                )
        if self.client is None:
            raise NoRecordedAnswer(self._missing(request))
        return self._live(self.client, request, pictures)

    def _live(self, client: ModelClient, request: Request, pictures: Sequence[Picture]) -> _Exchange:
        date = datetime.datetime.now(datetime.UTC).date().isoformat()
        source = Source(kind="live", model=client.model.name, date=date)
        raw = self._called(client, request, pictures, _Exchange(text="", source=source))
        # What is kept, hashed, parsed and told is the reply without keys that it may repeat.
        raw = replace(raw, text=redact(raw.text))
        exchange = _Exchange(text=raw.text, source=source, usage=raw.usage, hint=where_it_went(raw))
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
            self._keep_failed(request, exchange, fault)
            raise fault
        return exchange

    def _called(
        self, client: ModelClient, request: Request, pictures: Sequence[Picture], unanswered: _Exchange
    ) -> RawReply:
        """The reply; a call without one is kept once, however often it is made again."""
        kept = False
        while True:
            try:
                raw = client.call(request.messages, pictures)
            except (ModelUnavailable, CannotSee) as error:
                if not kept:
                    self._keep_failed(request, unanswered, error)
                kept = True
                if isinstance(error, CannotSee):
                    raise
                if self.patience is None or not self.patience.failed(error):
                    raise
            else:
                if self.patience is not None:
                    self.patience.answered()
                return raw

    def _keep(
        self, request: Request, exchange: _Exchange, reading: Reading[Any], *, repaired: bool = False
    ) -> None:
        if reading.others and not exchange.replayed:
            understood = plain(reading.reply.model_dump_json(), 300)
            _logger.warning("%s: %s; understood: %s", request, reading.note, understood)
        answer = Answer(
            request=request,
            reply=exchange.text,
            repaired=repaired or exchange.repaired,
            usage=exchange.usage,
            source=exchange.source,
        )
        if self._log is not None:
            self._log.add_answer(answer, replayed=exchange.replayed, note=reading.note)
        if self._recording is not None and not exchange.replayed:
            self._recording.pack.add(answer, replace=True)
            self._recording.pack.save(self._recording.path)

    def _keep_failed(self, request: Request, exchange: _Exchange, error: Exception) -> None:
        if self._log is not None:
            failed = FailedExchange(
                request=request,
                reply=exchange.text,
                error=type(error).__name__,
                reason=" ".join(filter(None, (str(error), exchange.hint))),
                usage=exchange.usage,
                source=exchange.source,
            )
            self._log.add_failed(failed, replayed=exchange.replayed)

    def _missing(self, request: Request) -> str:
        packs = [record for record in self._records if isinstance(record, AnswerPack)]
        stale = any(pack.about(request.prompt_id, request.subject) for pack in packs)
        hint = (
            "An answer to an earlier wording is there: the prompt, the manual or the facts changed since. "
            if stale and request.prompt_id != "repair"
            else ""
        )
        return (
            f"no recorded answer to {request}. {hint}"
            "Ask a live model (for example --llm openai:gpt-5-mini), "
            "or write an answer down with agent.llm.pack_writer.record_authored"
        )


def _accepted(exchange: _Exchange, reply_type: type[R], check: Callable[[R], Any] | None) -> Reading[R]:
    reading = read_reply(exchange.text, reply_type)
    if check is not None:
        check(reading.reply)
    return reading
