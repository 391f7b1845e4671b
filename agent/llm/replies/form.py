"""What all replies have in common: their form, names, counts and code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Self, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

NO_REPLY = "none"
"""Reply name of prompts that ask nothing by themselves: those that others include, and the repair round."""

Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=1000)]
Counts: TypeAlias = dict[str, Count]

_T = TypeVar("_T", str, int)


def _joined_lines(value: Any) -> Any:
    """Code may come as one string or as a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value) + "\n"
    return value


def require_definition(source: str, function: str) -> None:
    """Raise `ValueError` unless code defines a function of that name at its top level."""
    if not re.search(rf"^def {function}\(", source, re.MULTILINE):
        raise ValueError(f"the code must define a function at top level that starts with 'def {function}('")


def repeated_items(items: Iterable[_T]) -> list[_T]:
    """The first few items that come more than once, in order."""
    return sorted(item for item, times in Counter(items).items() if times > 1)[:8]


Code: TypeAlias = Annotated[str, BeforeValidator(_joined_lines), Field(max_length=20_000)]


class Reply(BaseModel):
    """Base of all replies.

    Attributes:
        FORM: number of the reply's form; part of every answer's key, so raise it when the meaning changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    FORM: ClassVar[int] = 1


class CodeReply(Reply):
    """A reply with source code.

    Attributes:
        FUNCTIONS: fields that hold code; each must define the function of its own name.
    """

    FUNCTIONS: ClassVar[tuple[str, ...]]

    reason: str = Field(default="", max_length=600)

    @model_validator(mode="after")
    def _has_functions(self) -> Self:
        for name in self.FUNCTIONS:
            require_definition(getattr(self, name), name)
        return self


def reply_signature(reply: type[Reply]) -> str:
    """The reply's form as text; part of an answer's key, the same under every version of pydantic.

    >>> reply_signature(Reply)
    'Reply/1()'
    """
    return f"{reply.__name__}/{reply.FORM}({','.join(reply.model_fields)})"
