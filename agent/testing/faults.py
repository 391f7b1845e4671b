"""Faults of the disk for tests: full, read-only, broken, or the process killed, at any point of `envs.disk`.

In a process of its own, really killed at the third time that the graph is given its name::

    python -m agent.testing.faults graph:rename before 3 agent.cli practice --game toy
"""

from __future__ import annotations

import errno
import os
import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from envs import disk
from envs.disk import Fault, Moment

FULL, NO_INODES = errno.ENOSPC, errno.ENOSPC
"""A full disk, and one that has no place for another file: the same error, at ``write`` and at ``create``."""
READ_ONLY, OVER_QUOTA, BROKEN, NO_HANDLES = errno.EROFS, errno.EDQUOT, errno.EIO, errno.EMFILE


class Killed(BaseException):
    """Stands for the end of the process: no handler may treat it as an error."""


@contextmanager
def faulty(fault: Fault) -> Iterator[None]:
    """Have a fault told of every point while the block lasts."""
    before, disk.fault = disk.fault, fault
    try:
        yield
    finally:
        disk.fault = before


@contextmanager
def watched() -> Iterator[list[str]]:
    """The points that are reached while the block lasts, each as often as it is."""
    reached: list[str] = []

    def note(point: str, moment: Moment) -> None:
        if moment == "before":
            reached.append(point)

    with faulty(note):
        yield reached


@contextmanager
def failing(
    point: str, error: Callable[[], BaseException], nth: int = 1, *, lasting: bool = True
) -> Iterator[None]:
    """Have a point fail from the n-th time on, as on a disk that is full and stays full.

    Args:
        point: such as ``graph:rename``; a lone ``rename`` fails for everything that is written.
        error: makes what is raised.
        nth: the first time that it fails.
        lasting: whether it fails ever after, or only once. What only removes never fails by itself.
    """
    left = nth

    def fail(reached: str, moment: Moment) -> None:
        nonlocal left
        if point not in (reached, reached.partition(":")[2]) or moment != _moment_of_failure(reached):
            return
        left -= 1
        if left == 0 or (left < 0 and lasting):
            raise error()

    with faulty(fail):
        yield


@contextmanager
def killed(point: str, moment: Moment, nth: int = 1) -> Iterator[None]:
    """End the block as a kill would: nothing is written from then on, not even by handlers of errors.

    Raises:
        Killed: at the n-th time that the point is reached.
    """
    with faulty(_Death(point, moment, nth, _stop)):
        yield


def os_error(number: int) -> Callable[[], OSError]:
    """Makes an `OSError` as the operating system does."""
    return lambda: OSError(number, os.strerror(number))


class _Death:
    def __init__(self, point: str, moment: Moment, nth: int, die: Callable[[], None]) -> None:
        self._when, self._left, self._die = (point, moment), nth, die

    def __call__(self, point: str, moment: Moment) -> None:
        self._left -= (point, moment) == self._when
        if self._left <= 0:
            self._die()


def _moment_of_failure(point: str) -> Moment:
    """A disk becomes full in the middle of writing."""
    return "middle" if point.endswith(":write") else "before"


def _stop() -> None:
    raise Killed


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Run a module as a program and be killed at a point."""
    point, moment, nth, *sys.argv = sys.argv[1:]
    disk.fault = _Death(point, cast(Moment, moment), int(nth), _die)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
