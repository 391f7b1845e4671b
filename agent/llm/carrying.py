"""Carries recorded answers over to a game whose vocabulary has grown, where what they rest on is as it was.

A question's key holds the whole briefing, so that a new fact or a new line of the manual leaves an answer
without a question. Where all that the model was told then is still said now, the answer stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from agent.llm.answer import Answer, Request
from agent.llm.answer_pack import AnswerPack
from agent.llm.errors import BadPrompt
from agent.llm.parse import Unparsable, parse_reply
from agent.llm.prompt import PROMPT_FOLDER, load_prompt
from agent.llm.replies import reply_signature
from agent.llm.vocabulary import game_variables
from envs.game import GameSpec
from envs.text import clause

BRIEFINGS = ("game_briefing", "policy_briefing")
"""Prompts that tell of a game, and stand first in a question."""
_CARRIED = re.compile(r" \(carried over from [^()]*\)$")
_NAME = re.compile(r"^- ([\w.]+)(?: \(\w+\))?: ", re.ASCII)


class NotCarried(ValueError):
    """An answer that does not stand any more; the message says why."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that was left as it is, and why."""

    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a pack's answers.

    Attributes:
        carried: answers as they are now; each note ends with the key that it had.
        unchanged: how many rest on nothing that changed.
        refused: answers that were left as they are.
    """

    carried: tuple[Answer, ...]
    unchanged: int
    refused: tuple[Refusal, ...]


def carry_over(pack: AnswerPack, spec: GameSpec, folder: Path = PROMPT_FOLDER) -> Carried:
    """Put the answers of a pack under the keys of the present questions, as far as they stand.

    Args:
        pack: changed in place; saving is left to the caller.
        spec: the game as it is now.
        folder: folder of the prompt files.

    Raises:
        BadPrompt: a briefing cannot be read, or the game has no manual.
    """
    variables = game_variables(spec)
    carried: list[Answer] = []
    refused: list[Refusal] = []
    unchanged = 0
    for answer in list(pack):
        try:
            now = carried_answer(answer, variables, folder)
        except NotCarried as reason:
            refused.append(Refusal(answer, str(reason)))
            continue
        if now.id == answer.id:
            unchanged += 1
            continue
        pack.remove(answer.id)
        pack.add(now, replace=True)
        carried.append(now)
    return Carried(tuple(carried), unchanged, tuple(refused))


def carried_answer(answer: Answer, variables: Mapping[str, str], folder: Path = PROMPT_FOLDER) -> Answer:
    """The answer under the key of the present question; itself where nothing changed.

    Args:
        answer: as recorded.
        variables: those of the game as it is now, see `game_variables`.
        folder: folder of the prompt files.

    Raises:
        NotCarried: the question changed otherwise than by growing, or the reply does not fit it any more.
    """
    request = _present_request(answer.request, variables, folder)
    if request.key == answer.id:
        return answer
    _check_reply(answer, folder)
    note = f"{_CARRIED.sub('', answer.source.note)} (carried over from {answer.id})"
    return Answer(
        request=request,
        reply=answer.reply,
        repaired=answer.repaired,
        usage=answer.usage,
        source=answer.source.model_copy(update={"note": note}),
    )


def _present_request(request: Request, variables: Mapping[str, str], folder: Path) -> Request:
    """The same question with the game told as it is now."""
    first = request.messages[0]
    for name in BRIEFINGS:
        template = _template(name, folder)
        if (match := _pattern(template).fullmatch(first.content)) is not None:
            told = match.groupdict()
            now = told | {name: variables[name] for name in told if name in variables}
            _require_growth(told, now)
            message = first.model_copy(update={"content": Template(template).substitute(now)})
            return request.model_copy(update={"messages": (message, *request.messages[1:])})
    if any(_opening(request.prompt_id, folder) == _template(name, folder) for name in BRIEFINGS):
        raise NotCarried("the wording of its briefing is no longer that of the prompt")
    return request


def _require_growth(told: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise `NotCarried` unless every line that was told is told now."""
    for name, text in told.items():
        missing = [line for line in text.split("\n") if line not in now[name].split("\n")]
        if name == "actions":
            missing = [action for action in text.split(", ") if action not in now[name].split(", ")]
        if missing:
            names = [match[1] for line in missing if (match := _NAME.match(line))]
            said = ", ".join(map(repr, names or missing[:1]))
            raise NotCarried(f"of the {name} that the model was told, {said} changed or went")


def _check_reply(answer: Answer, folder: Path) -> None:
    """Raise `NotCarried` unless the reply is one to its prompt as it is now."""
    request = answer.request
    if request.prompt_id == "repair":  # its form is that of the question before it, which is not told
        return
    prompt = load_prompt(request.prompt_id, folder)
    if (prompt.version, reply_signature(prompt.reply_type)) != (request.prompt_version, request.reply):
        raise NotCarried(f"prompt {prompt.id!r} has another version or another form of reply now")
    try:
        parse_reply(answer.reply, prompt.reply_type)
    except Unparsable as error:
        raise NotCarried(f"its reply is no longer valid: {clause(error)}") from error


@cache
def _template(name: str, folder: Path) -> str:
    """The text of a briefing, with its variables."""
    ((_, text),) = load_prompt(name, folder).sections
    return text


def _opening(name: str, folder: Path) -> str:
    """The first text of a prompt, with its variables; nothing for a prompt that is gone."""
    try:
        return load_prompt(name, folder).sections[0][1]
    except BadPrompt:
        return ""


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What recovers the variables of a text that was made from a template."""
    parts = re.split(r"\$(\w+)", template)
    fixed = [re.escape(part.replace("$$", "$")) for part in parts[::2]]
    known: set[str] = set()
    pattern = fixed[0]
    for name, text in zip(parts[1::2], fixed[1:], strict=True):
        pattern += (f"(?P={name})" if name in known else f"(?P<{name}>.*?)") + text
        known.add(name)
    return re.compile(pattern, re.DOTALL)
