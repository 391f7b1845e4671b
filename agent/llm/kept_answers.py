"""Where answers are looked up, and where what a model says is kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from agent.llm.answer import Answer, FailedExchange, Request, Source, Usage
from agent.llm.answer_log import AnswerLog
from agent.llm.answer_pack import AnswerPack
from agent.llm.parse import Reading
from envs.text import plain

_logger = logging.getLogger(__name__)


class AnswerSource(Protocol):
    """Where recorded answers are looked up: a pack, or a run's log."""

    def lookup(self, key: str) -> Answer | None:
        """The answer with that key, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One reply text, live or recorded.

    Attributes:
        hint: where the server put what it did not say, in words for people.
    """

    text: str
    source: Source
    usage: Usage = field(default_factory=Usage)
    replayed: bool = False
    repaired: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A pack that is being recorded, and where it is saved after every answer."""

    path: Path
    pack: AnswerPack


class KeptAnswers:
    """The records of one session: those that answers are looked up in, and those that they are added to.

    Attributes:
        log: the run's record, if there is one.
        recording: a pack that live answers are added to as well, if there is one.
    """

    def __init__(
        self, records: Sequence[AnswerSource], log: AnswerLog | None, recording: PackFile | None
    ) -> None:
        """Look answers up in the run's own record, in the pack that is being recorded, then in `records`."""
        self.log = log
        self.recording = recording
        own: list[AnswerSource] = [] if log is None else [log]
        if recording is not None:
            own.append(recording.pack)
        self._records: tuple[AnswerSource, ...] = (*own, *records)

    def look_in(self, record: AnswerSource) -> None:
        """From now on, look answers up there as well, after all other records."""
        self._records = (*self._records, record)

    def lookup(self, request: Request) -> Exchange | None:
        """The recorded exchange about a question, or None."""
        for record in self._records:
            if answer := record.lookup(request.key):
                return Exchange(
                    text=answer.reply, source=answer.source, replayed=True, repaired=answer.repaired
                )
        return None

    def calls_about(self, prompts: Sequence[str]) -> int:
        """Live exchanges about these prompts that are in the run's record, also those of earlier sessions."""
        contents = None if self.log is None else self.log.contents
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

    def keep(
        self, request: Request, exchange: Exchange, reading: Reading[Any], *, repaired: bool = False
    ) -> None:
        """Keep an answer that was accepted, in the run's record and in the pack that is being recorded."""
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
        if self.log is not None:
            self.log.add_answer(answer, replayed=exchange.replayed, note=reading.note)
        if self.recording is not None and not exchange.replayed:
            self.recording.pack.add(answer, replace=True)
            self.recording.pack.save(self.recording.path)

    def keep_failed(self, request: Request, exchange: Exchange, error: Exception) -> None:
        """Keep a reply that is of no use, or that there was none, in the run's record."""
        if self.log is not None:
            failed = FailedExchange(
                request=request,
                reply=exchange.text,
                error=type(error).__name__,
                reason=" ".join(filter(None, (str(error), exchange.hint))),
                usage=exchange.usage,
                source=exchange.source,
            )
            self.log.add_failed(failed, replayed=exchange.replayed)

    def missing(self, request: Request) -> str:
        """What is said when nothing is recorded for a question."""
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
