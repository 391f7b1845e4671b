"""Words that carry meaning, and how alike two of them are."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

_STOP = (
    "a an the of some any to for me please i want you we us my then at least one go piece pieces did "
    "id ill im would like need could can let lets now just kindly thanks thank also too something anything "
    "min minimum once together"
)
_VERBS = (
    "make craft create forge produce",
    "collect get gather mine harvest obtain fetch pick take chop cut grab dig acquire have bring "
    "carry hold own possess",
    "place put set lay build construct erect",
    "defeat kill fight slay beat attack",
    "eat consume feed",
    "drink",
    "find reach locate search near stand",
    "sleep rest",
)

STOP_WORDS: Final = frozenset(_STOP.split())
"""Words without a meaning of their own."""

_SMALL = "in into from by inside upon onto until till there here this that"

SMALL_WORDS: Final = frozenset(_SMALL.split())
"""Words that need no counterpart in what is meant."""

PRONOUNS: Final = frozenset(["it", "its", "them", "they", "he", "she", "him", "her"])
"""Words that stand for something said before, which is not kept."""

BANS: Final = frozenset(
    [
        "no",
        "not",
        "nor",
        "neither",
        "never",
        "none",
        "nothing",
        "without",
        "except",
        "avoid",
        "dont",
        "cannot",
    ]
)
"""Words that say what shall not be, which no goal can."""

CHOICES: Final = frozenset(("or", "either", "otherwise"))
"""Words that leave a choice, which no goal can."""

VERBS: Final = {word: group.split()[0] for group in _VERBS for word in group.split()}
"""Words for doing something -> the first of their group."""

VERB_WEIGHT: Final = 0.3
"""Weight of a word in `VERBS` in a match; other words weigh 1."""

MIN_WORD_LIKENESS: Final = 0.8
"""Least similarity of two words that count as the same, so that slips match."""

SHORT: Final = 5
"""Up to so many letters, a word with one letter in place of another is another word: apple and apply."""

SUITS: Final = frozenset(
    {("make", "collect"), ("collect", "make"), ("make", "place"), ("place", "make"), ("defeat", "eat")}
)
"""Pairs of a verb that was typed and the verb of a skill that does what is wanted all the same."""

PARTICLES: Final = frozenset(
    {
        ("collect", "down"),
        ("collect", "out"),
        ("collect", "up"),
        ("place", "down"),
        ("place", "up"),
        ("defeat", "down"),
        ("find", "beside"),
        ("find", "next"),
    }
)
"""Verbs with a word that may follow and adds nothing: chop down, dig out, put up."""

TAILS: Final = frozenset(["up", "down", "on", "off", "in", "out", "over"])
"""Words that say nothing without the verb before them."""

HAVING: Final = frozenset({"make", "collect", "find"})
"""Verbs after which a thing is wanted to be there."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")


def normal(text: str) -> str:
    """Text in one form: lower case, full-width letters and digits as plain ones, nothing unseen in words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if unicodedata.category(character) != "Cf")


def words_of(text: str) -> list[str]:
    """Lower-case words that carry meaning, verbs brought to one form.

    >>> words_of("Please craft me an Iron Pickaxe!")
    ['make', 'iron', 'pickaxe']
    """
    return meaningful(_WORD.findall(normal(text)))


def words_between(text: str) -> list[str]:
    """As `words_of`, of a text whose words are parted by blanks; signs that are words of their own are kept.

    >>> words_between("take near.gem ♥")
    ['collect', 'find', 'gem', '♥']
    """
    return meaningful([word for piece in text.split() for word in _WORD.findall(piece) or [piece]])


def meaningful(parts: list[str]) -> list[str]:
    """The words among `parts` that carry meaning, verbs brought to one form."""
    plain = (re.sub(r"['’]s$", "", part).replace("'", "").replace("’", "") for part in parts)
    told, before = [], ""
    for part in plain:
        if part not in STOP_WORDS:  # a wand of digging digs nothing
            told.append(part if before == "of" and part.endswith("ing") else _FORMS.get(part, part))
        before = part
    return told


def needless(words: Sequence[str]) -> set[str]:
    """The words that need no counterpart in what is meant."""
    tails = {after for verb, after in pairwise(words) if (verb, after) in PARTICLES}
    return {*SMALL_WORDS.intersection(words), *tails}


def _forms() -> dict[str, str]:
    """All verbs with their endings -> the first of their group."""
    forms: dict[str, str] = {}
    for verb, group in VERBS.items():
        for stem in (verb, verb.removesuffix("e"), verb + verb[-1]):
            forms.setdefault(f"{stem}ing", group)
        forms.setdefault(f"{verb}s", group)
    forms.pop("nears", None)
    return {**forms, **VERBS}


_FORMS: Final = _forms()


def weight(word: str) -> float:
    """How much a word counts in a match."""
    return VERB_WEIGHT if word in VERBS else 1.0


@lru_cache(maxsize=65_536)
def likeness(one: str, other: str) -> float:
    """How alike two words are: 1 for the same but for an ending, 0 for different ones."""
    if one == other or _inflected(one, other) or _inflected(other, one):
        return 1.0
    if min(len(one), len(other)) <= 3 or one[0] != other[0]:
        return 0.0
    if min(len(one), len(other)) <= SHORT and not _one_slip(one.removesuffix("s"), other.removesuffix("s")):
        return 0.0
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= MIN_WORD_LIKENESS else 0.0


def _one_slip(one: str, other: str) -> bool:
    """Whether a letter is missing or too much, or two neighbours have changed places."""
    if len(one) == len(other):
        return other in (one, *(one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(len(one) - 1)))
    short, long = sorted((one, other), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _inflected(word: str, base: str) -> bool:
    """Whether a word is another one with an ending: stones, torches, berries, wooden."""
    hissing = base.endswith(("s", "x", "z", "ch", "sh", "o"))
    return word in (f"{base}s", f"{base}en") or (
        (hissing and word == f"{base}es") or (base.endswith("y") and word == f"{base[:-1]}ies")
    )


def nearest(word: str, others: Iterable[str]) -> tuple[float, str]:
    """The likeness of the word among `others` that is most alike, and that word; (0, "") when none is."""
    like, found = 0.0, ""
    for other in others:
        if (now := likeness(word, other)) > like:
            like, found = now, other
    return like, found
