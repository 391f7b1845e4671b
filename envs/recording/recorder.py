"""An episode on disk: video, stills, terminal cast, transitions and facts, in a folder that appears whole."""

from __future__ import annotations

import json
import logging
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, TextIO
from uuid import uuid4

import numpy as np

from envs import disk
from envs.disk import Written
from envs.facts import EndStatus, Facts
from envs.game import Game
from envs.recording.cast import TerminalCast
from envs.recording.video import (
    Stills,
    VideoFormat,
    VideoWriter,
    best_video_format,
    open_video,
    require_encoder,
    write_png,
)
from envs.terminal import TerminalGame

SCHEMA: Final = 1

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOptions:
    """What to record, and how.

    Attributes:
        video: ``mp4``, ``gif``, ``none``, or ``auto``: mp4 where its encoder is installed, else gif.
        stride: a frame and a cast screen for every so many steps; transitions are always complete.
        fps: frames per second of video and cast.
        size: width and height of the frames in pixels; both even, as mp4 asks.
        cast: write a terminal cast of the captions.
    """

    video: Literal["auto", "mp4", "gif", "none"] = "auto"
    stride: int = 1
    fps: float = 15.0
    size: tuple[int, int] = (288, 288)
    cast: bool = True

    def __post_init__(self) -> None:
        if self.video not in ("auto", "mp4", "gif", "none"):
            raise ValueError(f"video is {self.video!r}; expected 'auto', 'mp4', 'gif' or 'none'")
        if self.stride < 1:
            raise ValueError(f"stride is {self.stride!r}; expected at least 1")
        if not self.fps > 0:
            raise ValueError(f"fps is {self.fps!r}; expected more than 0")
        if any(side < 2 or side % 2 for side in self.size):
            raise ValueError(f"size is {self.size!r}; expected even numbers of at least 2")

    def video_format(self) -> VideoFormat | None:
        """The format to write. Raises `MissingDependency` when its encoder is missing."""
        if self.video == "none":
            return None
        if self.video == "auto":
            return best_video_format()
        require_encoder(self.video)
        return self.video


