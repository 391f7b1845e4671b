"""What is said while a call is under way: by whoever plays, to whoever waits, wherever either runs.

A remark is for people who watch. It is no part of an answer, and where nobody listens it is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local
from typing import Any, Final, TypeAlias

Listener: TypeAlias = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on its way from a worker process.

    Attributes:
        value: what was said; picklable.
    """

    value: Any


class _Ear(local):
    """Of each thread one: several may wait for workers of their own."""

    listener: Listener | None = None


_ear: Final = _Ear()


def remark(value: Any) -> None:
    """Say something to whoever listens in this thread; a worker process passes it on to its pool's."""
    if _ear.listener is not None:
        _ear.listener(value)


def is_heard() -> bool:
    """Whether somebody listens."""
    return _ear.listener is not None


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear remarks for a while, those of worker processes whenever their pool waits for them."""
    before, _ear.listener = _ear.listener, listener
    try:
        yield
    finally:
        _ear.listener = before
