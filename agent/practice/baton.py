"""Who may work on a session: one thread at a time, which hands the baton on wherever it waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Dropped(BaseException):
    """The turn is not to go on: the session ends."""


class Baton:
    """Held by the one thread that may work on the session; it is handed on wherever that thread waits.

    So the session, its library and its evidence have one writer at any time, and no part of a turn needs to
    know of the others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.dropping = False
        """Whether turns are to end where they wait."""

    def take(self) -> None:
        """Wait until nobody else holds it."""
        self._lock.acquire()

    def give(self) -> None:
        """Hand it on."""
        self._lock.release()

    @contextmanager
    def handed_on(self) -> Iterator[None]:
        """A block in which others may work on the session. Raises `Dropped` at its end."""
        self.give()
        try:
            yield
        finally:
            self.take()
        if self.dropping and threading.current_thread() is not threading.main_thread():
            raise Dropped
