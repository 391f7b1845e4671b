"""Pictures with captions: a strip under the game's picture, and a card over the last one."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from agent.films.captions import Caption
from envs.recording.bars import Bar
from envs.recording.video import Frame

STRIP_HEIGHT: Final = 124
"""Pixels of the strip under a picture."""

_GROUND, _INK, _SOFT, _LINE = (24, 27, 31), (240, 238, 233), (158, 165, 174), (58, 64, 71)
_ACCENT, _BAD, _LOW = (79, 189, 176), (240, 138, 126), (240, 149, 74)
_MARGIN: Final = 16
_BAR_HEIGHT: Final = 8
_LOW_SHARE: Final = 0.34
_LARGEST_CARD: Final = 0.86
"""Share of the picture's width that the words on the card may take."""


@cache
def _font(size: int) -> Any:
    return ImageFont.load_default(size)


def with_strip(picture: Frame, caption: Caption) -> Frame:
    """The picture with its caption below, uint8[height + STRIP_HEIGHT, width, 3]."""
    width = picture.shape[1]
    strip = Image.new("RGB", (width, STRIP_HEIGHT), _GROUND)
    draw = ImageDraw.Draw(strip)
    step = f"step {caption.step:,}"
    room = width - 3 * _MARGIN - _width(step, 15)
    _text(draw, (_MARGIN, 10), caption.goal, 17, _INK, room)
    _text(draw, (width - _MARGIN - _width(step, 15), 12), step, 15, _SOFT, width)
    _draw_skill(draw, caption, width)
    colour = _BAD if caption.urgent else _ACCENT
    _text(draw, (_MARGIN, 64), caption.happens, 14, colour, width - 2 * _MARGIN)
    _draw_bars(draw, caption.bars, width)
    return np.concatenate([picture, np.asarray(strip, np.uint8)])


def _draw_skill(draw: Any, caption: Caption, width: int) -> None:
    """The skill in hand, why, and the place in the plan."""
    name = f"{caption.skill} ({caption.role})" if caption.role else caption.skill
    room = width - 3 * _MARGIN - _width(caption.place, 15)
    _text(draw, (_MARGIN, 37), name or "no skill in hand", 15, _INK if name else _SOFT, room)
    if caption.place:
        _text(draw, (width - _MARGIN - _width(caption.place, 15), 37), caption.place, 15, _SOFT, width)


def _draw_bars(draw: Any, bars: tuple[Bar, ...], width: int) -> None:
    if not bars:
        return
    each = (width - _MARGIN * (len(bars) + 1)) // len(bars)
    for i, bar in enumerate(bars):
        left = _MARGIN + i * (each + _MARGIN)
        value = f"{bar.value}/{bar.most}"
        _text(draw, (left, 88), bar.words, 12, _SOFT, each - _width(value, 12) - 4)
        _text(draw, (left + each - _width(value, 12), 88), value, 12, _INK, each)
        top = 107
        draw.rectangle((left, top, left + each, top + _BAR_HEIGHT), fill=_LINE)
        share = min(1.0, max(0.0, bar.value / bar.most))
        if share > 0:
            colour = _LOW if share < _LOW_SHARE else _ACCENT
            draw.rectangle((left, top, left + round(each * share), top + _BAR_HEIGHT), fill=colour)


def end_card(frame: Frame, words: str, *, good: bool) -> Frame:
    """The last frame, dimmed, with why the episode ended across its picture."""
    height, width = frame.shape[:2]
    picture = height - STRIP_HEIGHT
    dimmed: NDArray[np.uint8] = frame.copy()
    dimmed[:picture] = dimmed[:picture] // 4
    image = Image.fromarray(dimmed)
    draw = ImageDraw.Draw(image)
    lines = _wrapped(words, 26, round(width * _LARGEST_CARD))
    top = (picture - 36 * len(lines)) // 2
    for i, line in enumerate(lines):
        left = (width - _width(line, 26)) // 2
        draw.text((left, top + 36 * i), line, font=_font(26), fill=_ACCENT if good else _BAD)
    return np.asarray(image, np.uint8)


def _width(text: str, size: int) -> int:
    return int(_font(size).getlength(text)) + 1


def _text(draw: Any, place: tuple[int, int], text: str, size: int, colour: Any, room: int) -> None:
    """One line, cut where there is no room."""
    if _width(text, size) > room:
        while text and _width(f"{text}...", size) > room:
            text = text[:-1]
        text = f"{text}..."
    draw.text(place, text, font=_font(size), fill=colour)


def _wrapped(text: str, size: int, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines[:8]
