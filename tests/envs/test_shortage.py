"""Too few files, processes or too little memory are told from other failures, wherever they come up."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from envs.shortage import shortage

FILES, PROCESSES, MEMORY = "too many open files", "no more processes or threads", "not enough memory"


def chained(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "start"),
    [
        (OSError(errno.EMFILE, "x"), FILES),
        (OSError(errno.ENFILE, "x"), FILES),
        (BlockingIOError(errno.EAGAIN, "x"), PROCESSES),
        (OSError(errno.ENOMEM, "x"), MEMORY),
        (MemoryError(), MEMORY),
        (RuntimeError("can't start new thread"), PROCESSES),
        (RuntimeError("failed to spawn worker: Too many open files (os error 24)"), FILES),
        (ImportError("libx.so: failed to map segment from shared object"), MEMORY),
        (OSError("libx.so: failed to map segment from shared object"), MEMORY),
        (chained(ValueError("cannot be read"), MemoryError()), MEMORY),
        ("OSError: [Errno 24] Too many open files", FILES),
        ("_ArrayMemoryError: Unable to allocate 2.00 GiB for an array", MEMORY),
    ],
)
def test_the_cause_is_found(error: BaseException | str, start: str) -> None:
    assert shortage(error).startswith(start)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Too many open files"),  # said, not suffered
        OSError(errno.ENOENT, "x"),
        chained(ValueError("no reply"), BlockingIOError(errno.EAGAIN, "x")),
        OSError(errno.ENOSPC, "x"),
        RuntimeError("compiled code gives wrong results"),
        "KeyError: 'wood'",
        "",
    ],
)
def test_other_failures_are_none_of_these(error: BaseException | str) -> None:
    assert shortage(error) == ""


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert shortage(one) == ""


def test_the_limit_is_named_and_nothing_stays_open() -> None:
    code = (
        "import resource\nfrom envs.shortage import can_open, shortage\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 90))\n"
        "print(can_open(60), can_open(30), can_open(30), 'may have 40;' in shortage(OSError(24, '')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True True True\n"
