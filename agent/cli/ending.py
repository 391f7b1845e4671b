"""Runs a command and settles how it ended: one exit code, one message, and with ``--json`` one document."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from agent.cli import streams
from agent.cli.failures import INTERRUPTED, OUTPUT_CLOSED, Failure, explain, internal_error, usage_error
from agent.cli.signals import Interrupts, listening


def run(arguments: Sequence[str], *, to_the_end: bool) -> int:
    """Run a command line and return its exit code; nothing but a second signal gets past it.

    Args:
        arguments: without the program's name.
        to_the_end: whether the program ends with this, so that signals are heard until then.
    """
    streams.prepare()
    with listening(to_the_end=to_the_end) as interrupts:
        try:
            code = _settled(list(arguments), interrupts)
        except KeyboardInterrupt:  # while the ending itself was told
            code = INTERRUPTED
        finally:
            streams.give_up()
    return code if interrupts.exit_code is None or code != INTERRUPTED else interrupts.exit_code


def _settled(arguments: list[str], interrupts: Interrupts) -> int:
    """The exit code, after everything was said."""
    from agent.cli.output import document_printed

    document_printed(forget=True)
    failure: Failure | None = None
    code = 0
    try:
        code = _called(arguments)
        streams.finish()
    except BrokenPipeError:
        code = OUTPUT_CLOSED
    except SystemExit as end:  # completions, and help: typer and rich end with 1 when nobody reads it
        code = OUTPUT_CLOSED if end.code == 1 and not _completes() else int(end.code or 0)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        failure = _failure(error)
        code = OUTPUT_CLOSED if failure is None else failure.exit_code
    if code == INTERRUPTED and failure is None:
        failure = _interruption(interrupts)
    if failure is not None and not _completes():
        _tell(failure, as_json="--json" in arguments)
    return code


def _completes() -> bool:
    """Whether a shell asks for names; it wants them and nothing else."""
    return "_JOURNEYMAN_COMPLETE" in os.environ


def _called(arguments: list[str]) -> int:
    from agent.cli.app import command

    outcome = command()(arguments, prog_name="journeyman", standalone_mode=False)
    return outcome if isinstance(outcome, int) else 0


def _failure(error: Exception) -> Failure | None:
    """What an error stands for; None when there is nobody to tell it to."""
    import typer

    from agent.cli.output import result
    from agent.cli.terminal import OutputClosed

    if isinstance(error, OutputClosed):
        return None
    if isinstance(error, typer.Abort):
        return Failure("interrupted", INTERRUPTED, "Interrupted")
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        if type(error).__name__ == "NoArgsIsHelpError":  # help in tables is on the screen already
            if text := error.format_message().rstrip():
                result(text)
            return Failure("", error.exit_code, "Usage")
        _tell_usage(error)
        return usage_error(error)
    return explain(error) or internal_error(error)


def _interruption(interrupts: Interrupts) -> Failure:
    name = signal.Signals(interrupts.heard or signal.SIGINT).name
    text = "interrupted" if interrupts.heard in (None, signal.SIGINT) else f"ended by {name}"
    return Failure(text, INTERRUPTED, "Interrupted")


def _tell_usage(error: Any) -> None:
    from agent.cli.output import say

    context = getattr(error, "ctx", None)
    if context is not None:
        more = f", or '{context.command_path} --help'" if context.parent is not None else ""
        say(f"{context.get_usage()}\nTry 'journeyman --help'{more}.", style="dim")


def _tell(failure: Failure, *, as_json: bool) -> None:
    """One message on stderr; with ``--json`` also the document, where none was printed before."""
    from agent.cli.output import document_printed, print_json, say

    if failure.message:
        say(f"journeyman: {failure.message}")
    if as_json and failure.message and not document_printed():
        with suppress(Exception):  # what stdout is like is no news any more
            print_json(failure.to_record())
