"""Pictures in a question: what stands for them in its text, and what is sent.

In the text of a message, and so in every key and record, a picture is a reference that names its size and the
hash of its pixels::

    [picture 432x432 sha256:9f86d081...]

Only when the message is sent does the picture itself take its place. Hashes are of pixels, never of a file:
encoders differ, pixels do not.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.llm.errors import BadPicture
from agent.llm.message import Message, estimated_tokens

Content: TypeAlias = str | list[str | dict[str, Any]]
"""What a message says, as LangChain takes it: a text, or blocks of texts and pictures."""

LEAST_SIDE: Final = 432
"""Pixels of a picture's shorter side that it is enlarged to at least: smaller ones are read badly."""

TILE: Final = 512
"""Side in pixels of the tiles that providers charge for."""
TOKENS_PER_PICTURE: Final = 85
TOKENS_PER_TILE: Final = 170
"""What a picture costs, and each of its tiles. Source: OpenAI's documentation of vision, high detail; others
charge about as much for pictures of this size."""

_REFERENCE: Final = re.compile(r"\[picture \d+x\d+ sha256:([0-9a-f]{64})\]")


@dataclass(frozen=True)
class Picture:
    """A picture that a question shows.

    Attributes:
        pixels: ``uint8[height, width, 3]``, RGB.
    """

    pixels: NDArray[np.uint8] = field(repr=False)

    def __post_init__(self) -> None:
        """Raise `BadPicture` for what is none."""
        pixels = self.pixels
        fits = isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.ndim == 3
        if not fits or pixels.shape[2] != 3 or not pixels.size:
            shape = f"{pixels.dtype}{list(pixels.shape)}" if isinstance(pixels, np.ndarray) else type(pixels)
            raise BadPicture(f"a picture is uint8[height, width, 3]; this is {shape}")

    @classmethod
    def enlarged(cls, pixels: NDArray[np.uint8], least_side: int = LEAST_SIDE) -> Picture:
        """A picture, every pixel repeated so often that the shorter side has at least so many."""
        cls(pixels)
        factor = max(1, -(-least_side // min(pixels.shape[:2])))
        return cls(np.repeat(np.repeat(pixels, factor, axis=0), factor, axis=1))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of shape and pixels, as hexadecimal digits."""
        shape = ",".join(map(str, self.pixels.shape)).encode()
        return hashlib.sha256(shape + b";" + np.ascontiguousarray(self.pixels).tobytes()).hexdigest()

    @property
    def reference(self) -> str:
        """What stands for it in a text."""
        height, width = self.pixels.shape[:2]
        return f"[picture {width}x{height} sha256:{self.hash}]"

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        height, width = self.pixels.shape[:2]
        return _picture_tokens(width, height)

    def png(self) -> bytes:
        """The picture as a file."""
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(self.pixels).save(buffer, "PNG")
        return buffer.getvalue()

    def block(self) -> dict[str, str]:
        """LangChain's block, a plain dictionary: its own function would put a random name into it."""
        return {
            "type": "image",
            "base64": base64.b64encode(self.png()).decode("ascii"),
            "mime_type": "image/png",
        }


def by_hash(pictures: Iterable[Picture]) -> dict[str, Picture]:
    """Pictures by the hash that references name."""
    return {picture.hash: picture for picture in pictures}


def content_of(text: str, pictures: Mapping[str, Picture]) -> Content:
    """A message's text with its pictures in the places of their references; without any, the text itself.

    A reference to a picture that is not given stays text.
    """
    blocks: list[str | dict[str, Any]] = []
    begin = 0
    for found in _REFERENCE.finditer(text):
        if (picture := pictures.get(found[1])) is None:
            continue
        _add_text(blocks, text[begin : found.start()])
        blocks.append(picture.block())
        begin = found.end()
    if not blocks:
        return text
    _add_text(blocks, text[begin:])
    return blocks


def _add_text(blocks: list[str | dict[str, Any]], text: str) -> None:
    if text.strip():
        blocks.append({"type": "text", "text": text.strip()})


def content_tokens(content: Any) -> int:
    """About how many tokens a message's content takes on its way to a server: a text, or blocks."""
    if not isinstance(content, list):
        return estimated_tokens(str(content or ""))
    return sum(_block_tokens(block) for block in content)


def _block_tokens(block: Any) -> int:
    """Tokens of one block; of a picture in a data address, by the size that its file's head names."""
    address = block.get("image_url") if isinstance(block, dict) else None
    if address is None:
        return estimated_tokens(str(block.get("text", block)) if isinstance(block, dict) else str(block))
    url = str(address.get("url", "")) if isinstance(address, dict) else str(address)
    head = base64.b64decode(url.partition("base64,")[2][:32] or "", validate=False)
    width, height = (int.from_bytes(head[i : i + 4], "big") for i in (16, 20))
    return _picture_tokens(width, height)


def _picture_tokens(width: int, height: int) -> int:
    return TOKENS_PER_PICTURE + TOKENS_PER_TILE * -(-max(height, 1) // TILE) * -(-max(width, 1) // TILE)


def prompt_tokens(messages: Sequence[Message], pictures: Mapping[str, Picture]) -> int:
    """About how many tokens messages take, with the pictures that they refer to."""
    texts = [message.content for message in messages]
    shown = [
        pictures[found[1]] for text in texts for found in _REFERENCE.finditer(text) if found[1] in pictures
    ]
    return estimated_tokens(*texts) + sum(picture.tokens for picture in shown)
