"""The words and sentences in which claims are said, out of ``data/words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from agent.judges.embedded.claims import THINGS
from agent.judges.embedded.errors import BadWords
from agent.judges.embedded.sight import COUNTED
from envs.crafter.spec import LEVELS
from envs.reading import why_unreadable

WORDS: Final = Path(__file__).parent / "data" / "words.toml"

GOODS: Final = ("sapling", "wood", "stone", "coal", "iron", "diamond")
TOOLS: Final = tuple(name for name in COUNTED if name not in (*LEVELS, *GOODS))
CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "goods": GOODS,
    "mined": ("stone", "coal", "iron", "diamond"),
    "wood": ("wood",),
    "tools": TOOLS,
    "bars": LEVELS,
    "things": THINGS,
}
"""What a sentence speaks of -> the names that fit."""

NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Noun:
    """How a thing is called: with its article, and several of them."""

    one: str
    several: str

    @property
    def bare(self) -> str:
        """Without its article."""
        return re.sub(r"^(an?|the) ", "", self.one)


@dataclass(frozen=True, slots=True)
class Wordings:
    """Ways to say something: those that judges are trained on, and those kept for evaluation."""

    known: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Sentences for one kind of claim, or for one claim.

    Attributes:
        kind: of claims; empty where `claim` is given.
        of: the names that it may speak of.
        claim: the one claim, in short form.
        plain: the sentences.
        ing: what follows "without", in the form "collecting wood".
        without: what follows "without" for claims of the course.
        negated: sentences for the opposite.
    """

    kind: str = ""
    of: tuple[str, ...] = ()
    claim: str = ""
    plain: Wordings = field(default_factory=Wordings)
    ing: Wordings = field(default_factory=Wordings)
    without: Wordings = field(default_factory=Wordings)
    negated: Wordings = field(default_factory=Wordings)

    def all(self) -> Iterator[tuple[str, Wordings]]:
        """Every form with its sentences."""
        for form in ("plain", "ing", "without", "negated"):
            yield form, getattr(self, form)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words and sentences.

    Attributes:
        nouns: (group, name) -> its known and its new nouns; groups are things, items.
        sides: side -> ways to say it.
        sentences: in the order of the file.
        joins: how two claims are joined.
    """

    nouns: Mapping[tuple[str, str], tuple[tuple[Noun, ...], tuple[Noun, ...]]]
    sides: Mapping[str, Wordings]
    sentences: tuple[Sentence, ...]
    joins: Mapping[str, Wordings]

    def known_words(self) -> frozenset[str]:
        """Every word of what judges are trained on."""
        texts = [
            noun for known, _ in self.nouns.values() for each in known for noun in (each.one, each.several)
        ]
        texts += [text for side in self.sides.values() for text in side.known]
        texts += [text for sentence in self.sentences for _, way in sentence.all() for text in way.known]
        texts += [text for join in self.joins.values() for text in join.known]
        return frozenset(words_of(" ".join([*texts, *NUMBERS, "some any"])))


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters.

    >>> words_of("Collect 3 logs, please!")
    ['collect', '3', 'logs', 'please']
    """
    return re.findall(r"[a-z]+|\d+", re.sub(r"\{[^}]*\}", " ", text.lower()))


@cache
def load_lexicon(path: Path = WORDS) -> Lexicon:
    """Read the words. Raises `BadWords`."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        nouns = {
            (group, name): (_nouns(ways["known"]), _nouns(ways.get("new", ())))
            for group in ("things", "items")
            for name, ways in file[group].items()
        }
        sides = {name: _wordings(ways) for name, ways in file["sides"].items()}
        return Lexicon(nouns, sides, tuple(map(_sentence, file["sentences"])), _joins(file["joins"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadWords(
            f"{path} cannot be used: {why_unreadable(error)}; restore it from the package"
        ) from error


def _nouns(texts: list[str]) -> tuple[Noun, ...]:
    return tuple(Noun(*text.split("|")) for text in texts)


def _wordings(ways: Mapping[str, list[str]], form: str = "") -> Wordings:
    known, new = (form, f"new_{form}") if form else ("known", "new")
    return Wordings(tuple(ways.get(known, ())), tuple(ways.get(new, ())))


def _sentence(ways: dict[str, Any]) -> Sentence:
    return Sentence(
        kind=ways.get("kind", ""),
        of=tuple(name for group in ways.get("of", ()) for name in CLASSES[group]),
        claim=ways.get("claim", ""),
        plain=_wordings(ways),
        ing=_wordings(ways, "ing"),
        without=_wordings(ways, "without"),
        negated=_wordings(ways, "not"),
    )


def _joins(ways: dict[str, list[str]]) -> dict[str, Wordings]:
    joins = {"and": _wordings(ways), "fewer": _wordings(ways, "fewer")}
    return joins | {name: Wordings(tuple(ways[name])) for name in ("without", "either", "negated")}
