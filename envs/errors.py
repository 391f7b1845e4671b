"""Errors of the game layer, all derived from `GameError`, and `did_you_mean` for their messages."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Sequence

from envs.text import brief


class GameError(Exception):
    """Base of everything the game layer raises on purpose."""


class UnknownGame(GameError):
    """No game of that name is registered."""


class MissingDependency(GameError):
    """The package a game needs is not installed; the message names the extra to install."""


class BadSnapshot(GameError):
    """A saved game state cannot be restored: wrong game, wrong schema or damaged bytes."""


class BadFocus(GameError):
    """A focus names something that the game cannot look for."""


class GameContractViolated(GameError):
    """A game broke the `Game` contract; the message lists every violation found."""


class WorkerDied(GameError):
    """A process that steps games ended unexpectedly; the episode is aborted, not failed."""


class TooLittle(GameError):
    """Files, processes or memory do not suffice; the message names the limit and how to raise it."""


class BadGameOption(GameError):
    """An option of a game has a value that the game does not know; the message says which it knows."""


class GameDied(GameError):
    """The program that runs a game failed; the episode is aborted, not failed."""


class NoSkillStarts(GameError):
    """A policy over skills names no skill that can begin at the start of an episode."""


LONGEST_GUESSED = 80
"""Characters of a name up to which like names are looked for."""

MOST_COMPARED = 300
"""Known names that a name is compared with letter by letter."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion such as ``; did you mean 'crafter'?``, or an empty string.

    Quick for any name and any number of known ones: a long name gets no suggestion, and of many known ones
    only those are compared that share most pairs of letters with it.
    """
    if len(name) > LONGEST_GUESSED:
        return ""
    offered = [other for other in known if len(other) <= LONGEST_GUESSED]
    if len(offered) > MOST_COMPARED:
        offered = _likeliest(name, offered)
    close = difflib.get_close_matches(name, offered, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(map(brief, close))}?" if close else ""


def _likeliest(name: str, known: Sequence[str]) -> list[str]:
    """The known names with the largest share of pairs of letters in common with `name`, in their order."""
    pairs = _pairs(name)

    def unlikeness(place: int) -> tuple[float, int]:
        other = _pairs(known[place])
        return -len(pairs & other) / max(1, len(pairs) + len(other)), place

    return [known[place] for place in sorted(heapq.nsmallest(MOST_COMPARED, range(len(known)), unlikeness))]


def _pairs(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[i : i + 2] for i in range(len(padded) - 1)}
