"""The files beside the skills that hold code: guard, shield, policies over skills; and retirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from envs.text import brief, plain
from skills.code.sandbox import Sandbox
from skills.errors import LibraryDamaged
from skills.store.code_check import CodeCheck
from skills.store.layout import GUARD, STRATEGIES
from skills.store.version_folder import parse_object, require_schema
from skills.store.vocabulary import Vocabulary

GUARD_SCHEMA = 2
POLICIES_SCHEMA = 1
RETIREMENT_SCHEMA = 1

_Lines = Annotated[tuple[str, ...], Field(max_length=20_000)]
_Names = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=10_000)]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


File = TypeVar("File", bound=_File)


class GuardFile(_File):
    """Content of ``guard.json``; see `agent.play.kit`."""

    schema_number: int = Field(alias="schema")
    guard: _Lines
    ranking: _Names
    answer_id: str
    shield: _Lines = ()
    shield_answer_id: str = ""


class PolicyEntry(_File):
    """One policy over skills in ``strategies.json``."""

    task: str
    goal: dict[str, StrictInt]
    skills: _Names
    answer_id: str
    source: _Lines


class PoliciesFile(_File):
    """Content of ``strategies.json``."""

    schema_number: int = Field(alias="schema")
    strategies: dict[str, PolicyEntry]


class Retirement(_File):
    """Content of ``retired.json``."""

    schema_number: int = Field(alias="schema")
    reason: str
    up_to_version: Annotated[StrictInt, Field(ge=1)]
    utc: str
    by: str = ""
    instead: str = ""


def code_of(lines: tuple[str, ...]) -> str:
    """Lines of code as one text."""
    return "".join(f"{line}\n" for line in lines)


def parse_guard(content: bytes) -> GuardFile:
    """Read ``guard.json``. Raises `LibraryDamaged`."""
    return _parsed(GuardFile, content, GUARD, GUARD_SCHEMA)


def parse_policies(content: bytes) -> PoliciesFile:
    """Read ``strategies.json``. Raises `LibraryDamaged`."""
    return _parsed(PoliciesFile, content, STRATEGIES, POLICIES_SCHEMA)


def parse_retirement(content: bytes, where: str) -> dict[str, Any]:
    """Read ``retired.json`` as a record: reason, up_to_version, utc. Raises `LibraryDamaged`."""
    record = parse_object(content, where)
    require_schema(record, RETIREMENT_SCHEMA, where)
    try:
        Retirement.model_validate(record)
    except ValidationError as error:
        raise LibraryDamaged(
            f"{where} is no record of a retirement: {first_place(error)}; remove the file to use the "
            "skill again"
        ) from error
    return record


def guard_problems(content: bytes, known: Vocabulary, sandbox: Sandbox) -> Iterator[str]:
    """What is wrong with a guard and a shield; their code is loaded. Raises `LibraryDamaged`."""
    file = parse_guard(content)
    yield from CodeCheck(known, sandbox).guard_problems(
        code_of(file.guard), file.ranking, code_of(file.shield)
    )


def policies_problems(content: bytes, known: Vocabulary, sandbox: Sandbox) -> Iterator[str]:
    """What is wrong with policies over skills; their code is loaded. Raises `LibraryDamaged`."""
    code = CodeCheck(known, sandbox)
    for name, entry in parse_policies(content).strategies.items():
        for text in code.policy_problems(code_of(entry.source), entry.skills):
            yield f"{plain(name, 100)}: {text}"
        for text in known.count_problems("goal", entry.goal):
            yield f"{plain(name, 100)}: {text}"


def retirement_problems(content: bytes, where: str) -> Iterator[str]:
    """What is wrong with a retirement. Raises `LibraryDamaged`."""
    parse_retirement(content, where)
    yield from ()


def _parsed(kind: type[File], content: bytes, name: str, schema: int) -> File:
    record = parse_object(content, name)
    require_schema(record, schema, name)
    try:
        return kind.model_validate(record)
    except ValidationError as error:
        raise LibraryDamaged(
            f"{name} is not of the form expected: {first_place(error)}; restore it"
        ) from error


def first_place(error: ValidationError) -> str:
    """The first thing that does not fit, and how many more there are."""
    first, count = error.errors(include_url=False)[0], error.error_count()
    place = ".".join(map(str, first["loc"])) or "the file"
    more = f" (and {count - 1} more)" if count > 1 else ""
    return f"{plain(place, 100)} is {brief(first['input'], 60)}: {plain(first['msg'], 200)}{more}"
