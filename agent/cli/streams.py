"""The standard streams, whatever they are: closed, full, gone, or of few characters."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

from agent.errors import OutputFailed


def prepare() -> None:
    """Make the streams usable: closed ones lead nowhere, and no character is too strange for any.

    Without it a file that is opened later would take the number of a closed stream, and messages of a
    library would be written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for as long as we live
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def finish() -> None:
    """Write out what waits, so that nothing goes wrong after the exit code is settled.

    Raises:
        BrokenPipeError: nobody reads the results any more.
        OutputFailed: the results cannot be written.
    """
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputFailed(f"the results cannot be written: {error.strerror or error}") from error
    except ValueError:  # closed by whoever called us
        pass


def give_up() -> None:
    """Lead stdout and stderr nowhere where they cannot be written, so that Python's own end is quiet."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