class Recorder:
    """Records one episode of `game` into `folder`.

    The folder appears under its name only when the recording is closed, complete with:
    ``recording.json`` (summary), ``transitions.jsonl``, ``facts.npz``, ``episode.cast``,
    ``video.mp4`` or ``video.gif``, and ``first.png``, ``middle.png``, ``last.png``.

    >>> with Recorder(game, Path("episode"), seed=7) as recorder:  # doctest: +SKIP
    ...     while game.status == EndStatus.RUNNING:
    ...         action = policy(game)
    ...         game.step(action)
    ...         recorder.record(action)

    An exception inside the ``with`` block still leaves a recording, with ``"complete": false``.

    Args:
        game: the game, at the start of what is to be recorded; only looked at, never stepped.
        folder: where to; must not exist yet, or be empty.
        seed: the episode's seed, for the summary.

    Raises:
        FileExistsError: `folder` holds something already.
        MissingDependency: the video format asked for has no encoder here.
    """

    def __init__(
        self, game: Game, folder: Path, options: RecordingOptions | None = None, *, seed: int | None = None
    ) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FileExistsError(f"{str(folder)!r} exists already and is not empty; record to a new folder")
        self._game, self._folder, self._seed = game, folder, seed
        self._options = options or RecordingOptions()
        self._format = self._options.video_format()
        self._partial = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}.partial")
        disk.make_folder(self._partial, Written.RECORDING, new=True)
        self._closed = False
        self._frames = self._steps = 0
        self._actions: list[int] = []
        self._rows: list[np.ndarray[Any, np.dtype[np.int32]]] = []
        self._stills = Stills()
        self._note = ""
        self._facts: Facts = game.facts()
        self._texts = ExitStack()
        self._video: VideoWriter | None = None
        self._cast: TerminalCast | None = None
        try:
            self._begin()
        except BaseException:
            with suppress(Exception):  # the files go with their folder
                self._texts.close()
                if self._video:
                    self._video.close()
            self._discard()
            raise

    def _begin(self) -> None:
        self._transitions = self._open("transitions.jsonl")
        self._video = self._open_video()
        if self._options.cast:
            self._cast = TerminalCast(self._open("episode.cast"), self._game.spec.title)
        self._keep_row()
        self._write({"step": 0, "facts": dict(self._facts), "status": self._game.status.name})
        self._show()

    def record(self, action: int) -> None:
        """Note the step that `action` (an index into ``spec.actions``) has just made in the game."""
        self._steps += 1
        after = self._game.facts()
        changed = {name: value for name, value in after.items() if value != self._facts[name]}
        name = self._game.spec.actions[action]
        self._write(
            {"step": self._steps, "action": name, "changed": changed, "status": self._game.status.name}
        )
        self._facts = after
        self._actions.append(int(action))
        self._keep_row()
        if self._steps % self._options.stride == 0 or self._game.status != EndStatus.RUNNING:
            self._show()

    def note(self, text: str) -> None:
        """Say what the player is about to do; goes into the transitions and above the next captions."""
        self._note = text
        self._write({"step": self._steps, "note": text})

    def close(self, *, complete: bool = True) -> Path:
        """Complete the files and give the folder its name. Returns the folder; later calls do nothing."""
        if self._closed:
            return self._folder
        self._closed = True
        try:
            with disk.point(Written.RECORDING, "write", self._folder):
                self._close_streams()
                self._write_stills()
                self._write_facts()
            self._write_summary(complete)
            disk.rename(self._partial, self._folder, Written.RECORDING)
        except BaseException:
            self._discard()
            raise
        return self._folder

    def _discard(self) -> None:
        with suppress(OSError):
            disk.remove_folder(self._partial, Written.RECORDING)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close(complete=kind is None)

    def _open(self, name: str) -> TextIO:
        with disk.point(Written.RECORDING, "create", self._folder / name):
            return self._texts.enter_context((self._partial / name).open("w", encoding="utf-8", newline="\n"))

    def _open_video(self) -> VideoWriter | None:
        if self._format is None:
            return None
        if self._options.video == "auto" and self._format == "gif":
            _log.warning("no mp4 encoder is installed (pip install imageio-ffmpeg); recording a gif instead")
        return open_video(self._partial / f"video.{self._format}", self._options.fps)

    def _write(self, record: dict[str, Any]) -> None:
        self._transitions.write(json.dumps(record, separators=(",", ":")) + "\n")

    def _keep_row(self) -> None:
        row = np.zeros(len(self._game.spec.facts), dtype=np.int32)
        self._game.fact_values(row)
        self._rows.append(row)

    def _show(self) -> None:
        if self._cast:
            heading = f"step {self._steps}" + (f" | {self._note}" if self._note else "")
            shown = self._game.screen_text() if isinstance(self._game, TerminalGame) else self._game.caption()
            self._cast.screen(self._frames / self._options.fps, f"{heading}\n\n{shown}")
        frame = self._game.frame(self._options.size)
        self._stills.add(frame)
        if self._video:
            self._video.append(frame)
        self._frames += 1

    def _close_streams(self) -> None:
        self._texts.close()
        if self._video:
            self._video.close()

    def _write_stills(self) -> None:
        for name, frame in self._stills.chosen().items():
            write_png(self._partial / f"{name}.png", frame)

    def _write_facts(self) -> None:
        np.savez_compressed(
            self._partial / "facts.npz",
            facts=np.stack(self._rows),
            actions=np.array(self._actions, dtype=np.int32),
            names=np.array([fact.name for fact in self._game.spec.facts]),
        )

    def _write_summary(self, complete: bool) -> None:
        summary = {
            "schema": SCHEMA,
            "game": self._game.spec.name,
            "seed": self._seed,
            "steps": self._steps,
            "frames": self._frames,
            "status": self._game.status.name,
            "complete": complete,
            "options": asdict(self._options),
            "files": sorted(path.name for path in self._partial.iterdir()),
        }
        text = json.dumps(summary, indent=2) + "\n"
        disk.create(self._partial / "recording.json", text.encode(), Written.RECORDING)
