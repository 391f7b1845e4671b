"""Results go to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


def results() -> Console:
    """A console for results, on stdout."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False)


def messages() -> Console:
    """A console for progress and remarks, on stderr."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False)


def print_json(record: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(record, ensure_ascii=False, indent=2))


def episode_bar() -> Progress:
    """A bar over episodes on stderr; silent where stderr is no terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = messages()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
