"""The words that only the translator learns from, and sentences said in them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from agent.judge_training.heldout import is_held_out
from agent.judge_training.pool import deniable, single_claims
from agent.judges.embedded.claims import Claim, both, no
from agent.judges.embedded.errors import BadWords
from agent.judges.embedded.grammar import OTHER
from agent.judges.embedded.lexicon import Lexicon, Wordings, load_lexicon, words_of
from agent.judges.embedded.sentences import written_sentences
from agent.judges.embedded.wording import Speaker

WIDER: Final = Path(__file__).parent / "data" / "wider.toml"
"""Words and sentences, in the format of the lexicon, and frames that a sentence may stand in."""
MORE_SENTENCES: Final = Path(__file__).parent / "data" / "more_sentences.toml"
"""Sentences that a model wrote for single claims."""
FRAMED: Final = 0.15
"""Share of sentences that get a frame, as in "your task: collect wood"."""
JOINED: Final = 0.5
"""Share of sentences about what claims cannot say that one about a claim is joined to, if that is single."""
WRITTEN: Final = 0.2
"""Share of sentences that a model wrote."""
_SINGLE, _DENIED, _EITHER, _WITHOUT, _THREE = 0.4, 0.5, 0.59, 0.72, 0.76
"""Up to here claims are single, denied, one of two, one without another, three; all others are two joined."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A claim in short form, and a sentence that says it; `OTHER` stands for what claims cannot say."""

    short: str
    text: str


@cache
def wider_lexicon() -> Lexicon:
    """The lexicon with all the words of training. Raises `BadWords`."""
    own, more = load_lexicon(), load_lexicon(WIDER)
    return Lexicon(
        {key: (known + more.nouns.get(key, ((), ()))[0], new) for key, (known, new) in own.nouns.items()},
        _joined(own.sides, more.sides),
        own.sentences + more.sentences,
        _joined(own.joins, more.joins),
    )


def _joined(own: Mapping[str, Wordings], more: Mapping[str, Wordings]) -> dict[str, Wordings]:
    return {name: Wordings(ways.known + more[name].known, ways.new) for name, ways in own.items()}


def frames() -> tuple[str, ...]:
    """What a sentence may stand in. Raises `BadWords`."""
    return _listed("frames")


def others() -> tuple[str, ...]:
    """Sentences about what claims cannot say. Raises `BadWords`."""
    return _listed("others")


@cache
def _listed(name: str) -> tuple[str, ...]:
    try:
        return tuple(tomllib.loads(WIDER.read_text(encoding="utf-8"))[name]["known"])
    except (OSError, ValueError, KeyError) as error:
        raise BadWords(f"{WIDER} cannot be used: {error!r}; restore it from the package") from error


def trained_words() -> frozenset[str]:
    """Every word of the sentences that anything is trained on."""
    written = " ".join(saying.text for saying in written_sayings())
    return wider_lexicon().known_words() | frozenset(words_of(" ".join([written, *frames(), *others()])))


@cache
def written_sayings() -> tuple[Saying, ...]:
    """What a model wrote, but for the tasks that are held out. Raises `BadWords`."""
    return tuple(
        Saying(str(said.claim), text)
        for said in (*written_sentences(), *written_sentences(MORE_SENTENCES))
        if not is_held_out(said.claim)
        for text in said.known
    )


def draw_sayings(rng: np.random.Generator, n: int) -> list[Saying]:
    """Sentences for claims of all kinds, none of them held out."""
    speaker, drawn = Speaker(rng, lexicon=wider_lexicon()), list[Saying]()
    claims, written = _claims(rng), written_sayings()
    while len(drawn) < n:
        if rng.random() < WRITTEN:
            saying = written[rng.integers(len(written))]
        else:
            claim = next(claims)
            text = speaker.say(claim)
            if text is None:
                continue
            saying = Saying(str(claim), text)
        drawn.append(_framed(saying, rng))
    return drawn


def draw_others(rng: np.random.Generator, n: int) -> list[Saying]:
    """Sentences about what claims cannot say, a third of them joined with one about a claim."""
    speaker, claims = Speaker(rng, lexicon=wider_lexicon()), _claims(rng)
    things = [nouns for (group, _), (nouns, _) in wider_lexicon().nouns.items() if group == "things"]
    drawn = list[Saying]()
    for k in range(n):
        one, other = (things[i][rng.integers(len(things[i]))] for i in rng.integers(len(things), size=2))
        number = int(rng.integers(2, 7))
        slots = {"a": one.one, "s": one.several, "b": other.one, "t": other.several}
        text = others()[k % len(others())].format(q=f"{number} {one.several}", **slots)
        saying, claim = Saying(OTHER, text), next(claims)
        if rng.random() < JOINED and not claim.parts() and (said := speaker.say(claim)):
            saying = _both(saying, Saying(str(claim), said), rng)
        drawn.append(_framed(saying, rng))
    return drawn


def _both(one: Saying, other: Saying, rng: np.random.Generator) -> Saying:
    """Two sentences joined, in an order by chance."""
    ways = wider_lexicon().joins["and"].known
    join = ways[rng.integers(len(ways))]
    left, right = (one, other) if rng.random() < 0.5 else (other, one)
    return Saying(f"and ({left.short}) ({right.short})", join.format(a=left.text, b=right.text))


def _framed(saying: Saying, rng: np.random.Generator) -> Saying:
    if rng.random() >= FRAMED:
        return saying
    frame = frames()[rng.integers(len(frames()))]
    return Saying(saying.short, frame.format(x=saying.text))


def _claims(rng: np.random.Generator) -> Iterator[Claim]:
    """Claims by chance: of every kind about as many, single, denied and joined."""
    singles = [claim for claim in single_claims() if not is_held_out(claim)]
    sizes = {kind: sum(claim.kind == kind for claim in singles) for kind in {c.kind for c in singles}}
    weights = np.array([sizes[claim.kind] ** -0.5 for claim in singles])
    weights /= weights.sum()
    while True:
        for i in rng.choice(len(singles), 256, p=weights):
            others = [singles[k] for k in rng.choice(len(singles), 2, p=weights)]
            claim = _made(singles[i], others, rng)
            if not is_held_out(claim):
                yield claim


def _made(one: Claim, others: Sequence[Claim], rng: np.random.Generator) -> Claim:
    way, (other, third) = rng.random(), others
    if way < _SINGLE:
        return one
    if way < _DENIED:
        return no(one) if deniable(one) else one
    if way < _EITHER:
        return Claim("or", (one, other))
    if way < _WITHOUT:
        return both(one, no(other))
    if way < _THREE:
        return both(one, both(other, third))
    return both(one, other)
