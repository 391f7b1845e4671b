"""Captions and pictures of an execution's first, middle and last moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from numpy.typing import NDArray

from envs.game import Game

Frame: TypeAlias = NDArray[Any]
"""``uint8[height, width, 3]``."""

MAX_MOMENTS = 16
"""Moments kept while an execution goes on; beyond that every other one is dropped."""


@dataclass(slots=True)
class Views:
    """Moments of one execution, for judges that want captions or pictures.

    Moments are kept at even distances, which double whenever there are too many, so that one close to the
    middle is kept however long the execution gets.

    Attributes:
        captions: whether captions are kept.
        frames: whether pictures are kept.
    """

    captions: bool
    frames: bool
    _moments: list[tuple[int, str, Frame | None]] = field(default_factory=list)
    _every: int = 1

    @property
    def wanted(self) -> bool:
        """Whether anything is kept."""
        return self.captions or self.frames

    def look(self, game: Game, used: int, *, last: bool = False) -> None:
        """Keep the moment after `used` steps of the execution, if it is one of those kept.

        Args:
            game: the game.
            used: steps of the execution so far.
            last: whether the execution is over, which is always kept.
        """
        if not self.wanted or (self._moments and self._moments[-1][0] == used):
            return
        if used % self._every and not last:
            return
        caption = game.caption() if self.captions else ""
        self._moments.append((used, caption, game.frame() if self.frames else None))
        if len(self._moments) > MAX_MOMENTS and not last:
            self._every *= 2
            self._moments = [moment for moment in self._moments if moment[0] % self._every == 0]

    def chosen(self) -> tuple[tuple[str, ...], tuple[Frame, ...]]:
        """Captions and pictures of the first, the middle and the last moment; fewer if there were fewer."""
        if not self._moments:
            return (), ()
        first, last = self._moments[0], self._moments[-1]
        middle = min(self._moments, key=lambda moment: abs(2 * moment[0] - first[0] - last[0]))
        moments = [first]
        moments += [moment for moment in (middle, last) if moment[0] != moments[-1][0]]
        captions = tuple(caption for _, caption, _ in moments) if self.captions else ()
        return captions, tuple(frame for _, _, frame in moments if frame is not None)
