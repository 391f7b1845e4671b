"""Claims in words read by the sentences of the lexicon: what parses is judged by what pictures show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from agent.judges.embedded.claims import Argument, Claim, both, no, read_claim
from agent.judges.embedded.lexicon import NUMBERS, Lexicon, Noun, Sentence, load_lexicon
from agent.judges.embedded.sentences import written_sentences
from agent.judges.embedded.wording import is_of_items

LONGEST: Final = 300
"""Characters of a claim that are parsed."""
_NUMBER: Final = rf"\d|{'|'.join(NUMBERS[1:10])}"
_ONE: Final = ("a", "an", "some", "any", "the", "")
_FILLERS: Final = re.compile(
    r"\b(?:the player (?:must |should |is |has to )?|you (?:must |should |are |have to )|at once"
    r"|at the same time|in the end|at the end|please|now|exactly as asked)\b"
)
_JOINS: Final = (" and also ", ", and ", " and ", ", but ", " while ", " with ", ", ", " then ")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One sentence as a regular expression."""

    pattern: re.Pattern[str]
    sentence: Sentence
    form: str


def parse_claim(text: str) -> Claim | None:
    """What a text claims; None where it is not understood for certain.

    >>> str(parse_claim("Collect 3 stone without losing health."))
    'and (gain stone 3) (steady health)'
    >>> parse_claim("make the world a better place") is None
    True
    """
    if len(text) > LONGEST:
        return None
    plain = re.sub(r"[.!?;]+$", "", text.strip().lower())
    plain = re.sub(r"\s+", " ", _FILLERS.sub(" ", plain)).strip(" ,.")
    return _parsed(plain)


@cache
def _parsed(text: str) -> Claim | None:
    return _whole(text) or _without(text) or _joined(text) or _denied(text)


def _whole(text: str) -> Claim | None:
    """A single claim in one of the lexicon's or of the written sentences."""
    if text in _written():
        return _written()[text]
    return next((claim for claim in _matches(text, ("plain", "negated"))), None)


def _without(text: str) -> Claim | None:
    for match in re.finditer(r",? (?:but )?without ", text):
        one = _parsed(text[: match.start()])
        other = next(_matches(text[match.end() :], ("ing", "without")), None)
        if one and other:
            return both(one, other)
    return None


def _joined(text: str) -> Claim | None:
    """Two claims; the second may leave the first one's verb out, as in "hold 5 wood and 2 coal"."""
    if text.startswith("both "):
        text = text.removeprefix("both ")
    either = re.fullmatch(r"(?:either )?(.+) or (.+)", text)
    if either and (one := _parsed(either[1])) and (other := _parsed(either[2])):
        return Claim("or", (one, other))
    for join in _JOINS:
        at = text.find(join)
        while at >= 0:
            left, right = text[:at], text[at + len(join) :]
            if (one := _parsed(left)) and (other := _parsed(right) or _with_verb_of(left, right)):
                return both(one, other)
            at = text.find(join, at + 1)
    return None


def _with_verb_of(left: str, right: str) -> Claim | None:
    verb = re.match(r"[a-z]+(?: up| at least)?", left)
    return _parsed(f"{verb[0]} {right}") if verb and re.match(rf"(?:an?|some|{_NUMBER}) ", right) else None


def _denied(text: str) -> Claim | None:
    for way in ("it is not so that ", "it is not true that ", "do not ", "not "):
        if text.startswith(way) and (claim := _parsed(text.removeprefix(way))):
            return no(claim)
    return None


def _matches(text: str, forms: tuple[str, ...]) -> Iterator[Claim]:
    for candidate in _patterns():
        if candidate.form in forms and (match := candidate.pattern.fullmatch(text)):
            claim = _claim_of(candidate.sentence, match)
            if claim is not None:
                yield no(claim) if candidate.form in ("negated", "ing") else claim


