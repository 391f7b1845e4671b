"""Learning on an altar what is cursed or blessed."""

from __future__ import annotations

import re
from typing import Final

from agent.evaluation.scoring.criterion import Counter
from agent.evaluation.scoring.scored_step import ScoredStep

_CURSES: Final = ("cursed", "blessed")
_ALTAR: Final = "altar"
_SHOWN: Final = re.compile(r"\b(uncursed|cursed|blessed|holy|unholy)\b|gold pieces?$")


class AltarMessages(Counter):
    """Drops with a message about an altar that names no curse or blessing. Source: MaestroMotif's code."""

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if step.action == "drop" and any(
            _ALTAR in message and not any(word in message for word in _CURSES) for message in step.said
        ):
            self._count(step)


class CursesLearned(Counter):
    """Things dropped on an altar of which it was not known whether they are cursed or blessed.

    A thing that comes back into the pack by the same name under the same letter is not counted again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[str, str]] = set()

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if step.action != "drop" or not any(_ALTAR in message for message in step.said):
            return
        left = {item.letter: item.quantity for item in step.game.items}
        for item in step.carried:
            name = item.letter, re.sub(r"^(an?|the|\d+) ", "", item.text)
            if (
                left.get(item.letter, 0) < item.quantity
                and not _SHOWN.search(item.text)
                and name not in self._known
            ):
                self._known.add(name)
                self._count(step)
