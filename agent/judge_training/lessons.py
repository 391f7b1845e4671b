"""Claims with sentences for them, ready to be learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.learning import Lesson
from agent.judges.embedded.claims import Claim
from agent.judges.embedded.compare import Attempts, probability
from agent.judges.embedded.sentences import written_sentences
from agent.judges.embedded.text_encoder import TextEncoder
from agent.judges.embedded.wording import Speaker

WORDINGS: Final = 4
"""Sentences for a joined claim; single ones get `SINGLE`."""
SINGLE: Final = 8
_BATCH: Final = 64


def make_lessons(
    claims: Sequence[Claim], attempts: Attempts, encoder: TextEncoder, rng: np.random.Generator
) -> list[Lesson]:
    """One lesson for every claim that can be said."""
    texts = {
        claim: say_often(claim, Speaker(rng), SINGLE if not claim.parts() else WORDINGS) for claim in claims
    }
    for sentence in written_sentences():
        texts.setdefault(sentence.claim, []).extend(sentence.known)
    states = encode_all([text for said in texts.values() for text in said], encoder)
    lessons, at = [], 0
    for claim, said in texts.items():
        own, at = tuple(states[at : at + len(said)]), at + len(said)
        holds = np.flatnonzero(probability(claim, attempts) > 0.5)
        if own and len(holds):
            lessons.append(Lesson(claim, holds, own))
    return lessons


def say_often(claim: Claim, speaker: Speaker, times: int) -> list[str]:
    """Different sentences for a claim."""
    said = (speaker.say(claim) for _ in range(times))
    return list(dict.fromkeys(text for text in said if text))


def encode_all(texts: Sequence[str], encoder: TextEncoder) -> list[NDArray[np.float16]]:
    """The token states of many sentences, those of like length together."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found: dict[int, NDArray[np.float16]] = {}
    for at in range(0, len(order), _BATCH):
        part = order[at : at + _BATCH]
        found.update(zip(part, encoder.encode([texts[i] for i in part]), strict=True))
    return [found[i] for i in range(len(texts))]
