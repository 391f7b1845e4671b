"""Prompts: Markdown files with YAML front matter, typed variables and a named reply model.

A prompt file looks like this::

    ---
    id: skill_reward
    version: 1
    reply: SkillReward
    include: game_briefing
    subject: name
    variables: [game, manual, name]
    ---
    ## system
    You know $game. $manual
    ## user
    Write the reward of $name.

``include`` puts another prompt's messages first; ``subject`` names the variable that says what the
question is about. Without headings the whole body is one user message. ``$$`` is a dollar sign.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.llm.errors import BadPrompt
from agent.llm.message import Message, Role
from agent.llm.replies import NO_REPLY, REPLIES, Reply

PROMPT_FOLDER = Path(__file__).parent / "prompts"

_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## (system|user)[ \t]*$", re.MULTILINE)


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    reply: str
    variables: list[str] = Field(default_factory=list)
    include: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question that can be asked about any game.

    Attributes:
        reply: name of the reply model, or ``none``.
        variables: what `render` must be given, no more and no less.
        sections: role and template text, in order.
        subject: the variable that names what is asked about; empty when there is none.
    """

    id: str
    version: int
    reply: str
    variables: frozenset[str]
    sections: tuple[tuple[Role, str], ...]
    subject: str = ""

    @property
    def reply_type(self) -> type[Reply]:
        """The reply model. Raises `BadPrompt` for prompts that ask nothing by themselves."""
        if self.reply not in REPLIES:
            raise BadPrompt(f"prompt {self.id!r} has no reply of its own; ask one of those that do")
        return REPLIES[self.reply]

    def render(self, **variables: str) -> list[Message]:
        """The messages with every variable filled in.

        Raises:
            BadPrompt: a variable is missing, or one was given that the prompt does not use.
        """
        missing, unused = sorted(self.variables - set(variables)), sorted(set(variables) - self.variables)
        if missing or unused:
            raise BadPrompt(
                f"prompt {self.id!r} takes the variables {sorted(self.variables)}: "
                f"missing {missing}, given but not used {unused}"
            )
        return [
            Message(role=role, content=Template(text).substitute(variables)) for role, text in self.sections
        ]

    def subject_of(self, variables: Mapping[str, str]) -> str:
        """What the question with these variables is about, in a word; empty when nothing in particular."""
        return variables.get(self.subject, "")


def _sections(body: str) -> tuple[tuple[Role, str], ...]:
    first, *rest = _HEADING.split(body)
    if not rest:
        return (("user", first.strip()),)
    if first.strip():
        raise BadPrompt(f"text stands before the first heading: {first.strip()[:60]!r}; move it below one")
    return tuple((cast(Role, role), text.strip()) for role, text in zip(rest[::2], rest[1::2], strict=True))


def _used(sections: tuple[tuple[Role, str], ...]) -> set[str]:
    for _, text in sections:
        if not Template(text).is_valid():
            raise BadPrompt("a '$' is not followed by a variable's name; write '$$' for a dollar sign")
    return {name for _, text in sections for name in Template(text).get_identifiers()}


def _header(front: str) -> _Header:
    try:
        return _Header.model_validate(yaml.safe_load(front))
    except (yaml.YAMLError, ValidationError) as error:
        raise BadPrompt(f"its front matter is wrong: {error}") from error


def _parsed(text: str, folder: Path, name: str, *, included: bool) -> Prompt:
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise BadPrompt("it must start with front matter between two lines of '---'")
    header, sections = _header(match[1]), _sections(match[2])
    if header.id != name:
        raise BadPrompt(f"its id is {header.id!r}; the id must be the file's name, {name!r}")
    if header.reply not in (*REPLIES, NO_REPLY):
        raise BadPrompt(f"unknown reply {header.reply!r}; one of {', '.join([*REPLIES, NO_REPLY])}")
    used = _used(sections)
    if header.include and included:
        raise BadPrompt(f"it is included by another prompt, so it cannot include {header.include!r}")
    if header.include:
        sections = _read(header.include, folder, included=True).sections + sections
        used = _used(sections)
    if undeclared := sorted(used - set(header.variables)):
        raise BadPrompt(f"variables used but not declared: {undeclared}; add them to 'variables'")
    if unused := sorted(set(header.variables) - used):
        raise BadPrompt(f"variables declared but not used: {unused}; remove them from 'variables'")
    if header.subject and header.subject not in used:
        raise BadPrompt(f"its subject {header.subject!r} is none of its variables {sorted(used)}")
    return Prompt(
        id=header.id,
        version=header.version,
        reply=header.reply,
        variables=frozenset(used),
        sections=sections,
        subject=header.subject,
    )


def _read(name: str, folder: Path, *, included: bool) -> Prompt:
    path = folder / f"{name}.md"
    if not path.is_file():
        known = ", ".join(prompt_names(folder)) or "none"
        raise BadPrompt(f"no prompt {name!r}; there are: {known}")
    try:
        return _parsed(path.read_text(encoding="utf-8"), folder, name, included=included)
    except BadPrompt as error:
        raise BadPrompt(f"prompt file {path.name!r}: {error}") from error


@cache
def load_prompt(name: str, folder: Path = PROMPT_FOLDER) -> Prompt:
    """Read a prompt by name.

    Raises:
        BadPrompt: there is no such prompt, or its file is malformed; the message names the file.
    """
    return _read(name, folder, included=False)


def prompt_names(folder: Path = PROMPT_FOLDER) -> list[str]:
    """Names of all prompts in a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.md"))
