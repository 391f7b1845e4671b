"""Frames become a video file, one at a time; the encoder is loaded only when a video is written."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from envs.errors import MissingDependency

VideoFormat: TypeAlias = Literal["mp4", "gif"]

Frame: TypeAlias = NDArray[np.uint8]
"""``uint8[height, width, 3]``, RGB."""

_MAX_STILL_FRAMES: Final = 64
"""Frames kept in memory for the choice of the middle one; above that every other one is dropped."""

_MAX_GIF_FRAMES: Final = 1000
"""Frames kept in memory for a gif; above that every other one is dropped and the rest shown twice as long."""


class VideoWriter(Protocol):
    """Takes frames one by one; `close` completes the file."""

    def append(self, frame: Frame, times: int = 1) -> None:
        """Add a frame that is shown for as long as `times` frames; all frames have the same size."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...


def open_video(path: Path, fps: float) -> VideoWriter:
    """Begin a video.

    Args:
        path: the file to write, ending in ``.mp4`` or ``.gif``.
        fps: frames per second; a gif rounds the time of a frame to whole hundredths of a second.

    Raises:
        MissingDependency: no encoder for that format is installed; the message names the other format.
        ValueError: another file ending.
    """
    if path.suffix == ".mp4":
        require_encoder("mp4")
        return _Mp4Writer(path, fps)
    if path.suffix == ".gif":
        require_encoder("gif")
        return _GifWriter(path, fps)
    raise ValueError(f"cannot write a video to {path.name!r}; expected a name in .mp4 or .gif")


class _Mp4Writer:
    def __init__(self, path: Path, fps: float) -> None:
        # a macro block of 2 keeps the frame's size where the default would scale it to a multiple of 16
        imageio = importlib.import_module("imageio.v2")
        self._writer = imageio.get_writer(str(path), fps=fps, macro_block_size=2, format="FFMPEG")

    def append(self, frame: Frame, times: int = 1) -> None:
        for _ in range(times):
            self._writer.append_data(frame)

    def close(self) -> None:
        self._writer.close()


class _GifWriter:
    """A gif is written at the end: its encoder wants all frames at once."""

    def __init__(self, path: Path, fps: float) -> None:
        self._path = path
        self._frame_ms = max(round(100 / fps), 2) * 10  # players take less than 20 ms for a mistake
        self._image = importlib.import_module("PIL.Image")
        self._kept: list[Any] = []
        self._times: list[int] = []
        self._spacing = 1
        self._count = 0

    def append(self, frame: Frame, times: int = 1) -> None:
        if self._count % self._spacing == 0:
            self._kept.append(self._image.fromarray(frame).quantize(256, dither=0))
            self._times.append(times)
            if len(self._kept) > _MAX_GIF_FRAMES:
                self._kept = self._kept[::2]
                self._times = [sum(self._times[i : i + 2]) for i in range(0, len(self._times), 2)]
                self._spacing *= 2
        else:
            self._times[-1] += times
        self._count += 1

    def close(self) -> None:
        if self._kept:
            first, *rest = self._kept
            durations = [self._frame_ms * times for times in self._times]
            first.save(self._path, save_all=True, append_images=rest, duration=durations, loop=0)
        self._kept, self._times = [], []


def require_encoder(video: VideoFormat) -> None:
    """Raise `MissingDependency` unless videos of that format can be written here."""
    package = "imageio.v2" if video == "mp4" else "PIL.Image"
    try:
        importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise MissingDependency(
            f"cannot write {video} videos: the package {package.split('.')[0]!r} is missing; "
            "install it with: pip install imageio imageio-ffmpeg pillow, or record without a video"
        ) from error
    if video == "gif":
        return
    try:
        importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe()
    except (ModuleNotFoundError, RuntimeError) as error:
        raise MissingDependency(
            f"cannot write mp4 videos: no ffmpeg encoder ({error}); install it with: "
            "pip install imageio-ffmpeg, or choose the format 'gif', which needs none"
        ) from error


def best_video_format() -> VideoFormat:
    """``mp4`` where its encoder is installed, ``gif`` otherwise."""
    try:
        require_encoder("mp4")
    except MissingDependency:
        return "gif"
    return "mp4"


def write_png(path: Path, frame: Frame) -> None:
    """Write one frame as a PNG image."""
    importlib.import_module("PIL.Image").fromarray(frame).save(path, format="PNG")


class Stills:
    """Keeps the first and the last frame, and the middle one out of a thinned selection."""

    def __init__(self) -> None:
        self._kept: list[Frame] = []
        self._spacing = 1
        self._count = 0
        self._last: Frame | None = None

    def add(self, frame: Frame) -> None:
        """Look at the next frame."""
        if self._count % self._spacing == 0:
            self._kept.append(frame)
            if len(self._kept) > _MAX_STILL_FRAMES:
                self._kept = self._kept[::2]
                self._spacing *= 2
        self._count += 1
        self._last = frame

    def chosen(self) -> dict[str, Frame]:
        """First, middle (exact up to `_MAX_STILL_FRAMES` frames, else nearly) and last frame, by name."""
        if self._last is None:
            return {}
        middle = self._kept[min(self._count // 2 // self._spacing, len(self._kept) - 1)]
        return {"first": self._kept[0], "middle": middle, "last": self._last}
