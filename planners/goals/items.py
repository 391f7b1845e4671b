"""A text cut into the things that it asks for, each with its count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, Literal

from envs.text import plain
from planners.errors import NotInFacts, UnknownGoal
from planners.goals.counts import ADDED, BEFORE_ONE, ORDINALS, is_number_word, not_a_count, read_count, worth
from planners.goals.words import STOP_WORDS, TAILS, VERBS, meaningful

MOST_ITEMS: Final = 24
"""Most things that one goal may ask for."""

_BREAKS = re.compile(r"\s*(?:[\n\r;&、]|,(?!\d)|(?<!\d),|\+|->|→|[.!?](?=\s|$))\s*")
"""Signs between one thing and the next; a comma inside a number is none."""

_ORDERED = ("then", "after that", "afterwards", "next", "finally", "followed by")
_JOINED = ("and", "plus", "as well as", "along with", "together with", *_ORDERED)
_LINKS: Final = tuple(sorted((tuple(phrase.split()) for phrase in _JOINED), key=len, reverse=True))
_ORDER_WORDS: Final = frozenset(tuple(phrase.split()) for phrase in _ORDERED)

_BULLETS = re.compile(r"^\s*(?:\d+[.)]|[-•*])\s+", re.MULTILINE)

_OR_MORE = re.compile(rf"(?:(?<=\d)\+(?=\s|$)|\b(\d+|{'|'.join(ADDED)}) (?:or|and) (?:more|higher|above)\b)")
"""What every count of a goal means anyway."""

_BOUNDS = (
    "most exactly precisely only than under below above over about around almost nearly roughly "
    "approximately maximum max half between"
)
BOUNDS: Final = frozenset(_BOUNDS.split())
"""Words before a number that say something else than how many there must be at least."""

_COMPARES = re.compile(r"[=<>≥≤]")
_LINK_WORDS = re.compile(r"\b(?:and|then|plus)\b")
_LEXICON = re.compile(
    r"(?P<number>(?:(?<![^\s(\[])[-−–])?\d+(?:[.,_'’]\d+)*(?:e[+-]?\d+)?)(?P<unit>[^\W\d_]*)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<sign>[^\w\s])"
)
_IGNORED: Final = frozenset("×−`´")
_TELLING: Final = frozenset("%/\\@#")
"""Punctuation that is not passed over, as it would change what is meant."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked for.

    Attributes:
        text: the part of the text that asks for it.
        words: its words in lower case, without the count.
        count: how many; None where nothing is said.
        compares: whether it is of the form ``fact=count``; `words` are empty then.
    """

    text: str
    words: tuple[str, ...] = ()
    count: int | None = None
    compares: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["word", "count"]
    text: str
    start: int
    end: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """Everything that a text asks for; `ordered` says whether it asks for an order too."""

    items: tuple[Item, ...]
    ordered: bool


def items_of(
    text: str, names: Iterable[Sequence[str]] = (), known: Iterable[str] = (), doing: Iterable[str] = ()
) -> Items:
    """Cut a text, in normal form, at commas, "and" and the like, and at numbers.

    A number belongs to the words that it stands before, or, where a part begins with its words and ends with
    a number, to those that it stands after.

    Args:
        text: see `planners.goals.words.normal`.
        names: names of several words, in which "and" and the like do not separate.
        known: words that are no numbers, whatever they look like, as they stand in names.
        doing: words that say what to do, besides the common verbs; a number after one belongs to what
            follows.

    Raises:
        UnknownGoal: a number that counts nothing, or too many things.
    """
    whole = [tuple(name) for name in names]
    words, verbs = frozenset(known), VERBS.keys() | frozenset(doing)
    items: list[Item] = []
    ordered = "->" in text or "→" in text
    for part in _BREAKS.split(_BULLETS.sub("", _OR_MORE.sub(r"\1", text))):
        if _COMPARES.search(part):
            pieces = [piece.strip() for piece in _LINK_WORDS.split(part)]
            ordered = ordered or "then" in part.split()
            for piece in filter(None, pieces):
                if _COMPARES.search(piece):
                    items.append(Item(piece, compares=True))
                else:
                    items += _phrases(_tokens(piece, words), piece, verbs)
        else:
            for link, tokens in _linked(_tokens(part, words), whole):
                ordered = ordered or link in _ORDER_WORDS or _begins(tokens, "first")
                items += _phrases(tokens, part, verbs)
        if len(items) > MOST_ITEMS:
            raise UnknownGoal(f"the goal asks for more than {MOST_ITEMS} things; ask for fewer at a time")
    return Items(tuple(items), ordered and len(items) > 1)


def _begins(tokens: Sequence[_Token], word: str) -> bool:
    return bool(tokens) and tokens[0].text == word


def _tokens(text: str, known: frozenset[str]) -> list[_Token]:
    """Words and counts, in order; words that make up a number become one count."""
    latest = ""

    def counts(token: _Token) -> bool:
        nonlocal latest
        number = is_number_word(token.text) or (token.text == "one" and latest in BEFORE_ONE)
        latest = token.text
        return token.kind == "word" and token.text not in known and number

    tokens: list[_Token] = []
    for numeral, run in groupby(_lexed(text), counts):
        if not numeral:
            tokens += run
            continue
        parts = list(run)
        said = [part.text for part in parts]
        tokens.append(_Token("count", " ".join(said), parts[0].start, parts[-1].end, worth(said)))
    if ordinal := next((token.text for token in tokens if token.text in ORDINALS - known), ""):
        raise UnknownGoal(not_a_count(ordinal))
    tokens = [token for i, token in enumerate(tokens) if not _only_multiplies(tokens, i)]
    telling = [token for token in tokens if token.kind == "count" or token.text not in STOP_WORDS]
    _refuse_bounds(telling, known)
    return tokens


def _refuse_bounds(tokens: Sequence[_Token], known: frozenset[str]) -> None:
    for i, (before, token) in enumerate(pairwise(tokens)):
        if token.kind == "count" and before.kind == "word" and not before.text[0].isalpha():
            sign, count = plain(before.text), token.text
            raise UnknownGoal(f"{sign!r} before {count!r} is no part of a count; write {count!r} alone")
        if token.kind == "count" and before.kind == "word" and before.text in BOUNDS - known:
            said = (
                " ".join(word.text for word in tokens[max(0, i - 1) : i + 1] if before.text == "than")
                or before.text
            )
            number = "the number" if before.text == "half" else repr(token.text)
            raise NotInFacts(
                f"a goal says how many there must be at least, which {said!r} does not; write {number} alone"
            )


def _only_multiplies(tokens: Sequence[_Token], i: int) -> bool:
    """Whether a token is the x of "3 x wood" or the times of "3 times"."""
    token = tokens[i]
    around = [*tokens[max(0, i - 1) : i], *tokens[i + 1 : i + 2]] if token.text == "x" else []
    before = tokens[i - 1 : i] if token.text in ("times", "time") and i else ()
    return token.kind == "word" and any(other.kind == "count" for other in (*around, *before))


def _lexed(text: str) -> Iterator[_Token]:
    for match in _LEXICON.finditer(text):
        start, end = match.span()
        if match["number"]:
            yield from _numeral(match["number"], match["unit"], start, end)
        elif match["word"]:
            yield _Token("word", match["word"], start, end)
        elif match["sign"] in _TELLING or not (
            unicodedata.category(match["sign"]).startswith("P") or match["sign"] in _IGNORED
        ):
            yield _Token("word", match["sign"], start, end)


def _numeral(number: str, unit: str, start: int, end: int) -> Iterator[_Token]:
    """A number with what is stuck to it: ``3``, ``3x``, ``3wood``; ``3rd`` and ``3k`` are refused."""
    part_of_number = unit in ("st", "nd", "rd", "th", "k", "m")
    count = read_count(number + unit if part_of_number else number)
    yield _Token("count", number, start, end - len(unit), count)
    if unit not in ("", "x"):
        yield _Token("word", unit, end - len(unit), end)


def _linked(
    tokens: list[_Token], names: Sequence[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], list[_Token]]]:
    """The tokens between "and" and the like, each time with what links them to those before."""
    texts = tuple(token.text for token in tokens)
    link: tuple[str, ...] = ()
    begin = i = 0
    while i < len(tokens):
        if name := next((name for name in names if texts[i : i + len(name)] == name), ()):
            i += len(name)
            continue
        found = next((phrase for phrase in _LINKS if texts[i : i + len(phrase)] == phrase), ())
        if not found or (found == ("next",) and texts[i + 1 : i + 2] == ("to",)):
            i += 1
            continue
        yield link, tokens[begin:i]
        link = found if found in _ORDER_WORDS or link not in _ORDER_WORDS or i > begin else link
        i += len(found)
        begin = i
    yield link, tokens[begin:]


def _phrases(tokens: list[_Token], text: str, verbs: Set[str]) -> Iterator[Item]:
    """One item for each number, or one without."""
    if _begins(tokens, "first"):
        tokens = tokens[1:]
    if not any(token.kind == "count" or token.text not in STOP_WORDS for token in tokens):
        return
    for part in _parts(tokens, verbs):
        counts = [token for token in part if token.kind == "count"]
        words = tuple(token.text for token in part if token.kind == "word")
        shown = text[part[0].start : part[-1].end]
        if counts and not any(word not in STOP_WORDS for word in words):
            raise NotInFacts(f"{plain(shown, 40)!r} stands before no word; say of what, for example '3 wood'")
        yield Item(shown, words, counts[0].count if counts else None)


def _parts(tokens: list[_Token], verbs: Set[str]) -> Iterator[list[_Token]]:
    """The tokens that belong to each number."""
    places = [i for i, token in enumerate(tokens) if token.kind == "count"]
    cuts: list[int] = []
    if places and not _has_content(tokens[: places[0]], verbs):  # collect 3 wood 2 stone
        cuts = places[1:]
    elif places and not _has_words(tokens[places[-1] + 1 :]):  # wood 3 stone 2
        cuts = [i + 1 for i in places[:-1]]
    elif places:  # wood 3 stone
        cuts = places
    for begin, end in pairwise([0, *cuts, len(tokens)]):
        yield tokens[begin:end]


def _has_words(tokens: Sequence[_Token]) -> bool:
    return any(token.kind == "count" or token.text not in STOP_WORDS for token in tokens)


def _has_content(tokens: Sequence[_Token], verbs: Set[str]) -> bool:
    """Whether there is more than verbs and words without meaning."""
    words = meaningful([token.text for token in tokens if token.kind == "word"])
    return any(word not in verbs and not (i and word in TAILS) for i, word in enumerate(words))
