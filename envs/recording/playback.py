"""A recorded episode in chunks: pictures, facts, rewards and words, made as far as they are asked for.

Moment 0 is the beginning, moment n what the nth step led to; chunk k holds the moments from k * `CHUNK` on. A
chunk is made by playing on from the one before, so the first ones are there at once however long the episode.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from envs.game import Game
from envs.recording.rebuilding import Rebuilding
from envs.recording.trace import Trace
from envs.terminal import SpeakingGame, last_words
from envs.tiles import CellGame, TiledGame
from envs.wrapped_game import innermost

CHUNK: Final = 250
"""Moments of a chunk."""

PICTURE_SIDE: Final = 180
"""Pixels of a picture's side, of games that have neither tiles nor a terminal."""

SHEET_COLUMNS: Final = 10
"""Pictures in a row of a sheet."""

_LEVEL: Final = 3

Kind: TypeAlias = Literal["tiles", "cells", "sheet"]
"""How moments are shown: numbers of textures, characters of a terminal, or pictures on a sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some moments of an episode.

    Attributes:
        first: the first moment.
        count: how many.
        pictures: a zlib stream of rows of bytes, each after the first as its difference (exclusive or) from
            the one before; or, for ``sheet``, a PNG with `SHEET_COLUMNS` pictures in a row.
        facts: a zlib stream of int32, little-endian, fact by fact: the value at `first`, then differences.
        rewards: the game's own reward, where it is not 0: moment -> reward; None for a game without.
        said: moment -> what the game said.
        doubt: why this is not certain to be what was played; empty as long as all agrees.
        last: whether no moment follows.
    """

    first: int
    count: int
    pictures: bytes
    facts: bytes
    rewards: dict[int, float] | None
    said: dict[int, str]
    doubt: str
    last: bool


class Playback:
    """An episode, chunk by chunk; may be asked from several threads.

    Args:
        trace: the episode.

    Raises:
        BadTrace: it cannot be played again.
    """

    def __init__(self, trace: Trace) -> None:
        self._rebuilding = Rebuilding(trace)
        self._chunks: list[Chunk] = []
        self._lock = Lock()
        self._closed = False
        game = self._rebuilding.game
        self.spec = game.spec
        self.kind, self._draw = _drawing(game)
        self._speaks = isinstance(innermost(game), SpeakingGame)
        self.tile_set = game.tile_set() if isinstance(game, TiledGame) else None
        self.cells = game.screen_cells().shape[1:] if isinstance(game, CellGame) else (0, 0)
        self.has_rewards = self._rebuilding.reward is not None

    @property
    def moments(self) -> int:
        """Moments that there should be."""
        return self._rebuilding.trace.steps + 1

    def chunk(self, index: int) -> Chunk | None:
        """A chunk, made now if it was not; None where the episode has ended before it."""
        with self._lock:
            while len(self._chunks) <= index and not self._over:
                self._chunks.append(self._next())
                if self._over:
                    self._close()
            return self._chunks[index] if 0 <= index < len(self._chunks) else None

    @property
    def _over(self) -> bool:
        return self._closed or bool(self._chunks and self._chunks[-1].last)

    def _next(self) -> Chunk:
        at, rebuilding = self._rebuilding, self._rebuilding
        first = len(self._chunks) * CHUNK
        rows: list[NDArray[np.int32]] = []
        pictures: list[NDArray[np.uint8]] = []
        rewards: dict[int, float] = {}
        said: dict[int, str] = {}
        more = first == 0 or rebuilding.step()
        while more:
            rows.append(at.row())
            pictures.append(self._draw())
            if reward := at.reward:
                rewards[at.position] = round(reward, 4)
            if self._speaks and (words := last_words(at.game)):
                said[at.position] = " ".join(text.strip() for text in words)
            if len(rows) == CHUNK:
                break
            more = rebuilding.step()
        return Chunk(
            first=first,
            count=len(rows),
            pictures=_sheet(pictures) if self.kind == "sheet" else _differences(pictures),
            facts=_columns(rows),
            rewards=rewards if self.has_rewards else None,
            said=said,
            doubt=at.doubt,
            last=not more or at.ended,
        )

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            self._rebuilding.close()

    def close(self) -> None:
        """Free the game; chunks that were made stay."""
        with self._lock:
            self._close()


def _drawing(game: Game) -> tuple[Kind, Callable[[], NDArray[np.uint8]]]:
    """How moments of a game are shown, and what gives the moment as bytes or as a picture."""
    if isinstance(game, TiledGame):
        return "tiles", game.tiles
    if isinstance(game, CellGame):
        return "cells", lambda: game.screen_cells().reshape(-1)
    return "sheet", lambda: game.frame((PICTURE_SIDE, PICTURE_SIDE))


def png(picture: NDArray[np.uint8]) -> bytes:
    """A picture, uint8[height, width, 3 or 4], as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG", optimize=True)
    return file.getvalue()


def _differences(rows: list[NDArray[np.uint8]]) -> bytes:
    if not rows:
        return zlib.compress(b"")
    table = np.stack(rows)
    table[1:] ^= table[:-1].copy()
    return zlib.compress(table.tobytes(), _LEVEL)


def _columns(rows: list[NDArray[np.int32]]) -> bytes:
    if not rows:
        return zlib.compress(b"")
    table = np.stack(rows).T.astype("<i4")
    steps = np.diff(table, axis=1, prepend=np.zeros((len(table), 1), "<i4"))
    return zlib.compress(np.ascontiguousarray(steps, "<i4").tobytes(), _LEVEL)


def _sheet(pictures: list[NDArray[np.uint8]]) -> bytes:
    """Pictures side by side as a PNG file with a palette."""
    if not pictures:
        return b""
    side, lines = PICTURE_SIDE, -(-len(pictures) // SHEET_COLUMNS)
    sheet = np.zeros((lines * side, SHEET_COLUMNS * side, 3), np.uint8)
    for i, picture in enumerate(pictures):
        y, x = divmod(i, SHEET_COLUMNS)
        sheet[y * side : (y + 1) * side, x * side : (x + 1) * side] = picture
    file = io.BytesIO()
    Image.fromarray(sheet).quantize(256, dither=Image.Dither.NONE).save(file, format="PNG")
    return file.getvalue()
