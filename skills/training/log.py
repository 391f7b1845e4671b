"""A training's metrics: ``metrics.jsonl`` and TensorBoard files."""

from __future__ import annotations

import io
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from stable_baselines3.common.logger import KVWriter, Logger
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from envs.disk import Appended, Written
from envs.lines import open_lines


class JsonLines(KVWriter):
    """Appends one JSON object per dump, so that a resumed training goes on in the same file."""

    def __init__(self, path: Path) -> None:
        self._file = open_lines(path, Written.CURVES, durable=False)

    def write(
        self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0
    ) -> None:
        """Write one line; NaN and infinity, which JSON lacks, become null."""
        finite = {name: _plain(value) for name, value in sorted(key_values.items())}
        self._file.append((json.dumps({"step": step, **finite}, allow_nan=False) + "\n").encode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _plain(value: Any) -> float | int | str | None:
    if isinstance(value, str | int):
        return value
    number = float(value)
    return number if abs(number) < float("inf") else None


class TensorBoardFile(KVWriter):
    """Appends the numbers of a dump to a new TensorBoard file, whole or not at all.

    TensorBoard's own writer appends from a thread, where a full disk is only a traceback.
    """

    def __init__(self, folder: Path) -> None:
        name = f"events.out.tfevents.{time.time():010.0f}.{os.getpid()}.{secrets.token_hex(3)}"
        self._file = Appended(folder / name, Written.CURVES, durable=False)
        self._append(Event(wall_time=time.time(), file_version="brain.Event:2"))

    def write(
        self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0
    ) -> None:
        """Write the numbers of one dump."""
        numbers = {name: value for name, value in sorted(key_values.items()) if not isinstance(value, str)}
        values = [Summary.Value(tag=name, simple_value=float(value)) for name, value in numbers.items()]
        self._append(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, event: Event) -> None:
        record = io.BytesIO()
        RecordWriter(record).write(event.SerializeToString())
        self._file.append(record.getvalue())


def training_log(folder: Path) -> Logger:
    """A logger that writes ``metrics.jsonl`` and TensorBoard event files into `folder`. Raises `OSError`."""
    return Logger(str(folder), [JsonLines(folder / "metrics.jsonl"), TensorBoardFile(folder)])
