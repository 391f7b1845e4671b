"""What judges that look are shown of an execution: its first, middle and last moment, and its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from envs.game import Game
from envs.terminal import terminal_text
from planners.execution.judge import EventFrame

Frame: TypeAlias = NDArray[Any]
"""``uint8[height, width, 3]``."""

MAX_MOMENTS = 16
"""Moments kept while an execution goes on; beyond that every other one is dropped."""

MAX_EVENTS = 4
"""Moments kept at which inventory or bars changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is shown of an execution; see `planners.execution.judge.JudgeTask` for each of them."""

    steps: tuple[int, ...] = ()
    captions: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    screens: tuple[str, ...] = ()
    events: tuple[EventFrame, ...] = ()
    course_seen: bool = False


@dataclass(frozen=True, slots=True)
class _Moment:
    used: int
    caption: str
    frame: Frame | None
    screen: str


@dataclass(slots=True)
class Views:
    """Moments of one execution, for judges that want captions, pictures or the terminal.

    Moments are kept at even distances, which double whenever there are too many, so that one close to the
    middle is kept however long the execution gets. Where pictures are wanted, and the game says which part
    of them shows inventory and bars, that part is compared at every step, and what it looked like after a
    change is an event. Of too many events those stay that lie farthest apart.

    Attributes:
        captions: whether captions are kept.
        frames: whether pictures are kept.
        screens: whether the terminal is kept.
    """

    captions: bool
    frames: bool
    screens: bool = False
    _moments: list[_Moment] = field(default_factory=list)
    _every: int = 1
    _events: list[EventFrame] = field(default_factory=list)
    _status: Frame | None = None
    _watched_at: int = -1
    _gaps: bool = False

    @property
    def wanted(self) -> bool:
        """Whether anything is kept."""
        return self.captions or self.frames or self.screens

    def look(self, game: Game, used: int, *, last: bool = False) -> None:
        """Keep the moment after `used` steps of the execution, if it is one of those kept.

        Args:
            game: the game.
            used: steps of the execution so far.
            last: whether the execution is over, which is always kept.
        """
        if not self.wanted:
            return
        frame = self._frame(game, used)
        if (self._moments and self._moments[-1].used == used) or (used % self._every and not last):
            return
        self._moments.append(
            _Moment(
                used,
                game.caption() if self.captions else "",
                game.frame(game.spec.judged_size) if self.frames and frame is None else frame,
                terminal_text(game) if self.screens else "",
            )
        )
        if len(self._moments) > MAX_MOMENTS and not last:
            self._every *= 2
            self._moments = [moment for moment in self._moments if moment.used % self._every == 0]

    def _frame(self, game: Game, used: int) -> Frame | None:
        """The picture now, if all of them are compared; what is carried, or a bar, may have changed."""
        area = game.spec.status_area if self.frames else None
        if area is None or game.steps == self._watched_at:
            return None
        frame = game.frame(game.spec.judged_size)
        status = area.of(frame)
        if self._status is not None:
            self._gaps |= game.steps != self._watched_at + 1
            if not np.array_equal(status, self._status):
                self._add_event(EventFrame(step=used, picture=frame))
        self._status, self._watched_at = status, game.steps
        return frame

    def _add_event(self, event: EventFrame) -> None:
        self._events.append(event)
        if len(self._events) > MAX_EVENTS:
            self._gaps = True
            del self._events[_most_crowded([event.step for event in self._events])]

    def chosen(self) -> Seen:
        """The first, the middle and the last moment, and the events; fewer if there were fewer."""
        if not self._moments:
            return Seen()
        first, last = self._moments[0], self._moments[-1]
        middle = min(self._moments, key=lambda moment: abs(2 * moment.used - first.used - last.used))
        moments = [first]
        moments += [moment for moment in (middle, last) if moment.used != moments[-1].used]
        screens = tuple(moment.screen for moment in moments)
        return Seen(
            steps=tuple(moment.used for moment in moments),
            captions=tuple(moment.caption for moment in moments) if self.captions else (),
            frames=tuple(moment.frame for moment in moments if moment.frame is not None),
            screens=screens if any(screens) else (),
            events=tuple(self._events),
            course_seen=self._status is not None and not self._gaps,
        )


def _most_crowded(steps: list[int]) -> int:
    """Which of the inner ones has the nearest neighbours on both sides.

    >>> _most_crowded([0, 5, 6, 7, 20])
    2
    """
    return min(range(1, len(steps) - 1), key=lambda i: steps[i + 1] - steps[i - 1])
