"""The clock of a run: tells the time of day, and runs on evenly when the machine's clock is set."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta


class Clock:
    """Reads the time of day once; from then on it counts, the time that the machine sleeps included.

    Times told are in order, and differences between them are true, whatever happens to the machine's clock.

    Args:
        not_before: the latest time on record, as `timestamp` writes it; where the machine's clock was set
            back since, times go on from there. What is no time is passed over.
    """

    def __init__(self, not_before: str = "") -> None:
        self._began, self._count = datetime.now(UTC), _count()
        with suppress(ValueError, TypeError):
            self._began = max(self._began, datetime.fromisoformat(not_before).astimezone(UTC))

    @property
    def seconds(self) -> float:
        """Since the clock was made."""
        return _count() - self._count

    @property
    def timestamp(self) -> str:
        """The time now, see `timestamp`."""
        return timestamp(self._began + timedelta(seconds=self.seconds))


def timestamp(moment: datetime) -> str:
    """A time as it stands in records.

    >>> timestamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _count() -> float:
    try:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    except (AttributeError, OSError):  # a system without it
        return time.monotonic()
