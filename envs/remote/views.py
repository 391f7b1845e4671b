"""What is to be looked at in a state of a remote game, and what was seen there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.game import Focus
from envs.remote.answers import Answers
from envs.remote.side.frames import Message


@dataclass(slots=True)
class Look:
    """What is asked for.

    Attributes:
        focus: of the encoding; None for no encoding.
        size: width and height of the picture; None for no picture.
        caption: whether the caption is.
    """

    focus: Focus | None = None
    size: tuple[int, int] | None = None
    caption: bool = False

    def fields(self) -> dict[str, Any]:
        """The same as the field ``look`` of a call.

        >>> Look(size=(64, 48)).fields()
        {'size': [64, 48]}
        """
        fields: dict[str, Any] = {}
        if self.focus is not None:
            fields["focus"] = [list(self.focus.seek), self.focus.explore]
        if self.size is not None:
            fields["size"] = list(self.size)
        if self.caption:
            fields["caption"] = True
        return fields


@dataclass(slots=True)
class Views:
    """What was seen of one state.

    Attributes:
        focus: what the encoding attends to.
        encoding: float32[encoding_size]; None while it was not asked for.
        picture: uint8[height, width, 3]; None likewise.
        words: the caption; None likewise.
    """

    focus: Focus | None = None
    encoding: NDArray[np.float32] | None = None
    picture: NDArray[np.uint8] | None = None
    words: str | None = None

    def take(self, answers: Answers, answer: Message, look: Look) -> None:
        """Keep what was asked for. Raises `BadAnswer`."""
        if look.focus is not None:
            shape = (answers.spec.encoding_size,)
            self.encoding = answers.array(answer, "encoding", shape, np.float32)
            self.focus = look.focus
        if look.size is not None:
            width, height = look.size
            self.picture = answers.array(answer, "frame", (height, width, 3), np.uint8)
        if look.caption:
            self.words = answers.text(answer, "caption")

    def picture_of(self, size: tuple[int, int]) -> NDArray[np.uint8] | None:
        """The picture, if it has that width and height."""
        fits = self.picture is not None and self.picture.shape[1::-1] == size
        return self.picture if fits else None
