"""The command line, ``journeyman``: one file per command, everything heavy loaded inside the commands."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: goal not reached. 2: usage or bad input. 3: a prerequisite is missing. 130: interrupted.
    """
    import sys

    from agent.cli.app import app
    from agent.cli.failures import explain

    try:
        app(list(arguments) if arguments is not None else None, prog_name="journeyman")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:
        failure = explain(error)
        if failure is None:
            raise
        print(f"journeyman: {failure.message}", file=sys.stderr)
        return failure.exit_code
    return 0
