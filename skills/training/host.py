"""A training in a worker, somewhere: it goes on by itself, and tells how it stands whenever it is asked.

Whoever asks may be slower than the training, or wait for something else; the training runs a few rollouts
ahead. Where the folder of the run is on another machine, what belongs into it comes with the answers.
"""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

from envs import disk
from envs.disk import Written
from skills.files import write_atomically
from skills.training.assignment import Assignment, carry_out
from skills.training.loop import checkpoint_path
from skills.training.spec import TrainProgress, TrainResult, TrainSpec

MOST_AHEAD: Final = 8
"""Rollouts that a training runs ahead of whoever asks how it stands."""
WARM_START: Final = "warm-start.zip"
"""The weights to begin with, where they were sent."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a training stands.

    Attributes:
        progress: of every rollout since it was last asked for.
        result: what it led to; None while it goes on. Paths in it are those of the machine it ran on.
        files: of its folder, those that are new or changed, where they are sent; after every checkpoint.
    """

    progress: tuple[TrainProgress, ...] = ()
    result: TrainResult | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


class TrainingHost:
    """Carries out one training after the other; the servant of a worker."""

    def __init__(self) -> None:
        self._run: _Run | None = None

    def begin(self, spec: Assignment, files: Mapping[str, bytes] | None = None) -> None:
        """Begin a training, or go on with it from its checkpoint; one that is under way is ended first.

        Args:
            spec: what to train.
            files: the content of its folder, and `WARM_START`, where that folder is on another machine; None
                to work in it.
        """
        self.close()
        self._run = _Run(spec, files)

    def go_on(self, wanted: bool = True, view: tuple[int, int] | None = None) -> Told:
        """How it stands, once there is something new.

        Args:
            wanted: False to end it after the rollout under way.
            view: width and height of a picture of a game that is wanted after a rollout; None for none.

        Raises:
            As the training does.
        """
        if self._run is None:
            raise RuntimeError("no training was begun; call begin(spec) first")
        try:
            told = self._run.tell(wanted, view)
        except BaseException:
            self.close()
            raise
        if told.result is not None:
            self.close()
        return told

    def close(self) -> None:
        """End the training under way after its rollout; nothing of it is told any more."""
        run, self._run = self._run, None
        if run is not None:
            run.end()


class _Run:
    """One training, in a thread beside the one that is asked."""

    def __init__(self, spec: Assignment, files: Mapping[str, bytes] | None) -> None:
        self._sent: dict[str, tuple[int, int]] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if files is not None:
            _require_names(files)
            self._folder = tempfile.TemporaryDirectory(prefix="journeyman-training-")
            spec = _moved(spec, Path(self._folder.name), files)
            self._sent = {}
            self._changed_files(spec)  # what came is known already
        self._spec = spec
        self._news = threading.Condition()
        self._progress: deque[TrainProgress] = deque()
        self._wanted = True
        self._result: TrainResult | None = None
        self._error: BaseException | None = None
        self._view: tuple[int, int] | None = None
        self._thread = threading.Thread(target=self._train, name="training", daemon=True)
        self._thread.start()

    def _train(self) -> None:
        try:
            result = carry_out(self._spec, on_progress=self._note, wants_view=self._take_view)
        except BaseException as error:  # told to whoever asks
            with self._news:
                self._error = error
                self._news.notify_all()
            return
        with self._news:
            self._result = result
            self._news.notify_all()

    def _note(self, progress: TrainProgress) -> bool:
        with self._news:
            self._progress.append(progress)
            self._news.notify_all()
            self._news.wait_for(lambda: len(self._progress) < MOST_AHEAD or not self._wanted)
            return self._wanted

    def _take_view(self) -> tuple[int, int] | None:
        view, self._view = self._view, None
        return view

    def tell(self, wanted: bool, view: tuple[int, int] | None) -> Told:
        """See `TrainingHost.go_on`."""
        with self._news:
            self._wanted, self._view = self._wanted and wanted, view or self._view
            self._news.notify_all()
            self._news.wait_for(lambda: bool(self._progress or self._result or self._error))
            progress, result, error = tuple(self._progress), self._result, self._error
            self._progress.clear()
            self._news.notify_all()
        if error is not None and not progress:
            raise error
        return Told(progress, result, self._files(result is not None))

    def _files(self, ended: bool) -> dict[str, bytes]:
        """What changed, where files are sent and there is a checkpoint more, or all of it at the end."""
        if self._sent is None:
            return {}
        checkpoint = checkpoint_path(self._spec)
        if not ended and (not checkpoint.is_file() or self._sent.get(checkpoint.name) == _stamp(checkpoint)):
            return {}
        return self._changed_files(self._spec)

    def _changed_files(self, spec: Assignment) -> dict[str, bytes]:
        assert self._sent is not None
        found: dict[str, bytes] = {}
        for path in sorted(spec.work_dir.iterdir()):
            if path.is_file() and path.name != WARM_START and self._sent.get(path.name) != _stamp(path):
                self._sent[path.name] = _stamp(path)
                found[path.name] = path.read_bytes()
        return found

    def end(self) -> None:
        """End it after the rollout under way, and remove its folder if it was sent."""
        with self._news:
            self._wanted = False
            self._news.notify_all()
        self._thread.join()
        if self._folder is not None:
            self._folder.cleanup()


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _moved(spec: Assignment, folder: Path, files: Mapping[str, bytes]) -> Assignment:
    """The same training in another folder, with what belongs into it."""
    disk.make_folder(folder, Written.TRAINING)
    for name, content in files.items():
        write_atomically(folder / name, content, Written.TRAINING, flush=False)
    if isinstance(spec, TrainSpec):
        warm = folder / WARM_START if WARM_START in files else None
        return replace(spec, work_dir=folder, warm_start=warm)
    return cast(Assignment, replace(cast(Any, spec), work_dir=folder))


def files_of(spec: Assignment) -> dict[str, bytes]:
    """What a training needs elsewhere: its folder's files, and the weights that it begins with."""
    found: dict[str, bytes] = {}
    if spec.work_dir.is_dir():
        found = {path.name: path.read_bytes() for path in spec.work_dir.iterdir() if path.is_file()}
    if isinstance(spec, TrainSpec) and spec.warm_start is not None:
        found[WARM_START] = spec.warm_start.read_bytes()
    return found


def keep_files(spec: Assignment, files: Mapping[str, bytes]) -> None:
    """Write what came from elsewhere into a training's folder. Raises `OSError`."""
    _require_names(files)
    if files:
        disk.make_folder(spec.work_dir, Written.TRAINING)
    for name, content in files.items():
        write_atomically(spec.work_dir / name, content, Written.TRAINING)


def _require_names(files: Mapping[str, bytes]) -> None:
    """Raise `ValueError` for what would be written elsewhere than into the folder."""
    for name in files:
        if Path(name).name != name:
            raise ValueError(f"{name!r} is no name of a file in a training's folder")


def result_here(spec: Assignment, result: TrainResult) -> TrainResult:
    """A result whose weights are those in the training's own folder."""
    return replace(result, weights={name: spec.work_dir / path.name for name, path in result.weights.items()})
