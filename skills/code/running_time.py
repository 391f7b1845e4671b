"""The time that one call of model-written code may take: processor time of its worker, not time on the wall.

The interpreter can only be told how long to run by the clock on the wall. On a busy machine that is longer
than the code itself worked, so a call that was cut off before it had its time is made again, with longer to
wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[int], float | None]
"""For the id of a process the seconds of processor time it has had; None where nobody can tell."""

WHOLE = 0.8
"""Part of its time that a call which was cut off must have had to count as too slow."""

LONGER = 1.5
"""How much longer than expected the next try may take, since a machine that is busy may become busier."""

MOST_LONGER = 8.0
"""How much longer than the last one the next try may take at most."""

MOST_KILLED = 2
"""Tries after which a call whose worker had to be killed is too slow: nobody knows how long it worked."""

_WHOLE_PROCESS = 2
"""Linux: the clock of a process is the complement of its id, shifted by three bits, and this."""


def processor_seconds(pid: int) -> float | None:
    """The processor time of a process that lives: seconds, or None where this system does not tell.

    >>> import os
    >>> processor_seconds(os.getpid()) is None or processor_seconds(os.getpid()) > 0
    True
    """
    try:
        return time.clock_gettime((~pid << 3) | _WHOLE_PROCESS)
    except (OSError, AttributeError, OverflowError):
        return None


@dataclass(slots=True)
class RunningTime:
    """What one call has used of its time, over all tries.

    Attributes:
        limit: seconds of processor time that it may use.
        patience: seconds on the wall that may be waited for it, all tries together.
        wall_limit: seconds on the wall that the next try may take.
        spent: seconds of processor time of all tries; on the wall where the processor time is not known.
    """

    limit: float
    patience: float
    wall_limit: float = field(init=False)
    spent: float = field(init=False, default=0.0)
    _waited: float = field(init=False, default=0.0)
    _last: float = field(init=False, default=0.0)
    _last_wall: float = field(init=False, default=0.0)
    _killed: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.wall_limit = self.limit

    def add(self, wall: float, processor: float | None) -> None:
        """Count one try, in seconds."""
        self._last = wall if processor is None else processor
        self.spent += self._last
        self._last_wall = wall
        self._waited += wall

    @property
    def is_up(self) -> bool:
        """Whether the last try took all that it might on the wall."""
        return self._last_wall >= self.wall_limit

    def goes_on(self, *, killed: bool) -> bool:
        """Whether a call that was cut off is to be made again; `wall_limit` is then how long it may take.

        Args:
            killed: its worker had to be killed, so that its processor time is not known.
        """
        if killed:
            self._killed += 1
            return self._killed < MOST_KILLED and self._waited < self.patience
        if self._last >= WHOLE * self.limit or self._waited >= self.patience:
            return False
        longer = LONGER * self.limit / max(self._last, self.limit / MOST_LONGER)
        self.wall_limit = min(self.wall_limit * min(longer, MOST_LONGER), self.patience - self._waited)
        return True
