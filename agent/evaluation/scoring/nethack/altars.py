"""Learning on an altar what is cursed or blessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from agent.evaluation.scoring.nethack.referee import NetHackCounter, NetHackStep, RefereedNetHack

if TYPE_CHECKING:
    from envs.nethack.inventory import Item

_CURSES: Final = ("cursed", "blessed")
_ALTAR: Final = "altar"
_CURSE_SHOWN: Final = re.compile(r"\b(uncursed|cursed|blessed|holy|unholy)\b|gold pieces?$")


class AltarMessages(NetHackCounter):
    """Drops with a message about an altar that names no curse or blessing. Source: MaestroMotif's code."""

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        if step.action == "drop" and any(
            _ALTAR in message and not any(word in message for word in _CURSES) for message in step.said
        ):
            self._count(step)


class CursesLearned(NetHackCounter):
    """Things dropped on an altar of which it was not known whether they are cursed or blessed.

    A thing that comes back into the pack by the same name under the same letter is not counted again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._carried: Sequence[Item] = ()
        self._known: set[tuple[str, str]] = set()

    def begin(self, game: RefereedNetHack) -> None:
        """See `Criterion.begin`."""
        self._carried = game.items

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        carried, self._carried = self._carried, step.game.items
        if step.action != "drop" or not any(_ALTAR in message for message in step.said):
            return
        left = {item.letter: item.quantity for item in self._carried}
        for item in carried:
            name = item.letter, re.sub(r"^(an?|the|\d+) ", "", item.text)
            if (
                left.get(item.letter, 0) < item.quantity
                and not _CURSE_SHOWN.search(item.text)
                and name not in self._known
            ):
                self._known.add(name)
                self._count(step)
