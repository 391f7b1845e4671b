"""From the token states of a sentence to the claims that it may make, each with a probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.claims import Claim
from agent.judges.embedded.grammar import LONGEST, allowed, claim_of, expected
from agent.judges.embedded.gru import gru_cell, heard_both_ways
from agent.judges.embedded.sight import Floats

BEAM: Final = 8
"""Rows that are followed at a time."""
_LEAST: Final = 1e-4
"""Share below which a row is not followed."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence may claim.

    Attributes:
        claims: the likeliest first.
        shares: of each, 0..1; what is missing to 1 is something else.
    """

    claims: tuple[Claim, ...]
    shares: tuple[float, ...]

    def flattened(self, temperature: float) -> Meaning:
        """The same with more even shares: their logarithms, and that of what is missing, are divided.

        On words that it was not trained on a translator is surer than it is right.

        Args:
            temperature: by what; 1 changes nothing.

        Source:
            C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017, section 4.2.

        >>> meaning = Meaning((Claim("asleep", ()), Claim("slept", ())), (0.64, 0.04))
        >>> [round(share, 2) for share in meaning.flattened(2.0).shares]
        [0.51, 0.13]
        """
        if temperature == 1 or not self.claims:
            return self
        shares = np.array([*self.shares, max(0.0, 1 - sum(self.shares))]) ** (1 / temperature)
        return Meaning(self.claims, tuple((shares[:-1] / shares.sum()).tolist()))


@dataclass(frozen=True, slots=True)
class _Row:
    """The beginning of a claim."""

    symbols: tuple[int, ...]
    share: float
    state: Floats


class Translators:
    """Translators that learned from different draws; what they say is averaged.

    Args:
        members: the translators.
    """

    def __init__(self, members: Sequence[Translator]) -> None:
        self._members = tuple(members)

    @classmethod
    def of(cls, weights: Mapping[str, NDArray[Any]]) -> Translators:
        """From the weights of all, by the number of the translator and the name."""
        members: dict[str, dict[str, NDArray[Any]]] = {}
        for name, values in weights.items():
            number, _, rest = name.partition(".")
            members.setdefault(number, {})[rest] = values
        return cls([Translator(own) for _, own in sorted(members.items())])

    def meaning(self, states: NDArray[np.floating]) -> Meaning:
        """What a sentence may claim, out of its word pieces, float[pieces, SIZE]."""
        shares: dict[Claim, float] = {}
        for member in self._members:
            meaning = member.meaning(states)
            for claim, share in zip(meaning.claims, meaning.shares, strict=True):
                shares[claim] = shares.get(claim, 0.0) + share / len(self._members)
        claims = sorted(shares, key=lambda claim: -shares[claim])
        return Meaning(tuple(claims), tuple(shares[claim] for claim in claims))


class Translator:
    """Translates.

    Args:
        weights: by name, as `agent.judge_training.translating` calls them.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weights = {name: values.astype(np.float32) for name, values in weights.items()}

    def meaning(self, states: NDArray[np.floating]) -> Meaning:
        """What a sentence may claim, out of its word pieces, float[pieces, SIZE]."""
        inputs = self._linear(states.astype(np.float32), "word_in")
        heard = np.concatenate([heard_both_ways(inputs, self._weights, "words"), inputs], 1)
        keys = self._linear(heard, "key")
        rows = [_Row((), 1.0, np.tanh(self._linear(heard.max(0), "begin")))]
        whole: list[_Row] = []
        for _ in range(LONGEST):
            rows = [longer for row in rows for longer in self._longer(row, heard, keys)]
            rows = sorted(rows, key=lambda row: -row.share)[:BEAM]
            whole += [row for row in rows if not expected(row.symbols)]
            rows = [row for row in rows if expected(row.symbols)]
        return _meaning(sorted(whole, key=lambda row: -row.share)[:BEAM])

    def _longer(self, row: _Row, heard: Floats, keys: Floats) -> list[_Row]:
        """A row with each symbol that may follow."""
        before = self._weights["symbol.weight"][row.symbols[-1] if row.symbols else -1]
        looked = _softmax(keys @ self._linear(row.state, "query") / len(row.state) ** 0.5) @ heard
        state = gru_cell(np.concatenate([before, looked]), row.state, self._weights, "next")
        looked = _softmax(keys @ self._linear(state, "query") / len(state) ** 0.5) @ heard
        hidden = np.maximum(self._linear(np.concatenate([state, looked]), "hidden"), 0)
        logits = np.where(allowed(expected(row.symbols)[0]), self._linear(hidden, "out"), -np.inf)
        shares = row.share * _softmax(logits)
        return [
            _Row((*row.symbols, int(i)), float(shares[i]), state) for i in np.flatnonzero(shares > _LEAST)
        ]

    def _linear(self, values: Floats, name: str) -> Floats:
        result: Floats = values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result


def _meaning(rows: Sequence[_Row]) -> Meaning:
    found = [(claim, row.share) for row in rows if (claim := claim_of(row.symbols)) is not None]
    return Meaning(tuple(claim for claim, _ in found), tuple(share for _, share in found))


def _softmax(logits: Floats) -> Floats:
    exponents = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Floats = exponents / exponents.sum(-1, keepdims=True)
    return shares
