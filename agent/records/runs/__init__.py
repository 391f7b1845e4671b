"""Run folders: one folder per practice, solve or evaluation, written so that a kill loses nothing.

    folder: what lies in a run's folder, and its JSON files
    found_run: a run that is there: how it stands, and how it is found by its name
    process_mark: tells a process from a later one with the same number
    run: the run that this process writes
    versions: versions of what a result depends on

Not here: what is read out of a run's journals (the rest of `agent.records`).
"""

from agent.records.runs.folder import EPISODES, SCHEMA
from agent.records.runs.found_run import (
    RunInfo,
    RunStatus,
    find_run,
    list_runs,
    list_runs_and_damage,
    read_run,
    resume_command,
)
from agent.records.runs.run import MOST_EPISODE_BYTES, Run, signal_of

__all__ = [
    "EPISODES",
    "MOST_EPISODE_BYTES",
    "SCHEMA",
    "Run",
    "RunInfo",
    "RunStatus",
    "find_run",
    "list_runs",
    "list_runs_and_damage",
    "read_run",
    "resume_command",
    "signal_of",
]
