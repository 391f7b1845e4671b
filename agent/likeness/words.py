"""How alike two texts are: by the words that they share, rare ones counting more."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from planners.goals.words import SMALL_WORDS, VERB_WEIGHT, VERBS, words_of

LONGEST_TEXT: Final = 1_000
"""Characters of a text that are read."""

_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNTS: Final = {word: number for number, word in enumerate(_NUMBERS, 1)}
"""Counts in words -> the number."""

_JOINING: Final = frozenset(
    ("and", "with", "at", "on", "is", "are", "be", "been", "has", "while", "as", "its", "your", "it", "that")
)
"""Words that only join others."""

_ENDINGS: Final = (("ies", "y"), ("ing", ""), ("ed", ""), ("en", ""), ("s", ""))
_LEAST_STEM: Final = 3


def lemma(word: str) -> str:
    """A word without its ending, counts as figures.

    >>> [lemma(word) for word in ("tables", "berries", "wooden", "placed", "three", "grass")]
    ['tabl', 'berry', 'wood', 'place', '3', 'grass']
    """
    if word in COUNTS:
        return str(COUNTS[word])
    if word.endswith("ss"):
        return word
    if word.endswith("ed") and (verb := VERBS.get(word[:-1]) or VERBS.get(word[:-2])):
        return verb
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            word = word.removesuffix(ending) + instead
            break
    return word.removesuffix("e") if len(word) > _LEAST_STEM and word not in VERBS else word


def lemmas(text: str, aliases: Mapping[str, str] | None = None) -> frozenset[str]:
    """The words of a text that carry meaning, each in one form.

    Args:
        text: of any length; what is beyond `LONGEST_TEXT` characters is not read.
        aliases: other words -> the word that stands for them, see `envs.game.GameSpec.aliases`.
    """
    found = words_of(text[:LONGEST_TEXT])
    names = {alias: name for alias, name in (aliases or {}).items() if " " not in alias}
    known = {alias: name for alias, name in names.items() if alias not in name}  # water is no drink_water
    plain = [part for word in found for part in words_of(known.get(word, word))]
    return frozenset(lemma(word) for word in plain if word not in SMALL_WORDS | _JOINING)


class Likeness:
    """Compares texts by their words; a word that many of the texts have counts less.

    Args:
        texts: those that a text is compared with, by name.
        aliases: see `lemmas`.
    """

    def __init__(self, texts: Mapping[str, str], aliases: Mapping[str, str] | None = None) -> None:
        self._aliases = aliases
        self._words = {name: lemmas(text, aliases) for name, text in texts.items()}
        self._found = Counter(word for words in self._words.values() for word in words)

    def weight(self, word: str) -> float:
        """How much a word counts: the logarithm of how rare it is among the texts, less for a verb."""
        rare = math.log((1 + len(self._words)) / (1 + self._found[word])) + 1.0
        return rare * (VERB_WEIGHT if word in VERBS else 1.0)

    def covered(self, text: str, name: str) -> float:
        """The share of the text's words, by weight, that the text of that name has too; 0..1."""
        words = lemmas(text, self._aliases)
        return self._share(words & self._words[name], words)

    def alike(self, text: str, name: str) -> float:
        """Shared words of both texts among all words of both, by weight; 0..1."""
        words = lemmas(text, self._aliases)
        return self._share(words & self._words[name], words | self._words[name])

    def _share(self, part: Iterable[str], whole: Iterable[str]) -> float:
        total = sum(map(self.weight, whole))
        return sum(map(self.weight, part)) / total if total else 0.0
