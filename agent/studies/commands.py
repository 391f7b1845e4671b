"""Practice and evaluations as processes of their own, begun or gone on with wherever they were left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import AgentError
from agent.records.runs import RunInfo, list_runs

LONGEST_END_S = 3_600
"""Seconds that a process has to end by itself once interrupted; a training first reaches its checkpoint."""
_INTERRUPTED = 0, 128 + signal.SIGTERM, -signal.SIGTERM
"""Exit codes of a command that was asked to end: it had just ended, ended in order, or did not get so far."""
SHOWN_LINES = 12
"""Lines of a failed command's messages that are shown."""


class CommandFailed(AgentError):
    """A command of a study ended with an error; the message has its last lines."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Attributes:
        seconds: wall time.
        interrupted: whether it was interrupted because its time was over.
    """

    seconds: float
    interrupted: bool


def latest_run(runs_dir: Path) -> RunInfo | None:
    """The newest run in a folder; None where there is none."""
    runs = list_runs(runs_dir) if runs_dir.is_dir() else []
    return runs[-1] if runs else None


def practise(
    library: Path, runs_dir: Path, settings: Mapping[str, object], *, seconds: float | None = None
) -> Ended:
    """Practise with these settings, or go on with the run that is in `runs_dir`.

    Args:
        library: folder of the libraries.
        runs_dir: holds this session's run alone.
        settings: of `agent.config.PracticeConfig`.
        seconds: interrupt it after so long; None to let it end by itself.

    Raises:
        CommandFailed: it ended with an error.
    """
    run = latest_run(runs_dir)
    if run is not None and run.result():
        return Ended(0.0, False)
    resumed = [] if run is None else ["--resume", run.name]
    given = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    arguments = ["practice", "--library", str(library), "--runs-dir", str(runs_dir), *resumed, *given]
    return journeyman(arguments, runs_dir.parent / "practice.log", seconds=seconds)


def evaluate(
    suite: str, libraries: Sequence[Path], runs_dir: Path, *, mode: str, episodes: int
) -> list[dict[str, Any]]:
    """Play a suite, or go on with the evaluation that is in `runs_dir`; returns its episodes.

    Raises:
        CommandFailed: it ended with an error.
    """
    run = latest_run(runs_dir)
    if run is None or not run.result():
        folders = [part for library in libraries for part in ("--library", str(library))]
        how = ["--resume", run.name] if run else [*folders, "--mode", mode, "--episodes", str(episodes)]
        journeyman(["eval", suite, "--runs-dir", str(runs_dir), *how], runs_dir.parent / "eval.log")
        run = latest_run(runs_dir)
    if run is None:
        raise CommandFailed(f"journeyman eval {suite} left no run in {str(runs_dir)!r}")
    return [event for event in run.events() if event.get("kind") == "episode"]


def journeyman(arguments: Sequence[str], log: Path, *, seconds: float | None = None) -> Ended:
    """Run a command of ours; what it says goes to `log`.

    Raises:
        CommandFailed: it ended with an error.
    """
    began, interrupted = time.monotonic(), False
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as messages:
        process = subprocess.Popen(
            [sys.executable, "-m", "agent.cli", *arguments], stdout=messages, stderr=messages
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            interrupted = True
            process.terminate()  # which nohup leaves alone; Ctrl-C is ignored in the background
            process.wait(LONGEST_END_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode not in (_INTERRUPTED if interrupted else (0,)):
        raise CommandFailed(f"journeyman {' '.join(arguments)} ended with {process.returncode}: {_end(log)}")
    return Ended(time.monotonic() - began, interrupted)


def _end(log: Path) -> str:
    """The last lines of what a command said."""
    lines = log.read_bytes().decode("utf-8", "replace").splitlines()
    return json.dumps("\n".join(lines[-SHOWN_LINES:]), ensure_ascii=False)