def _claim_of(sentence: Sentence, match: re.Match[str]) -> Claim | None:
    if sentence.claim:
        return read_claim(sentence.claim)
    found = match.groupdict()
    kind = "exactly" if sentence.kind == "none" else sentence.kind
    group = "items" if is_of_items(Claim(kind, _EXAMPLE.get(kind, ()))) else "things"
    name = _names(group).get(found.get("noun") or "")
    if name is None or name not in sentence.of:
        return None
    arguments: list[Argument] = [name]
    if "other" in found:
        if (other := _names("things").get(found["other"])) is None:
            return None
        arguments.append(other)
    if "side" in found:
        arguments.append(_sides()[found["side"]])
    if kind in _COUNTED:
        arguments.append(0 if sentence.kind == "none" else _count(found.get("n")))
    return Claim(kind, tuple(arguments))


_COUNTED: Final = ("gain", "have", "exactly", "atmost", "lose", "ever", "see", "sides", "row")
_EXAMPLE: Final[dict[str, tuple[Argument, ...]]] = {
    "gain": ("wood", 1), "have": ("wood", 1), "exactly": ("wood", 1), "atmost": ("wood", 1),
    "lose": ("wood", 1), "ever": ("wood", 1), "steady": ("health",), "never_gain": ("wood",),
    "see": ("tree", 1), "near": ("tree",),
    "at": ("tree",), "sides": ("tree", 1), "side": ("tree", "left"), "facing": ("tree",),
    "beside": ("tree", "tree"), "row": ("tree", 2), "gap": ("tree",),
}  # fmt: skip


def _count(word: str | None) -> int:
    if word is None or word in _ONE:
        return 1
    return int(word) if word.isdigit() else NUMBERS.index(word)


@cache
def _written() -> dict[str, Claim]:
    return {text.lower(): said.claim for said in written_sentences() for text in said.known}


@cache
def _names(group: str) -> dict[str, str]:
    """Noun, with and without its article, in the singular and the plural -> name."""
    lexicon, names = load_lexicon(), dict[str, str]()
    for (own, name), (known, _) in lexicon.nouns.items():
        if own == group:
            for noun in known:
                names |= dict.fromkeys(_forms(noun), name)
    return names


def _forms(noun: Noun) -> set[str]:
    return {noun.bare, noun.several}


@cache
def _sides() -> dict[str, str]:
    return {text: side for side, ways in load_lexicon().sides.items() for text in ways.known}


@cache
def _patterns() -> tuple[_Pattern, ...]:
    lexicon = load_lexicon()
    return tuple(
        _Pattern(re.compile(_expression(text, lexicon)), sentence, form)
        for sentence in sorted(lexicon.sentences, key=lambda s: not s.claim)
        for form, ways in sentence.all()
        for text in ways.known
    )


def _expression(text: str, lexicon: Lexicon) -> str:
    nouns = sorted({*_names("items"), *_names("things")}, key=len, reverse=True)
    noun = "|".join(map(re.escape, nouns))
    side = "|".join(map(re.escape, _sides()))
    slots = {
        r"\{q\}": rf"(?:(?:at least )?(?P<n>{_NUMBER}|an?|some|any) )?(?:placed |single )?(?P<noun>{noun})",
        r"\{a\}": rf"(?:(?:an?|the|some|any) )?(?P<noun>{noun})",
        r"\{s\}": rf"(?P<noun>{noun})",
        r"\{item\}": rf"(?P<noun>{noun})",
        r"\{items\}": rf"(?P<noun>{noun})",
        r"\{b\}": rf"(?:(?:an?|the|some|any) )?(?P<other>{noun})",
        r"\{n\}": rf"(?P<n>{_NUMBER})",
        r"\{side\}": rf"(?P<side>{side})",
    }
    expression = re.escape(text).replace(r"\ ", " ")
    for slot, pattern in slots.items():
        expression = expression.replace(slot, pattern)
    return expression
