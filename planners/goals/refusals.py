"""What is said, and suggested, where a goal is not understood."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from envs.text import plain
from planners.errors import NotUnderstood
from planners.goals.meanings import NEARBY, Match, Meaning, Vocabulary
from planners.goals.words import SMALL_WORDS, VERBS, nearest

LEAST_NEAR: Final = 0.2
"""Least score of a match that is suggested, 0..1."""

MOST_SUGGESTED: Final = 4
MOST_LISTED: Final = 12
LONGEST_QUOTE: Final = 80
"""Characters of a goal that a message quotes."""


def quoted(text: str) -> str:
    """A goal as a message may quote it."""
    shown = plain(text, LONGEST_QUOTE)
    mark = '"' if "'" in shown else "'"
    return f"{mark}{shown}{mark}"


def not_understood(
    text: str, words: Mapping[str, str], matches: Iterable[Match], names: Vocabulary
) -> NotUnderstood:
    """The refusal of a goal that means nothing, or of which something is left over.

    Args:
        text: as typed.
        words: those that carry meaning, each with how it was typed.
        matches: every meaning, the best match first.
        names: what can be asked for.
    """
    near = list(_near(words, matches, names))
    left = near[0].left if near else ()
    suggested = _distinct(near, names) or _spelt_like(words, names)
    if left and len(left) < len(words):
        what = " and ".join(quoted(words.get(word, word)) for word in left[:MOST_SUGGESTED])
        hint = f": {what} {'is' if len(left) == 1 else 'are'} left over; near: {', '.join(suggested)}."
        return NotUnderstood(f"no goal {quoted(text)}{hint}", near=tuple(suggested))
    did_you_mean = f"; did you mean {' or '.join(map(repr, suggested))}?" if suggested else "."
    return NotUnderstood(f"no goal {quoted(text)}{did_you_mean}{_listed(names)}", near=tuple(suggested))


def ambiguous(text: str, matches: Sequence[Match], names: Vocabulary) -> NotUnderstood:
    """The refusal of a goal that may mean several things."""
    suggested = _distinct(matches, names)
    return NotUnderstood(
        f"{quoted(text)} may mean {' or '.join(map(repr, suggested))}; say which", near=tuple(suggested)
    )


def differ(one: Meaning, other: Meaning) -> bool:
    """Whether two meanings have nothing in common, so that a choice between them matters."""
    return set(one.words) != set(other.words) and not set(one.facts) & set(other.facts)


def _near(words: Iterable[str], matches: Iterable[Match], names: Vocabulary) -> list[Match]:
    """What shares a thing with the words, or is done by the verb alone; else what is described so."""
    telling = [word for word in words if word not in SMALL_WORDS]
    things = [word for word in telling if word not in VERBS]
    usable = [match for match in matches if _usable(match.meaning, names)]
    if not things:
        skills = [match for match in usable if match.meaning.name in names.skills]
        return [match for match in skills if any(word in match.meaning.own for word in telling)]
    named = [
        match
        for match in usable
        if any(nearest(word, match.meaning.own)[0] == 1.0 for word in things)
        or all(nearest(word, telling)[0] == 1.0 for word in match.meaning.own)
    ]
    slips = [match for match in usable if any(nearest(word, match.meaning.own)[0] for word in things)]
    described = [match for match in usable if match.meaning.described and match.score > LEAST_NEAR]
    return [*named, *(match for match in slips if match not in named)] or described


def _usable(meaning: Meaning, names: Vocabulary) -> bool:
    """Whether a person may want it: a skill, or a fact that is no detail of what is around."""
    return meaning.name in names.skills or names.kinds.get(meaning.name, "count") not in NEARBY


def _distinct(matches: Iterable[Match], names: Vocabulary) -> list[str]:
    """Names of the first meanings that have nothing in common, as they can be typed."""
    chosen: list[Meaning] = []
    for match in matches:
        if all(differ(match.meaning, other) for other in chosen):
            chosen.append(match.meaning)
    return list(dict.fromkeys(_typed(meaning, names) for meaning in chosen))[:MOST_SUGGESTED]


def _typed(meaning: Meaning, names: Vocabulary) -> str:
    """What to type for a meaning: a skill's name where there is one, never the name of an inner fact."""
    if meaning.name in names.skills or names.kinds.get(meaning.name, "count") == "count":
        return meaning.name
    brings = names.producers(meaning.name)
    return brings[0] if brings else meaning.name.removeprefix("did.").replace(".", " ").replace("_", " ")


def _spelt_like(words: Iterable[str], names: Vocabulary) -> list[str]:
    """What is known by words with nearly the same letters."""
    usable = [meaning for meaning in names.meanings if _usable(meaning, names) and not meaning.described]
    by_word: dict[str, Meaning] = {}
    for meaning in sorted(usable, key=lambda meaning: (len(meaning.own), meaning.rank)):
        for word in meaning.own:
            if word not in VERBS:
                by_word.setdefault(word, meaning)
    found = [
        close
        for word in words
        if word not in VERBS
        for close in difflib.get_close_matches(word, by_word, n=MOST_SUGGESTED, cutoff=_cutoff(word))
        if close[0] == word[0]
    ]
    return list(dict.fromkeys(_typed(by_word[word], names) for word in found))[:MOST_SUGGESTED]


def _cutoff(word: str) -> float:
    """Least likeness of a word that is suggested: short words differ much by one letter."""
    return 0.65 if len(word) <= 4 else 0.75


def _listed(names: Vocabulary) -> str:
    shown = names.skills[:MOST_LISTED]
    more = f" and {len(names.skills) - len(shown)} more" if len(names.skills) > len(shown) else ""
    return f" Skills: {', '.join(shown)}{more}." if shown else ""
