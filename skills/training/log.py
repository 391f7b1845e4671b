"""A training's metrics: ``metrics.jsonl`` and TensorBoard files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stable_baselines3.common.logger import KVWriter, Logger, TensorBoardOutputFormat


class JsonLines(KVWriter):
    """Appends one JSON object per dump, so that a resumed training goes on in the same file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def write(
        self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0
    ) -> None:
        """Write one line; NaN and infinity, which JSON lacks, become null."""
        finite = {name: _plain(value) for name, value in sorted(key_values.items())}
        self._file.write(json.dumps({"step": step, **finite}, allow_nan=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _plain(value: Any) -> float | int | str | None:
    if isinstance(value, str | int):
        return value
    number = float(value)
    return number if abs(number) < float("inf") else None


def training_log(folder: Path) -> Logger:
    """A logger that writes ``metrics.jsonl`` and TensorBoard event files into `folder`."""
    return Logger(str(folder), [JsonLines(folder / "metrics.jsonl"), TensorBoardOutputFormat(str(folder))])
