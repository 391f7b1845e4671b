"""Questions to a judge: attempts with claims, balanced per claim, half of the negatives hard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.bank import Bank
from agent.judge_training.pool import settled
from agent.judges.embedded.claims import Claim
from agent.judges.embedded.compare import Attempts, probability
from agent.judges.embedded.sentences import written_sentences

HARD = 0.5
"""Share of negatives that are hard: one part of the claim holds, or a claim with another number or name."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes:
        attempt: row of the bank.
        claim: what is claimed.
        text: in words.
        holds: whether it is so.
        hard: whether it is a hard negative.
    """

    attempt: int
    claim: Claim
    text: str
    holds: bool
    hard: bool = False


class Questioner:
    """Asks about the attempts of a bank.

    Args:
        bank: the attempts.
        rng: draws attempts and words.
    """

    def __init__(self, bank: Bank, rng: np.random.Generator) -> None:
        self.bank, self._rng = bank, rng
        self._shown, self._without = bank.attempts(), bank.attempts_without_hidden()

    @property
    def shown(self) -> Attempts:
        """What is really to be seen."""
        return self._shown

    def items(self, claim: Claim, each: int, texts: Sequence[str]) -> list[Item]:
        """Up to `each` attempts of which a claim holds and as many of which it does not.

        Args:
            claim: the claim.
            each: at most so many.
            texts: sentences for it; no questions where there are none.
        """
        if not texts:
            return []
        holds = probability(claim, self._shown) > 0.5
        clear = settled(claim, self._shown, self._without)
        hard = self._close(claim) & ~holds & clear
        yes = self._some(holds & clear, each)
        n = min(each, max(len(yes), 1))
        difficult = self._some(hard, max(1, round(HARD * n)))
        easy = self._some(~holds & clear & ~hard, n - len(difficult))
        rows = [*yes, *difficult, *easy]
        said = self._rng.integers(len(texts), size=len(rows)).tolist()
        return [
            Item(row, claim, texts[k], bool(holds[row]), bool(hard[row]))
            for row, k in zip(rows, said, strict=True)
        ]

    def _close(self, claim: Claim) -> NDArray[np.bool_]:
        """Of which attempts something like the claim holds."""
        close = np.isin(self.bank.cuts, ("near miss", "afterwards"))
        for other in almost(claim):
            close |= probability(other, self._shown) > 0.5
        return close

    def _some(self, where: NDArray[np.bool_], n: int) -> list[int]:
        rows = np.flatnonzero(where)
        return [int(row) for row in self._rng.permutation(rows)[:n]]


def almost(claim: Claim) -> list[Claim]:
    """Claims that are easily taken for it: its parts, or one less of what it counts."""
    if claim.parts():
        return list(claim.parts()) if claim.kind == "and" else []
    close = []
    for k, value in enumerate(claim.arguments):
        if isinstance(value, int) and value > 1:
            close.append(Claim(claim.kind, (*claim.arguments[:k], value - 1, *claim.arguments[k + 1 :])))
    if claim.kind == "gain":
        close.append(Claim("have", claim.arguments))
    if claim.kind in ("at", "facing", "near"):
        close.append(Claim("see", (*claim.arguments, 1)))
    if claim.kind == "beside":
        close += [Claim("see", (thing, 1)) for thing in claim.arguments]
    return close


def written_for(claim: Claim, *, new: bool) -> tuple[str, ...]:
    """The written sentences of a claim."""
    for said in written_sentences():
        if said.claim == claim:
            return said.new if new else said.known
    return ()


def draw_kinds(claims: Sequence[Claim], n: int, rng: np.random.Generator) -> list[Claim]:
    """Some claims, of every kind about as many."""
    by_kind: dict[str, list[Claim]] = {}
    for claim in claims:
        by_kind.setdefault(claim.kind, []).append(claim)
    piles = [[pile[i] for i in rng.permutation(len(pile))] for _, pile in sorted(by_kind.items())]
    drawn = [claim for row in range(max(map(len, piles))) for pile in piles for claim in pile[row : row + 1]]
    return drawn[:n]
