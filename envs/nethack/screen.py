"""The game's terminal as a picture, and as text for terminal recordings."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_CELL = (6, 11)
"""Width and height of a character in pixels, before scaling."""
_PALETTE = np.array(
    [
        (85, 85, 85), (205, 60, 60), (60, 170, 60), (170, 120, 50), (80, 100, 220), (180, 70, 180),
        (60, 170, 170), (190, 190, 190), (110, 110, 110), (255, 150, 60), (110, 235, 110), (250, 240, 110),
        (130, 150, 255), (250, 130, 250), (120, 240, 240), (255, 255, 255),
    ],
    np.uint8,
)  # fmt: skip
"""NetHack's sixteen colours; black is shown as grey."""


@cache
def _font() -> NDArray[np.bool_]:
    """Every character of the terminal, ``bool[256, 11, 6]``."""
    font = ImageFont.load_default_imagefont()
    shapes = np.zeros((256, _CELL[1], _CELL[0]), np.bool_)
    for code in range(33, 127):
        image = Image.new("1", _CELL)
        ImageDraw.Draw(image).text((0, 0), chr(code), font=font, fill=1)
        shapes[code] = np.asarray(image)
    return shapes


def picture(chars: NDArray[np.uint8], colors: NDArray[np.int8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Draw the terminal.

    Args:
        chars: uint8[24, 80].
        colors: int8[24, 80], 0..15.
        size: width and height of the picture in pixels.

    Returns:
        uint8[height, width, 3], RGB.
    """
    rows, columns = chars.shape
    ink = _font()[chars]
    paint = _PALETTE[colors.astype(np.int64) & 15]
    cells = ink[..., None] * paint[:, :, None, None, :]
    image = cells.transpose(0, 2, 1, 3, 4).reshape(rows * _CELL[1], columns * _CELL[0], 3)
    return np.asarray(Image.fromarray(image.astype(np.uint8)).resize(size, Image.Resampling.BOX), np.uint8)


def _color_code(paint: int) -> int:
    """The terminal's code of one of NetHack's sixteen colours; black is shown as grey."""
    if paint & 8:
        return 90 + (paint & 7)
    return 30 + paint if paint else 90


def terminal_text(chars: NDArray[np.uint8], colors: NDArray[np.int8]) -> str:
    """The terminal with colour codes, rows apart by newlines; for ``envs.recording.cast``."""
    rows = []
    for codes, paints in zip(chars.tolist(), colors.tolist(), strict=True):
        row, last = "", -1
        for code, paint in zip(codes, paints, strict=True):
            if paint != last and code != 32:
                row += f"\x1b[{_color_code(paint)}m"
                last = paint
            row += chr(code) if 32 <= code < 127 else " "
        rows.append(row.rstrip() + "\x1b[0m")
    return "\n".join(rows)
