"""Claims said in words: many ways for each, drawn by chance."""

from __future__ import annotations

import numpy as np

from agent.judges.embedded.claims import Claim
from agent.judges.embedded.lexicon import NUMBERS, Lexicon, Noun, Sentence, Wordings, load_lexicon, words_of

NEW_SENTENCES = 0.75
"""Share of new sentences among sentences for evaluation; the others have only new nouns."""
NEW_NOUNS = 0.5
TRIES = 20


class Speaker:
    """Says claims.

    Args:
        rng: draws the words.
        new: whether to use words that are kept for evaluation; each sentence then has at least one of them.
        lexicon: the words.
    """

    def __init__(
        self, rng: np.random.Generator, *, new: bool = False, lexicon: Lexicon | None = None
    ) -> None:
        self._rng, self._new = rng, new
        self._lexicon = lexicon or load_lexicon()
        self._known = self._lexicon.known_words()

    def say(self, claim: Claim) -> str | None:
        """One sentence; None where no words are there for it."""
        for _ in range(TRIES):
            text = self._say(claim)
            if text and (not self._new or set(words_of(text)) - self._known):
                return text
        return None

    def _say(self, claim: Claim) -> str | None:
        if claim.kind in ("and", "or"):
            return self._joined(claim)
        if claim.kind == "not":
            (inner,) = claim.parts()
            if inner.kind == "see" and inner.arguments[1] != 1:
                return self._filled(self._pick(self._lexicon.joins["fewer"]), inner)
            return self._form(inner, "negated") or self._negated(inner)
        return self._form(claim, "plain")

    def _joined(self, claim: Claim) -> str | None:
        one, other = claim.parts()
        left = self._say(one)
        without = self._without(other) if claim.kind == "and" else None
        if left and without and self._rng.random() < 0.8:
            return self._pick(self._lexicon.joins["without"]).format(a=left, b=without)
        right = self._say(other)
        join = self._pick(self._lexicon.joins["and" if claim.kind == "and" else "either"])
        return join.format(a=left, b=right) if left and right else None

    def _without(self, claim: Claim) -> str | None:
        if claim.kind == "not":
            (inner,) = claim.parts()
            return self._form(inner, "ing")
        return self._form(claim, "without")

    def _negated(self, claim: Claim) -> str | None:
        text = self._say(claim)
        return self._pick(self._lexicon.joins["negated"]).format(a=text) if text else None

    def _form(self, claim: Claim, form: str) -> str | None:
        fitting = [s for s in self._lexicon.sentences if fits(s, claim)]
        weights = [len(getattr(s, form).known) + len(getattr(s, form).new) for s in fitting]
        if not sum(weights):
            return None
        sentence = fitting[self._rng.choice(len(fitting), p=np.array(weights) / sum(weights))]
        return self._filled(self._pick(getattr(sentence, form)), claim)

    def _pick(self, ways: Wordings) -> str:
        new = self._new and ways.new and (not ways.known or self._rng.random() < NEW_SENTENCES)
        choices = ways.new if new or not ways.known else ways.known
        return str(choices[self._rng.integers(len(choices))])

    def _noun(self, group: str, name: str) -> Noun:
        known, new = self._lexicon.nouns[group, name]
        choices = new if self._new and new and self._rng.random() < NEW_NOUNS else known
        return choices[self._rng.integers(len(choices))]

    def _filled(self, text: str, claim: Claim) -> str:
        names = [str(value) for value in claim.arguments if isinstance(value, str)]
        n = next((value for value in claim.arguments if isinstance(value, int)), 1)
        slots = {"n": self._number(n)}
        if names and claim.kind != "light":
            noun = self._noun("items" if is_of_items(claim) else "things", names[0])
            slots |= {"a": noun.one, "s": noun.several, "item": noun.several, "items": noun.several}
            slots["q"] = self._quantity(noun, n)
        if claim.kind == "beside":
            slots["b"] = self._noun("things", names[1]).one
        if claim.kind == "side":
            slots["side"] = self._pick(self._lexicon.sides[names[1]])
        return text.format(**slots)

    def _number(self, n: int) -> str:
        return NUMBERS[n] if 0 < n < len(NUMBERS) and self._rng.random() < 0.5 else str(n)

    def _quantity(self, noun: Noun, n: int) -> str:
        if n == 1 and self._rng.random() < 0.7:
            return noun.one
        return f"{self._number(n)} {noun.several if n != 1 else noun.bare}"


def is_of_items(claim: Claim) -> bool:
    """Whether the claim speaks of what is carried, or of bars."""
    return claim.kind in ("have", "exactly", "atmost", "gain", "lose", "ever", "steady", "never_gain")


def fits(sentence: Sentence, claim: Claim) -> bool:
    """Whether a sentence can say a claim."""
    if sentence.claim:
        return sentence.claim == str(claim)
    if sentence.kind == "none":
        return claim.kind == "exactly" and claim.arguments[1] == 0 and claim.arguments[0] in sentence.of
    if sentence.kind != claim.kind or claim.arguments[0] not in sentence.of:
        return False
    return not (claim.kind == "exactly" and claim.arguments[1] == 0)
