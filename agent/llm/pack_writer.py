"""Writes recorded answers: how the packs that come with games are made.

A pack is made by a short script that keeps the replies beside the variables they answer::

    pack = AnswerPack("toy", "written offline by a language model")
    game = game_variables(game_spec("toy"))
    record_authored("propose_tasks", {**game, "count": "12", "known": "none"}, text, pack)
    pack.save(PACK_FOLDER / "toy.json")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.llm.answer import Answer, Request, Source
from agent.llm.answer_pack import AnswerPack
from agent.llm.errors import NoRecordedAnswer, ReplyInvalid
from agent.llm.parse import Unparsable, parse_reply
from agent.llm.prompt import PROMPT_FOLDER, load_prompt
from agent.llm.question import build_request, repair_request

WRITTEN_OFFLINE = "written offline by a language model"


def reply_text(fields: Mapping[str, Any]) -> str:
    """A reply as a model would write it: one JSON object in a fenced block, one field a line.

    Code is best given as a list of lines, which stays readable in the pack.
    """
    lines = []
    for name, value in fields.items():
        block = isinstance(value, list | tuple) and any(
            isinstance(v, dict) or len(str(v)) > 30 for v in value
        )
        if block:
            items = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
            lines.append(f"{json.dumps(name)}: [\n  {items}\n]")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```"


def record_authored(
    prompt_name: str,
    variables: Mapping[str, str],
    reply: str | Mapping[str, Any],
    pack: AnswerPack,
    *,
    note: str = WRITTEN_OFFLINE,
    date: str = "",
    draw: int = 0,
    folder: Path = PROMPT_FOLDER,
) -> Answer:
    """Add a written answer to a pack, in place of one to the same question; saving is left to the caller.

    Args:
        prompt_name: the prompt that it answers.
        variables: exactly what the prompt takes.
        reply: the text as a model would send it, or the reply's fields (see `reply_text`).
        pack: where it goes.
        note: how the answer came about.
        date: ISO date, for people.
        draw: see `agent.llm.answer.Request`.
        folder: folder of the prompt files.

    Raises:
        BadPrompt: the prompt and the variables do not fit.
        ReplyInvalid: the text is no valid reply to this prompt; the pack is as it was.
    """
    request = build_request(prompt_name, variables, draw=draw, folder=folder)
    return _record(request, prompt_name, reply, pack, note=note, date=date, folder=folder)


def record_repair(
    prompt_name: str,
    variables: Mapping[str, str],
    reason: str,
    reply: str | Mapping[str, Any],
    pack: AnswerPack,
    *,
    note: str = WRITTEN_OFFLINE,
    date: str = "",
    draw: int = 0,
    folder: Path = PROMPT_FOLDER,
) -> Answer:
    """Add the answer of the repair round to a recorded reply that a check rejects with `reason`.

    Raises:
        NoRecordedAnswer: the pack holds no reply to repair.
        ReplyInvalid: the text is no valid reply.
    """
    request = build_request(prompt_name, variables, draw=draw, folder=folder)
    rejected = pack.lookup(request.key)
    if rejected is None:
        raise NoRecordedAnswer(
            f"nothing to repair: no recorded answer to {request}; record the first reply first"
        )
    repair = repair_request(request, rejected.reply, reason)
    return _record(repair, prompt_name, reply, pack, note=note, date=date, folder=folder)


def rerecord(
    prompt_name: str,
    variables: Mapping[str, str],
    pack: AnswerPack,
    *,
    draw: int = 0,
    folder: Path = PROMPT_FOLDER,
) -> Answer:
    """Carry the answer about the same subject over to the present wording of its question.

    For use after a change of the prompt, the manual or the facts that leaves the answer right, which the
    caller vouches for. The answer to the old wording is dropped.

    Raises:
        NoRecordedAnswer: the pack holds no answer to this prompt about this subject and draw.
    """
    request = build_request(prompt_name, variables, draw=draw, folder=folder)
    known = [a for a in pack.about(request.prompt_id, request.subject) if a.request.draw == draw]
    if not known:
        raise NoRecordedAnswer(f"nothing to carry over to {request}; record it with record_authored")
    old = known[-1]
    answer = _record(
        request, prompt_name, old.reply, pack, note=old.source.note, date=old.source.date, folder=folder
    )
    if old.id != answer.id:
        pack.remove(old.id)
    return answer


def _record(
    request: Request,
    prompt_name: str,
    reply: str | Mapping[str, Any],
    pack: AnswerPack,
    *,
    note: str,
    date: str,
    folder: Path,
) -> Answer:
    text = reply if isinstance(reply, str) else reply_text(reply)
    try:
        parse_reply(text, load_prompt(prompt_name, folder).reply_type)
    except Unparsable as error:
        raise ReplyInvalid(f"the text is no valid reply to {request}: {error}") from error
    answer = Answer(request=request, reply=text, source=Source(kind="recorded", note=note, date=date))
    pack.add(answer, replace=True)
    return answer
