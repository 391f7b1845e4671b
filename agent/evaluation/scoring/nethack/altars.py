"""Learning on an altar what is cursed or blessed."""

from __future__ import annotations

import re
from typing import Final

from agent.evaluation.scoring.criterion import Counter
from agent.evaluation.scoring.moment import Moment

_CURSES: Final = ("cursed", "blessed")
_ALTAR: Final = "altar"
_SHOWN: Final = re.compile(r"\b(uncursed|cursed|blessed|holy|unholy)\b|gold pieces?$")


class AltarMessages(Counter):
    """Drops with a message about an altar that names no curse or blessing. Source: MaestroMotif's code."""

    def watch(self, moment: Moment) -> None:
        """See `Criterion.watch`."""
        if moment.action == "drop" and any(
            _ALTAR in message and not any(word in message for word in _CURSES) for message in moment.said
        ):
            self._count(moment)


class CursesLearned(Counter):
    """Things dropped on an altar of which it was not known whether they are cursed or blessed.

    A thing that comes back into the pack by the same name under the same letter is not counted again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[str, str]] = set()

    def watch(self, moment: Moment) -> None:
        """See `Criterion.watch`."""
        if moment.action != "drop" or not any(_ALTAR in message for message in moment.said):
            return
        left = {item.letter: item.quantity for item in moment.game.items}
        for item in moment.carried:
            name = item.letter, re.sub(r"^(an?|the|\d+) ", "", item.text)
            if (
                left.get(item.letter, 0) < item.quantity
                and not _SHOWN.search(item.text)
                and name not in self._known
            ):
                self._known.add(name)
                self._count(moment)
