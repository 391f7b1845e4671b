"""How likely a claim holds of an attempt, before calibration, and how the judge came to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.calibration import logit_of
from agent.judges.embedded.claims import Claim
from agent.judges.embedded.compare import Attempts, probability, visible
from agent.judges.embedded.network import Network, Question
from agent.judges.embedded.sight import Floats
from agent.judges.embedded.translator import Meaning

SUREST: Final = 7.0
"""Logit above which translated sentences do not go."""

Way: TypeAlias = Literal["read", "translated", "text", "unseen"]


@dataclass(frozen=True, slots=True)
class Score:
    """What one way of judging says, before calibration.

    Attributes:
        way: "read" off the pictures, "translated" and read, by the "text" head alone, or "unseen": pictures
            cannot settle it.
        logit: of the claim.
        claim: what was read out of the sentence, or the likeliest claim that it was translated to.
        likeness: of the sentence to those that the judge was trained on.
        share: how likely the sentence makes that claim.
    """

    way: Way
    logit: float
    claim: Claim | None = None
    likeness: float = 1.0
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """A look at one attempt.

    Attributes:
        tiles: float32[n, TILES, TILE], of its pictures.
        moments: int[MOMENTS], rows of `tiles` in order of time.
        attempts: what is read off them.
    """

    tiles: Floats
    moments: NDArray[np.int64]
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence that the lexicon does not understand.

    Attributes:
        question: for the text head.
        likeness: to the sentences that the judge was trained on.
        meaning: the claims that it may make; None without a translator.
    """

    question: Question
    likeness: float
    meaning: Meaning | None


def read_score(claim: Claim, look: Look) -> Score:
    """Of an attempt and a claim that is known for certain."""
    if not visible(claim, look.attempts)[0]:
        return Score("unseen", 0.0, claim)
    return Score("read", float(logit_of(float(probability(claim, look.attempts)[0]))), claim)


def heard_score(heard: Heard, look: Look, network: Network, temperature: float = 1.0) -> Score:
    """Of an attempt and a sentence: what the claims say that it may make, each by its share.

    The text head speaks for what the translator leaves open. `temperature` makes the shares more even.
    """
    meaning = None if heard.meaning is None else heard.meaning.flattened(temperature)
    said = network.logit(look.tiles, look.moments, heard.question)
    if meaning is None or not meaning.claims:
        return Score("text", said, likeness=heard.likeness)
    chance, hidden = 0.0, 0.0
    for claim, share in zip(meaning.claims, meaning.shares, strict=True):
        seen = bool(visible(claim, look.attempts)[0])
        chance += share * (float(probability(claim, look.attempts)[0]) if seen else 0.5)
        hidden += 0.0 if seen else share
    chance += max(0.0, 1 - sum(meaning.shares)) * _sigmoid(said)
    logit = float(np.clip(logit_of(chance), -SUREST, SUREST))
    way: Way = "unseen" if hidden > 0.5 else "translated"
    return Score(way, logit, meaning.claims[0], heard.likeness, meaning.shares[0])


def _sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
