"""Counts of the events in an episode of NetHack, and the greatest depth and level reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from envs.nethack.events import EVENTS, USED_BY, events_in

_INDEX = {name: i for i, name in enumerate(EVENTS)}
_ALWAYS_TAKES_TIME = ("search", "search_10")
MINES, SOKOBAN = 2, 4
"""Numbers of these branches in the game's status."""
_MINETOWN = (3, 4)
"""Levels of the Mines on which the town can lie."""
HUNGRY = 2
"""The game's number for being hungry; larger ones are worse."""


class Place(NamedTuple):
    """Where and how the player stands.

    Attributes:
        branch: number of the dungeon branch.
        level: number of the level in it.
        depth: levels below the surface.
        turn: game time.
        gold: carried.
        hunger: the game's number for it; above one is hungry.
        experience_level: of the player.
    """

    branch: int
    level: int
    depth: int
    turn: int
    gold: int
    hunger: int
    experience_level: int


class EventCounts:
    """Counts events over an episode.

    Attributes:
        totals: int32, how often each of `events.EVENTS` happened.
        latest: int32, how often each happened in the last step.
        max_depth: deepest level reached.
        max_experience_level: highest experience level reached.
    """

    def __init__(self) -> None:
        self.totals = np.zeros(len(EVENTS), np.int32)
        self.latest = np.zeros(len(EVENTS), np.int32)
        self.max_depth = self.max_experience_level = 0
        self._names: set[str] = set()

    def begin(self, place: Place) -> None:
        """Start an episode."""
        self.totals[:] = 0
        self.latest[:] = 0
        self._names = set()
        self.max_depth, self.max_experience_level = place.depth, place.experience_level

    def add(
        self,
        action: str,
        said: Iterable[str],
        before: Place,
        after: Place,
        *,
        used: bool,
        new_level: bool,
        town: bool,
        pushed: bool,
        altar: bool = False,
    ) -> None:
        """Count what happened in a step.

        Args:
            action: the action taken.
            said: the game's messages.
            before: the player before it.
            after: the player after it.
            used: a question about an item or a direction was answered.
            new_level: the level was not known before.
            pushed: the player stepped to where a boulder lay.
            altar: the player stands on an altar.
            town: something that only a town has is in view (a temple, a shop, a watch).
        """
        names = {name for message in said for name in events_in(message)}
        took_time = after.turn > before.turn
        if action in USED_BY and (took_time or used or action in _ALWAYS_TAKES_TIME):
            names.add(USED_BY[action])
        if (after.branch, after.level) != (before.branch, before.level):
            if after.depth != before.depth:
                names.add("descend" if after.depth > before.depth else "ascend")
            if new_level:
                names.add("new_level")
            if after.branch != before.branch and after.branch in (MINES, SOKOBAN):
                names.add("enter_mines" if after.branch == MINES else "enter_sokoban")
        in_town = after.branch == MINES and after.level in _MINETOWN and town
        if in_town and not self.totals[_INDEX["enter_minetown"]]:
            names.add("enter_minetown")
        if altar and "drop" in names:
            names.add("learn_curse")
        if pushed:
            names.add("push_boulder")
        if after.gold > before.gold:
            names.add("gain_gold")
        if before.hunger >= HUNGRY > after.hunger:
            names.add("leave_hunger")
        if self._names:
            self.latest[:] = 0
        for name in names:
            self.latest[_INDEX[name]] = 1
            self.totals[_INDEX[name]] += 1
        self._names = names
        self.max_depth = max(self.max_depth, after.depth)
        self.max_experience_level = max(self.max_experience_level, after.experience_level)

    def happened(self, name: str) -> bool:
        """Whether an event happened in the last step."""
        return name in self._names
