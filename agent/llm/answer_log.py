"""A run's ``answers.jsonl``: every exchange, one JSON line each, good and failed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.llm.answer import Answer, FailedExchange, Usage
from agent.llm.errors import BadPack
from envs import disk
from envs.disk import Written
from envs.lines import open_lines, whole_length, whole_lines

_logger = logging.getLogger(__name__)


MOST_FAILED = 100
"""Failed exchanges that are kept in memory; the file has all."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_version: Literal[1] = 1
    kind: Literal["answer", "failed"]
    replayed: bool = False
    note: str | None = None
    """What was left aside when the reply was read."""
    answer: Answer | None = None
    failed: FailedExchange | None = None


@dataclass(slots=True)
class LogContents:
    """What a log holds.

    Attributes:
        answers: by key; of several under one key the last counts.
        failed: the latest failed exchanges, in order.
        spent: tokens of the exchanges that this run paid for, replayed ones left out.
        calls: number of those exchanges.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    failed: list[FailedExchange] = field(default_factory=list)
    spent: Usage = field(default_factory=Usage)
    calls: int = 0

    def _take(self, line: _Line) -> None:
        exchange = line.answer if line.kind == "answer" else line.failed
        if exchange is None:
            raise ValueError(f"a line of kind {line.kind!r} must hold one")
        if isinstance(exchange, Answer):
            self.answers[exchange.id] = exchange
        else:
            self.failed.append(exchange)
            del self.failed[:-MOST_FAILED]
        if not line.replayed:
            self.calls += 1
            self.spent = self.spent + exchange.usage


def read_log(path: Path) -> LogContents:
    """Read a run's answers; a missing file is an empty log, and a last line that is cut off is ignored.

    Raises:
        BadPack: a complete line is malformed or was changed after it was written.
    """
    contents = LogContents()
    number = 0
    for number, line in whole_lines(path):
        try:
            contents._take(_Line.model_validate_json(line))
        except (ValidationError, ValueError) as error:
            reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise BadPack(
                f"line {number} of {path.name!r} is no record of an exchange: {reason}; "
                "put the original file back, or remove the line"
            ) from error
    if path.is_file() and whole_length(path) < path.stat().st_size:
        _logger.warning("%s: line %d is cut off and was ignored", path.name, number + 1)
    return contents


class AnswerLog:
    """Appends exchanges to a run's ``answers.jsonl``, each synced to disk before the call returns."""

    def __init__(self, path: Path) -> None:
        """Open a log for appending, new or old.

        Raises:
            BadPack: the file holds a malformed line.
            OSError: the file cannot be written.
        """
        self.path = path
        disk.make_folder(path.parent, Written.RUN)
        self.contents = read_log(path)

    def lookup(self, key: str) -> Answer | None:
        """The answer with that key, or None."""
        return self.contents.answers.get(key)

    def add_answer(self, answer: Answer, *, replayed: bool = False, note: str = "") -> None:
        """Append an answer; one that is there already, word for word, is not written twice.

        Args:
            answer: what is kept.
            replayed: it was not paid for now.
            note: what was left aside when its reply was read: thoughts, drafts.
        """
        known = self.lookup(answer.id)
        if known is None or known.reply != answer.reply:
            self._append(_Line(kind="answer", replayed=replayed, note=note or None, answer=answer))

    def add_failed(self, exchange: FailedExchange, *, replayed: bool = False) -> None:
        """Append an exchange that is never to be used as an answer."""
        self._append(_Line(kind="failed", replayed=replayed, failed=exchange))

    def _append(self, line: _Line) -> None:
        text = line.model_dump_json(exclude_none=True) + "\n"
        with open_lines(self.path, Written.ANSWERS, durable=True) as file:
            file.append(text.encode("utf-8"))
        self.contents._take(line)
