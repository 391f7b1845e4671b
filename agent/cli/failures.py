"""Errors become a message, an exit code and a document; anything but the project's own errors is a bug."""

from __future__ import annotations

import errno
import logging
import os
import re
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from envs.errors import suggestions

NOT_REACHED = 1
BAD_INPUT = 2
MISSING = 3
UNCLEAR = 4
CRASHED = 70
INTERRUPTED = 130
OUTPUT_CLOSED = 141

LONGEST_MESSAGE: Final = 4_000
"""Characters of a message about an error."""

LONGEST_REPORT: Final = 200_000
"""Characters of a report about a bug."""

_SHORTAGES: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO}
)
"""What the machine lacks; no file need be named."""


LONGEST_WORD: Final = 500
"""Characters of a word in a message: a path or a name that somebody typed may have any number."""

_LONG_WORD: Final = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")

_ADVICE: Final[Mapping[int, str]] = {
    errno.ENOENT: "; it is not there, or its folder is not",
    errno.ENOTDIR: "; a part of it is a file, and a folder is needed there",
    errno.EISDIR: "; name a file, this is a folder",
    errno.EEXIST: "; it is there already, name another",
    errno.EACCES: "; make it accessible to you, or name another place",
    errno.EPERM: "; make it accessible to you, or name another place",
    errno.EROFS: "; nothing can be written there, name another place",
    errno.ENOSPC: "; make room, or name another place",
    errno.EDQUOT: "; make room, or name another place",
    errno.ENAMETOOLONG: "; give it a shorter name",
}
"""By the number of an error that has a file: what to do."""

_WANTED: Final = {"int_": "a whole number", "float_": "a number", "string_unicode": "a number"}
"""What an option takes that the parser refuses with a code that begins so."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What is shown and returned.

    Attributes:
        message: one line; what was wrong and what to do.
        exit_code: of the program.
        kind: class name of the error, ``Usage``, ``Interrupted`` or ``InternalError``.
        did_you_mean: names close to one that was not known.
    """

    message: str
    exit_code: int
    kind: str
    did_you_mean: tuple[str, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """The document that ``--json`` prints instead of a result."""
        close = list(self.did_you_mean)
        return {"error": {"kind": self.kind, "message": self.message, "did_you_mean": close}}


def explain(error: Exception) -> Failure | None:
    """The failure that an error stands for; None when it is none of the project's own."""
    from agent.errors import AgentError, MissingPrerequisite
    from envs.errors import GameError, MissingDependency, NoCluster, NotObtainable, TooLittle
    from envs.shortage import shortage
    from planners.errors import NoPlan, PlanningError
    from skills.errors import SandboxUnavailable, SkillError

    kind = type(error).__name__
    lacking = MissingPrerequisite | MissingDependency | NoCluster | SandboxUnavailable | TooLittle
    if isinstance(error, lacking):
        return Failure(_told(error), MISSING, kind, suggestions(error))
    if advice := shortage(error):
        return Failure(_told(advice), MISSING, kind)
    if isinstance(error, NoPlan | NotObtainable):
        return Failure(_told(error), NOT_REACHED, kind, suggestions(error))
    if isinstance(error, AgentError | GameError | SkillError | PlanningError):
        return Failure(_told(error), BAD_INPUT, kind, suggestions(error))
    if isinstance(error, OSError) and error.filename is not None:
        advice = _ADVICE.get(error.errno or 0, "")
        return Failure(f"{error.strerror}: {_told(repr(str(error.filename)))}{advice}", BAD_INPUT, kind)
    if isinstance(error, OSError) and error.errno in _SHORTAGES:
        return Failure(f"{error.strerror}; make room, or allow more, and try again", BAD_INPUT, kind)
    if isinstance(error, MemoryError):
        return Failure("there is not enough memory; fewer --workers need less", MISSING, kind)
    return None


def internal_error(error: Exception) -> Failure:
    """The failure that a bug stands for; its traceback is in a file, or in the log when that is asked for."""
    what = f"{type(error).__name__}: {_told(error)}" if str(error) else type(error).__name__
    where = _kept(error)
    return Failure(
        f"internal error: {what}; this is a mistake in Journeyman: please report it{where}",
        CRASHED,
        "InternalError",
    )


def usage_error(error: Any) -> Failure:
    """The failure that a wrong use of the command line stands for."""
    from envs.errors import close_names

    close: tuple[str, ...] = tuple(getattr(error, "possibilities", None) or ()) or suggestions(error)
    context, said = getattr(error, "ctx", None), _in_plain_words(error)
    if not close and context is not None and hasattr(context.command, "list_commands"):
        word = said.partition("'")[2].partition("'")[0]
        close = close_names(word, context.command.list_commands(context))
    return Failure(_told(said), int(error.exit_code), "Usage", close)


def _in_plain_words(error: Any) -> str:
    """What is wrong with the value of an option; the command line's parser alone speaks like a program."""
    from envs.text import brief

    said = str(error.format_message())
    where, value_error, rest = said.partition("Value error, ")
    if value_error:
        return where + rest
    checks = getattr(error.__cause__, "errors", None)
    for check in checks() if callable(checks) else ():
        for bound, words in (("ge", "at least"), ("le", "at most")):
            if bound in check.get("ctx", {}) and str(check.get("msg", "")) in said:
                wanted = f"expected {words} {check['ctx'][bound]:,}"
                return said.replace(check["msg"], f"{brief(check.get('input'), 40)}; {wanted}")
        for kind, wanted in _WANTED.items():
            if str(check.get("type", "")).startswith(kind) and str(check.get("msg", "")) in said:
                return said.replace(check["msg"], f"{brief(check.get('input'), 40)}; expected {wanted}")
    return said


def _told(text: object) -> str:
    """A text for people; an endless word in it is cut, so that what comes after it is still read."""
    from agent.records.redaction import redact, shown

    said = _LONG_WORD.sub(lambda word: shown(word[0], LONGEST_WORD), redact(str(text)))
    return shown(said, LONGEST_MESSAGE, lines=True) or type(text).__name__


def _kept(error: Exception) -> str:
    """Where the traceback is, as the end of a sentence."""
    from agent.records.redaction import shown

    try:
        text = shown("".join(traceback.format_exception(error)), LONGEST_REPORT, lines=True)
    except MemoryError:
        return ""
    if logging.getLogger().isEnabledFor(logging.INFO):
        from agent.cli.output import say

        say(text.rstrip())
        return " with the lines above"
    try:
        handle, path = tempfile.mkstemp(prefix="journeyman-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return "; run it again with journeyman -v to see where it happened"
    return f" with {path}"
