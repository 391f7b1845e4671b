"""Selling: how often the game says so, what was sold, and what the price told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.evaluation.scoring.criterion import Counter, mentions
from agent.evaluation.scoring.nethack.prices import kinds_possible, told_by_rule
from agent.evaluation.scoring.scored_step import ScoredStep

_SOLD: Final = "sold"
_SALE: Final = re.compile(r"You sold (.+?) for (\d+) gold pieces?")
_THING: Final = re.compile(r"for (?:your )?(.+?)\.? +Sell")


def sales(said: tuple[str, ...]) -> set[tuple[str, str]]:
    """What was sold and for how much, each once however often it was said."""
    return {(what, price) for message in said for what, price in _SALE.findall(message)}


def accepted_offers(said: tuple[str, ...]) -> Iterator[str]:
    """The offers that a sale followed, in the game's words."""
    offer = ""
    for message in said:
        if _SOLD in message and offer:
            yield offer
            offer = ""
        if "Sell" in message:
            offer = message


class SoldMessages(Counter):
    """Steps in which a message contains ``sold``. Source: MaestroMotif's evaluation code."""

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if mentions(step.said, _SOLD):
            self._count(step)


class Sales(Counter):
    """Sales to shopkeepers: a thing, or a pile of alike things, that was paid for."""

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if step.said and (sold := sales(step.said)):
            self._count(step, len(sold))


class PriceRule(Counter):
    """Sales after an offer that MaestroMotif's rule takes as telling; see `prices.told_by_rule`."""

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if told := sum(told_by_rule(offer) for offer in accepted_offers(step.said)):
            self._count(step, told)


class PriceSettles(Counter):
    """Different things sold after an offer that leaves one possibility; see `prices.kinds_possible`."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[str] = set()

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        for offer in accepted_offers(step.said):
            thing = _THING.search(offer)
            if thing and thing[1] not in self._known and len(kinds_possible(offer)) == 1:
                self._known.add(thing[1])
                self._count(step)
