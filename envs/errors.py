"""Errors of the game layer, all derived from `GameError`, and `did_you_mean` for their messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion such as ``; did you mean 'crafter'?``, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
