"""How often a judge is right where it says how sure it is, as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from agent.judge_training.measuring import Quality
from skills.files import write_atomically

SIDE: Final = 320
"""Pixels of a diagram's sides."""
MARGIN: Final = 36


def plot(qualities: Mapping[str, Quality], path: Path) -> None:
    """Write one diagram for each set, side by side, as a PNG file. Raises `OSError`."""
    width = len(qualities) * (SIDE + MARGIN) + MARGIN
    picture = Image.new("RGB", (width, SIDE + 2 * MARGIN), "white")
    draw = ImageDraw.Draw(picture)
    for k, (name, quality) in enumerate(qualities.items()):
        _diagram(draw, MARGIN + k * (SIDE + MARGIN), name, quality)
    content = io.BytesIO()
    picture.save(content, "PNG")
    write_atomically(path, content.getvalue())


def _diagram(draw: ImageDraw.ImageDraw, left: int, name: str, quality: Quality) -> None:
    """Bins as dots: predicted share to the right, observed share upwards."""

    def place(x: float, y: float) -> tuple[float, float]:
        return left + x * SIDE, MARGIN + (1 - y) * SIDE

    draw.rectangle((*place(0, 1), *place(1, 0)), outline="gray")
    draw.line((*place(0, 0), *place(1, 1)), fill="lightgray")
    points = [place(said, was) for said, was, _ in quality.bins]
    draw.line([value for point in points for value in point], fill="steelblue", width=2)
    for x, y in points:
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill="steelblue")
    draw.text((left, MARGIN / 2), f"{name}: ECE {quality.ece:.3f}, n = {quality.n}", fill="black")
    draw.text((left, MARGIN + SIDE + 8), "said chance ->, observed share upwards", fill="black")
