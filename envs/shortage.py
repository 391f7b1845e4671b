"""Failures for want of files, processes or memory, told apart from those of what was being done.

Such an error may come from anywhere, under any name: a library that cannot be loaded, a process that does not
start, a file that "cannot be read". What helps is not what the place would advise, but a higher limit.
"""

from __future__ import annotations

import errno
import os
import re
import resource
from collections.abc import Iterator
from typing import Final

from envs.errors import TooLittle

_FILES, _PROCESSES, _MEMORY = "files", "processes", "memory"
_BY_NUMBER: Final = {
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: _PROCESSES,
}
_BY_WORDS: Final = (
    (re.compile(r"Too many open files|os error 2[34]\b"), _FILES),
    (
        re.compile(r"Cannot allocate memory|os error 12\b|failed to map segment|[Uu]nable to allocate"),
        _MEMORY,
    ),
    (re.compile(r"can't start new thread|Resource temporarily unavailable|os error 11\b"), _PROCESSES),
)


LEAST_TO_PLAY: Final = 1_000_000_000
"""Bytes of address space below which compiled code ends the process by itself, sooner or later."""


def shortage(error: BaseException | str) -> str:
    """What this process has too little of, and what to do; empty if that is not why it failed.

    Args:
        error: an error, of which the causes are looked at too, or its words.
    """
    kind = _of_words(error) if isinstance(error, str) else _of_chain(error)
    return _ADVICE[kind]() if kind else ""


def require_memory_to_play() -> None:
    """Raise `TooLittle` where this process may not have the memory that a game and its compiled code take."""
    limit = _limit(resource.RLIMIT_AS)
    if limit is not None and limit < LEAST_TO_PLAY:
        raise TooLittle(f"{_memory()}; a game needs {LEAST_TO_PLAY / 1e9:.1f} GB at the very least")


def too_few_files() -> str:
    """What to say where too few files may be open."""
    return _files()


def _of_chain(error: BaseException) -> str:
    for one in _chain(error):
        if isinstance(one, MemoryError):
            return _MEMORY
        if isinstance(one, OSError) and (kind := _of_number(one.errno, deeper=one is not error)):
            return kind
        numberless = isinstance(one, OSError) and one.errno is None  # a library that cannot be loaded
        if (numberless or isinstance(one, ImportError | RuntimeError)) and (kind := _of_words(str(one))):
            return kind
    return ""


def _of_number(number: int | None, *, deeper: bool) -> str:
    if number is None or (deeper and number == errno.EAGAIN):  # a connection may have said that
        return ""
    return _BY_NUMBER.get(number, "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _of_words(text: str) -> str:
    return next((kind for pattern, kind in _BY_WORDS if pattern.search(text)), "")


def _limit(which: int) -> int | None:
    """The limit that holds for this process; ``None`` for none."""
    soft = resource.getrlimit(which)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def _files() -> str:
    limit = _limit(resource.RLIMIT_NOFILE)
    return (
        f"too many open files: this process may have {limit or 'no more'}; allow more with 'ulimit -n 1024', "
        "or use fewer --workers"
    )


def _processes() -> str:
    limit = _limit(resource.RLIMIT_NPROC)
    allowed = f"this user may have {limit:,}" if limit else "the machine or its container allows no more"
    return (
        f"no more processes or threads can be started: {allowed}; allow more with 'ulimit -u', end others, "
        "or use fewer --workers"
    )


def _memory() -> str:
    limit = _limit(resource.RLIMIT_AS)
    allowed = (
        f"this process may have {limit / 1e9:.1f} GB ('ulimit -v' allows more)"
        if limit
        else ("the machine or its container has no more")
    )
    return f"not enough memory: {allowed}; free some, allow more, or use fewer --workers"


_ADVICE: Final = {_FILES: _files, _PROCESSES: _processes, _MEMORY: _memory}


def can_open(files: int) -> bool:
    """Whether this process may open so many files more; for libraries that break down where it may not."""
    opened: list[int] = []
    try:
        opened.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(files))
    except OSError:
        return False
    finally:
        for file in opened:
            os.close(file)
    return True
