"""What a game reports: facts, and how an episode ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

Facts: TypeAlias = Mapping[str, int]
"""The state as the player knows it: fact name -> integer, for example ``{"wood": 3, "near.table": 1}``."""

FactKind: TypeAlias = Literal["count", "level", "place", "event", "known", "distance", "status"]
"""How a fact behaves.

- ``count``: things carried; skills add to and take from it.
- ``level``: a bar that moves by itself (health, food).
- ``place``: true while the player stands there (``near.table``); expires when the player moves on.
- ``event``: how often something was done in this episode (``did.eat_cow``); never falls.
- ``known``: how many of a thing the player remembers having seen (``known.table``).
- ``distance``: steps to the nearest remembered thing along the remembered map; `FAR` when none is known.
- ``status``: anything else (``sleeping``, ``daylight``).
"""

FAR = 99
"""Value of a ``distance`` fact when the player knows of no such thing."""


class EndStatus(IntEnum):
    """How an episode stands after a step."""

    ABORTED = -1
    RUNNING = 0
    DEATH = 1
    SUCCESS = 2
    TIME_LIMIT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """One name in a game's fact vocabulary.

    Attributes:
        name: unique within the game, lower case, dots allowed.
        description: one sentence for people and for the language model.
        kind: how the fact behaves, see `FactKind`.
        low: smallest value (inclusive).
        high: largest value (inclusive).
    """

    name: str
    description: str
    kind: FactKind
    low: int = 0
    high: int = 9
