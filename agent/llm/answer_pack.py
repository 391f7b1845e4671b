"""Packs of recorded answers: one readable JSON file per game.

    {
      "schema_version": 1, "game": "toy", "note": "...",
      "texts": {"blake2b-16:...": ["line", "line"]},
      "answers": [{"id": ..., "prompt_id": ..., "subject": ..., "messages": [{"role": ..., "text": <key>}],
                   "reply": ["line", "line"], ...}]
    }

Messages refer to `texts`, because most questions about a game open with the same briefing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.llm.answer import Answer, Request, Source, Usage, content_hash
from agent.llm.errors import BadPack
from agent.llm.message import Message, Role
from envs import disk
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import why_unreadable
from skills.files import write_atomically

PACK_SCHEMA = 1
PACK_FOLDER = Path(__file__).parent / "packs"


class _MessageEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role
    text: str


class _AnswerEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    prompt_id: str
    prompt_version: int
    subject: str
    reply_form: str
    draw: int
    messages: list[_MessageEntry]
    reply: list[str]
    reply_hash: str
    repaired: bool
    usage: Usage
    source: Source


class _PackFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_version: int
    game: str
    note: str
    texts: dict[str, list[str]]
    answers: list[_AnswerEntry]


def _entry(answer: Answer) -> _AnswerEntry:
    request = answer.request
    return _AnswerEntry(
        id=answer.id,
        prompt_id=request.prompt_id,
        prompt_version=request.prompt_version,
        subject=request.subject,
        reply_form=request.reply,
        draw=request.draw,
        messages=[_MessageEntry(role=m.role, text=content_hash(m.content)) for m in request.messages],
        reply=answer.reply.split("\n"),
        reply_hash=answer.reply_hash,
        repaired=answer.repaired,
        usage=answer.usage,
        source=answer.source,
    )


def _answer(entry: _AnswerEntry, texts: dict[str, str]) -> Answer:
    if missing := [m.text for m in entry.messages if m.text not in texts]:
        raise BadPack(f"answer {entry.id!r} refers to the text {missing[0]!r}, which is not there")
    request = Request(
        prompt_id=entry.prompt_id,
        prompt_version=entry.prompt_version,
        messages=tuple(Message(role=m.role, content=texts[m.text]) for m in entry.messages),
        reply=entry.reply_form,
        draw=entry.draw,
        subject=entry.subject,
    )
    return Answer(
        id=entry.id,
        request=request,
        reply="\n".join(entry.reply),
        reply_hash=entry.reply_hash,
        repaired=entry.repaired,
        usage=entry.usage,
        source=entry.source,
    )


def _texts(stored: dict[str, list[str]]) -> dict[str, str]:
    texts = {key: "\n".join(lines) for key, lines in stored.items()}
    for key, text in texts.items():
        if key != content_hash(text):
            raise BadPack(f"text {key!r} hashes to {content_hash(text)!r}: it was changed after recording")
    return texts


class AnswerPack:
    """Recorded answers of one game, by key."""

    def __init__(self, game: str, note: str = "", answers: Iterable[Answer] = ()) -> None:
        self.game = game
        self.note = note
        self._answers: dict[str, Answer] = {}
        for answer in answers:
            self.add(answer)

    def __len__(self) -> int:
        return len(self._answers)

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._answers.values())

    def lookup(self, key: str) -> Answer | None:
        """The answer with that key, or None."""
        return self._answers.get(key)

    def about(self, prompt_id: str, subject: str) -> list[Answer]:
        """Answers to a prompt about a subject, whatever their wording, in the order of recording."""
        return [a for a in self if (a.request.prompt_id, a.request.subject) == (prompt_id, subject)]

    def add(self, answer: Answer, *, replace: bool = False) -> None:
        """Take in an answer.

        Raises:
            BadPack: there is a different reply under that key already, and `replace` is not set.
        """
        known = self._answers.get(answer.id)
        if known is not None and known.reply != answer.reply and not replace:
            raise BadPack(
                f"another reply to {answer.request} is recorded already; replace it on purpose or keep it"
            )
        self._answers[answer.id] = answer

    def remove(self, key: str) -> None:
        """Drop an answer. Raises `KeyError` when there is none of that key."""
        del self._answers[key]

    def verify(self) -> None:
        """Hash every request and reply again. Raises `BadPack` at the first that does not fit."""
        for key, answer in self._answers.items():
            if key != answer.request.key or answer.reply_hash != content_hash(answer.reply):
                raise BadPack(f"answer {key!r} does not fit its request or reply any more")

    def dumps(self) -> str:
        """The pack as the text of its file: answers by prompt, subject and draw."""

        def order(answer: Answer) -> tuple[str, str, int, str]:
            return answer.request.prompt_id, answer.request.subject, answer.request.draw, answer.id

        answers = sorted(self, key=order)
        contents = [message.content for answer in answers for message in answer.request.messages]
        file = {
            "schema_version": PACK_SCHEMA,
            "game": self.game,
            "note": self.note,
            "texts": {content_hash(text): text.split("\n") for text in dict.fromkeys(contents)},
            "answers": [_entry(answer).model_dump(mode="json") for answer in answers],
        }
        return json.dumps(file, indent=1, ensure_ascii=False) + "\n"

    def save(self, path: Path) -> None:
        """Write the pack, atomically. Raises `OSError` and leaves an old file as it was."""
        disk.make_folder(path.parent, Written.OUTPUT)
        write_atomically(path, self.dumps().encode())
        disk.flush_folder(path.parent, Written.OUTPUT)

    @classmethod
    def load(cls, path: Path) -> AnswerPack:
        """Read a pack and check every hash in it.

        Raises:
            BadPack: the file is missing, malformed, of another schema, or was changed by hand.
        """
        try:
            return cls._parse(parsed(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, BadPack) as error:
            raise BadPack(f"answer pack {path.name!r} cannot be used: {_reason(error)}") from error

    @classmethod
    def _parse(cls, data: Any) -> AnswerPack:
        if not isinstance(data, dict) or data.get("schema_version") != PACK_SCHEMA:
            found = data.get("schema_version") if isinstance(data, dict) else type(data).__name__
            raise BadPack(f"expected an object with schema_version {PACK_SCHEMA}, found {found!r}")
        file = _PackFile.model_validate(data)
        texts = _texts(file.texts)
        return cls(file.game, file.note, [_answer(entry, texts) for entry in file.answers])


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}"
    return why_unreadable(error)


def shipped_pack(game: str) -> AnswerPack:
    """The answers that come with Journeyman for a game.

    Raises:
        BadPack: none is shipped for that game, or its file is damaged.
    """
    path = PACK_FOLDER / f"{game}.json"
    if not path.is_file():
        shipped = ", ".join(sorted(file.stem for file in PACK_FOLDER.glob("*.json"))) or "none"
        raise BadPack(
            f"no recorded answers are shipped for game {game!r} (shipped: {shipped}); "
            "ask a live model, or give the path of a pack"
        )
    return AnswerPack.load(path)
