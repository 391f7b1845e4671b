"""What lies in the folder of a run, and its JSON files.

```
runs/<utc>-<command>-<game>-s<seed>-<id>/
    run.json       what, when, where: schema, versions, cores, configuration hash, process
    config.json    the resolved configuration, written before the first step
    events.jsonl   facts in the order in which they happened
    play.jsonl     what executors decided while they played: plans, skills, guards, ends
    episodes.jsonl what each episode follows from, to be played again: game, seed, actions
    metrics.jsonl  numbers over time
    answers.jsonl  what a model was asked and said
    media/         films and pictures
    DONE           the outcome; a folder without it was interrupted or crashed
```
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.errors import RunDamaged
from agent.records.redaction import redact_record
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file
from skills.files import json_bytes, write_atomically

SCHEMA = 1
"""Schema number of ``run.json`` and ``DONE``."""

EPISODES = "episodes.jsonl"
"""The file of recorded episodes, see `agent.records.episodes`."""

LONGEST_REASON = 4_000
"""Characters of the message with which a run ended."""

open_here: set[Path] = set()
"""Runs that this process is writing to; others of its own have ended, however they did."""


def write_json(path: Path, record: Mapping[str, Any], what: Written) -> None:
    """Write a JSON file of a run in one step, with keys blanked. Raises `OSError`."""
    text = json.dumps(redact_record(record), indent=1, ensure_ascii=False, default=str) + "\n"
    write_atomically(path, json_bytes(text), what)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file of a run. Raises `RunDamaged`."""
    try:
        record = parsed(read_file(path))
    except (OSError, ValueError) as error:
        raise RunDamaged(f"{path.name} of run {path.parent.name!r} cannot be read: {error}") from error
    if not isinstance(record, dict):
        raise RunDamaged(f"{path.name} of run {path.parent.name!r} is not a JSON object")
    return record
