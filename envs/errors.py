"""Errors of the game layer, all derived from `GameError`, and the suggestions in messages about names."""

from __future__ import annotations

import difflib
import heapq
import re
from collections.abc import Iterable, Sequence
from typing import Final

from envs.text import brief


class GameError(Exception):
    """Base of everything the game layer raises on purpose."""


class NotObtainable(GameError):
    """A task of the game that nobody can do; the message says why."""


class UnknownGame(GameError):
    """No game of that name is registered."""


class MissingDependency(GameError):
    """The package a game needs is not installed; the message names the extra to install."""


class BadSnapshot(GameError):
    """A saved game state cannot be restored: wrong game, wrong schema or damaged bytes."""


class BadTrace(GameError):
    """The record of an episode cannot be read, or the game cannot be played from it."""


class BadFocus(GameError):
    """A focus names something that the game cannot look for."""


class GameContractViolated(GameError):
    """A game broke the `Game` contract; the message lists every violation found."""


class WorkerDied(GameError):
    """A process that steps games ended unexpectedly; the episode is aborted, not failed."""


class TooLittle(GameError):
    """Files, processes or memory do not suffice; the message names the limit and how to raise it."""


class NoCluster(GameError):
    """A cluster is not there, does not answer, has no room, or does not fit this machine's versions."""


class BadGameOption(GameError):
    """An option of a game has a value that the game does not know; the message says which it knows."""


class GameDied(GameError):
    """The program that runs a game failed; the episode is aborted, not failed."""


class UnknownTask(GameError):
    """A game's catalogue has no task of that name; the message suggests close ones."""


class NoSkillStarts(GameError):
    """A policy over skills names no skill that can begin at the start of an episode."""


LONGEST_GUESSED: Final = 80
"""Characters of a name up to which like names are looked for."""

MOST_COMPARED: Final = 300
"""Known names that a name is compared with letter by letter."""

_NAME: Final = r"""(?:'[^'\n]*'|"[^"\n]*")"""
_SUGGESTION: Final = re.compile(rf"[Dd]id you mean ({_NAME}(?:(?: or |, ){_NAME})*)\?")


def did_you_mean(name: str, known: Iterable[str], then: str = "") -> str:
    """A suggestion such as ``; did you mean 'crafter'?``, or an empty string.

    Args:
        name: what is not known.
        known: what is.
        then: how the message goes on, from a small letter: as a sentence of its own after a question.

    >>> did_you_mean("toi", ["toy"], "there are: toy"), did_you_mean("xyz", ["toy"], "there are: toy")
    ("; did you mean 'toy'? There are: toy", '; there are: toy')
    """
    close = close_names(name, known)
    if not close:
        return then and f"; {then}"
    return f"; did you mean {' or '.join(map(brief, close))}?" + (then and f" {then[0].upper()}{then[1:]}")


def close_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Known names that resemble one that is not known; three at most, the closest first.

    Quick for any name and any number of known ones: a long name gets no suggestion, and of many known ones
    only those are compared that share most pairs of letters with it.
    """
    if len(name) > LONGEST_GUESSED:
        return ()
    offered = [other for other in known if len(other) <= LONGEST_GUESSED]
    if len(offered) > MOST_COMPARED:
        offered = _likeliest(name, offered)
    return tuple(difflib.get_close_matches(name, offered, n=3, cutoff=0.5))


def suggestions(error: Exception) -> tuple[str, ...]:
    """The names that an error suggests: its attribute ``suggestions``, or what `did_you_mean` wrote.

    >>> suggestions(UnknownGame("no game 'toi'" + did_you_mean("toi", ["toy", "crafter"])))
    ('toy',)
    """
    known = getattr(error, "suggestions", None)
    if known is not None:
        return tuple(map(str, known))
    written = _SUGGESTION.search(str(error))
    return tuple(name[1:-1] for name in re.findall(_NAME, written[1])) if written else ()


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
