"""How a command is stopped: Ctrl-C, a polite kill, a terminal that is closed; once or several times."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a command in order. Those that are ignored when it starts stay so, as under nohup."""

SAME_PRESS_S: Final = 0.5
"""A second signal within this time is the first one, passed on by whatever program lies between."""

SHOW_CURSOR: Final = b"\x1b[?25h"


class Interrupts:
    """The first signal raises `KeyboardInterrupt`, so that everything is put in order.

    The next one ends the program at once and without a word.
    """

    def __init__(self) -> None:
        self.heard: int | None = None
        self._at = 0.0

    @property
    def exit_code(self) -> int | None:
        """128 and the number of the signal that was heard; None without one."""
        return None if self.heard is None else 128 + self.heard

    def hear(self, number: int, frame: FrameType | None) -> None:
        """The handler."""
        now = time.monotonic()
        if self.heard is None:
            self.heard, self._at = number, now
            raise KeyboardInterrupt(signal.Signals(number).name)
        if now - self._at > SAME_PRESS_S:
            if sys.stderr is not None and sys.stderr.isatty():
                with suppress(OSError):
                    os.write(2, SHOW_CURSOR)
            os._exit(128 + number)

    def not_lost(self, hidden: Any) -> None:
        """In place of `sys.unraisablehook`: an interruption that a finaliser swallowed is raised again."""
        if isinstance(hidden.exc_value, KeyboardInterrupt) and self.heard is not None:
            number, self.heard = self.heard, None
            signal.raise_signal(number)
        else:
            sys.__unraisablehook__(hidden)


@contextmanager
def listening(*, to_the_end: bool) -> Iterator[Interrupts]:
    """Hear signals while a command runs.

    Outside the main thread, where signals cannot be handled, it does nothing.

    Args:
        to_the_end: go on listening afterwards, while the program ends; else everything is put back.
    """
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before = {number: signal.getsignal(number) for number in STOPPING}
    hook = sys.unraisablehook
    for number, handler in before.items():
        if handler is not signal.SIG_IGN and handler is not None:
            signal.signal(number, interrupts.hear)
    sys.unraisablehook = interrupts.not_lost
    try:
        yield interrupts
    finally:
        if not to_the_end:
            for number, handler in before.items():
                if handler is not signal.SIG_IGN and handler is not None:
                    signal.signal(number, handler)
            sys.unraisablehook = hook
