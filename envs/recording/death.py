"""What a player died of, as far as the player could see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from envs.facts import Facts
from envs.game import GameSpec
from envs.text import plain

_LONGEST: Final = 120
_LAST_SAID: Final = 2
"""Messages that tell of a death: what happened, and that it was the end."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A last step.

    Attributes:
        before: the facts before it.
        after: the facts after it.
        action: the action's name.
        said: what the game said.
    """

    before: Facts
    after: Facts
    action: str = ""
    said: Sequence[str] = ()


def cause_of_death(spec: GameSpec, moment: Moment) -> str:
    """The cause and the circumstances in words, such as "arrow at night"; empty where nothing was seen.

    A game that speaks tells it itself; of others, `GameSpec.death_signs` are looked for in what the player
    saw, the first one that fits, and all `GameSpec.death_circumstances`.
    """
    if moment.said:
        return plain(" ".join(text.strip() for text in moment.said[-_LAST_SAID:]), _LONGEST)
    causes = [
        sign.words for sign in spec.death_signs if sign.seen(moment.before, moment.after, moment.action)
    ]
    around = [
        sign.words
        for sign in spec.death_circumstances
        if sign.seen(moment.before, moment.after, moment.action)
    ]
    return " ".join([*causes[:1], *around])
