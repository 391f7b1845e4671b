"""Skills and facts with the words that they are known by, and which of them a few words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from envs.facts import FactKind
from envs.game import GameSpec
from planners.goals.words import (
    BANS,
    CHOICES,
    HAVING,
    PRONOUNS,
    SUITS,
    TAILS,
    VERB_WEIGHT,
    VERBS,
    nearest,
    needless,
    normal,
    weight,
    words_of,
)
from planners.graph.graph import SkillGraph

MIN_SCORE: Final = 0.6
"""Least score of a match, 0..1."""

MIN_SCORE_MARGIN: Final = 0.05
"""Least difference in score between the best match and one that means something else."""

_WORDS = re.compile(r"[^\W\d_]+|\d+")

NEARBY: Final = ("known", "distance", "status")
"""Kinds of facts that a game tells about what is around; they are goals only under their exact names, but
for a status that is one plain word, such as daylight."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Something that a goal may mean, with the words that it is known by.

    Attributes:
        name: the skill or fact.
        facts: what holds once it is reached.
        words: of its name, or of its description.
        own: of its name, in either case.
        rank: what is preferred among equals comes first.
    """

    name: str
    facts: Mapping[str, int]
    words: tuple[str, ...]
    own: tuple[str, ...]
    rank: tuple[int, int]

    @property
    def described(self) -> bool:
        """Whether the words are those of a description, which need only contain what was typed."""
        return self.rank[0] == 2


@dataclass(frozen=True, slots=True)
class Match:
    """How well a few words fit a meaning.

    Attributes:
        meaning: the meaning.
        score: 0..1.
        left: words without a counterpart; with any of them the meaning is not what was typed.
        slips: word typed -> the word that it was taken for.
        weak: whether one word of a description is all that fits, which says too little.
    """

    meaning: Meaning
    score: float
    left: tuple[str, ...] = ()
    slips: Mapping[str, str] = field(default_factory=dict)
    weak: bool = False


class Vocabulary:
    """All names that a goal may use; skills whose success no fact states are left out.

    Args:
        graph: skills and facts.
        spec: the game's description, where there is one: more facts, aliases and largest values.
    """

    def __init__(self, graph: SkillGraph, spec: GameSpec | None) -> None:
        self._graph = graph
        self._aliases = {normal(alias): name for alias, name in spec.aliases.items()} if spec else {}
        self.kinds: dict[str, FactKind] = {**graph.kinds, **(spec.fact_kinds if spec else {})}
        self.highs = {**graph.highs, **({fact.name: fact.high for fact in spec.facts} if spec else {})}
        self.facts = tuple(dict.fromkeys([*(spec.fact_index if spec else ()), *graph.kinds, *graph.facts()]))
        self.skills = tuple(
            name for name in graph.skills() if graph.belief(name).obtains or graph.claim(name).obtains
        )
        self._skill_ranks = {name: rank for rank, name in enumerate(self.skills)}
        self._fact_ranks = {name: rank for rank, name in enumerate(self.facts)}
        self._known = {normal(name): name for name in reversed((*self.skills, *self.facts))}
        self._run_together = {
            re.sub(r"[\W_]", "", form): name for form, name in self._known.items() if _WORDS.sub("", form)
        }
        self._described = {normal(graph.description(name)): name for name in reversed(self.skills)}
        self.meanings = tuple(self._meanings())
        self._named = frozenset(word for meaning in self.meanings for word in meaning.own)

    def joined(self) -> Iterator[tuple[str, ...]]:
        """Names and aliases of several words, longest first, for finding them in a text as a whole."""
        names = (tuple(_WORDS.findall(normal(name))) for name in (*self.skills, *self.facts, *self._aliases))
        yield from sorted((name for name in set(names) if len(name) > 2), key=lambda name: (-len(name), name))

    def words(self) -> frozenset[str]:
        """All words of all names."""
        return self._named

    def doing(self) -> frozenset[str]:
        """First words of skills and events, which say what to do; what things are called is left out."""
        things = {word for name in self.facts if not name.startswith("did.") for word in _WORDS.findall(name)}
        names = (*self.skills, *(name[4:] for name in self.facts if name.startswith("did.")))
        return frozenset(_WORDS.findall(name)[0] for name in names if _WORDS.search(name)) - things

    def named(self, words: Sequence[str]) -> Meaning | None:
        """The skill or fact whose name has exactly these words, apart from verbs and endings."""
        for meaning in self.meanings:
            own = [word for word in meaning.own if word not in VERBS]
            if len(own) == len(words) and all(nearest(word, own)[0] == 1.0 for word in words):
                return meaning
        return None

    def producers(self, fact: str) -> tuple[str, ...]:
        """The skills that bring a fact."""
        return self._graph.producers(fact)

    def exact(self, name: str) -> Meaning | None:
        """What a skill obtains, by its name or whole description, or a fact, or what an alias stands for."""
        form = normal(name)
        spaced = form.replace("_", " ")
        known = (self._known.get(form, ""), self._aliases.get(form, ""), self._aliases.get(spaced, ""))
        candidates = (name, *known, self._run_together.get(form, ""), self._described.get(form, ""))
        for candidate in candidates:
            if candidate in self.skills:
                return self._skill(candidate)
        for candidate in candidates:
            if candidate in self.kinds or candidate in self.facts:
                return self._fact(candidate)
        return None

    def fact(self, name: str) -> str | None:
        """The fact of that name or alias; None when there is none."""
        form = normal(name)
        joined = "_".join(form.split())
        known = (self._known.get(form, ""), self._known.get(joined, ""), self._aliases.get(form, ""))
        return next((candidate for candidate in (name, *known) if candidate in self.facts), None)

    def rewritten(self, text: str) -> str:
        """The text with the game's other words replaced by its own, longest first, plurals included."""
        if not self._aliases:
            return text
        longest_first = sorted(self._aliases, key=len, reverse=True)
        pattern = rf"\b({'|'.join(map(re.escape, longest_first))})(?:e?s)?\b"
        return re.sub(pattern, lambda match: self._aliases[match[1]], text)

    def matches(self, phrasings: Sequence[Sequence[str]]) -> list[Match]:
        """Every meaning with the phrasing that fits it best, the best first."""
        found = []
        for meaning in self.meanings:
            options = [self._match(tuple(dict.fromkeys(words)), meaning) for words in phrasings]
            found.append(max(options, key=lambda match: (not match.left, match.score)))
        return sorted(found, key=lambda match: (-match.score, match.meaning.rank))

    def worth(self, fact: str) -> int:
        """How much of a fact is meant when nobody says: of a bar such as food, what the best skill brings."""
        if self.kinds.get(fact, "count") == "count" or "." in fact:
            return 1
        return max((self._graph.belief(n).obtains[fact] for n in self.producers(fact)), default=1)

    def _skill(self, name: str) -> Meaning:
        obtains = self._graph.belief(name).obtains or self._graph.claim(name).obtains
        own = tuple(words_of(name))
        facts = {name: 1} if name in obtains else dict(obtains)
        return Meaning(name, facts, own, own, (0, self._skill_ranks[name]))

    def _fact(self, name: str) -> Meaning:
        rank = 1 if self.kinds.get(name, "count") == "count" else 3
        own = tuple(words_of(name))
        return Meaning(name, {name: self.worth(name)}, own, own, (rank, self._fact_ranks[name]))

    def _meanings(self) -> Iterator[Meaning]:
        for i, name in enumerate(self.skills):
            skill = self._skill(name)
            yield skill
            if not any(self.kinds.get(fact, "count") == "count" for fact in skill.facts):
                for fact in self._graph.belief(name).consumes:  # eat food, drink a potion
                    yield replace(skill, words=(*skill.own, *words_of(fact)))
            if described := self._graph.description(name):
                yield Meaning(name, skill.facts, tuple(words_of(described)), skill.own, (2, i))
        for name in self.facts:
            if self.kinds.get(name, "count") not in NEARBY or "." not in name:
                yield self._fact(name)

    def _match(self, words: tuple[str, ...], meaning: Meaning) -> Match:
        """How alike two sets of words are; a description need only contain what was typed."""
        if not meaning.facts:
            return Match(meaning, 0.0, words)
        pairs = {word: nearest(word, meaning.words) for word in words}
        if meaning.described:  # a slip is one of a name, not of any word in a sentence
            pairs = {word: pair if pair[0] == 1.0 else (0.0, "") for word, pair in pairs.items()}
        shared = sum(weight(word) * pairs[word][0] for word in words)
        loose = needless(words)
        telling = [word for word in words if pairs[word][0] or word not in loose]
        mine, theirs = sum(map(weight, telling)), sum(map(weight, meaning.words))
        met = {word for word in words if pairs[word][0]}
        if theirs >= 1.0 and (met <= TAILS or not any(weight(word) == 1.0 for word in met)):
            score = 0.0
        elif meaning.described:
            score = 0.8 * shared / mine if mine >= 1.0 else 0.0
        else:
            score = shared / max(mine + theirs - shared, VERB_WEIGHT)
        left = tuple(
            word for word in words if not (self._covered(word, words, meaning, pairs) or word in loose)
        )
        named = any(nearest(word, meaning.own)[0] for word in words)
        weak = meaning.described and not named and sum(word not in loose for word in words) < 2
        slips = {word: other for word, (like, other) in pairs.items() if 0.0 < like < 1.0}
        return Match(meaning, score, left, slips, weak)

    def _covered(
        self, word: str, words: tuple[str, ...], meaning: Meaning, pairs: Mapping[str, tuple[float, str]]
    ) -> bool:
        """Whether a word that was typed has its counterpart in the meaning."""
        if word in BANS or word in CHOICES:
            return word in meaning.words and not meaning.described
        if word in VERBS:
            return self._suits(word, meaning) or (
                meaning.described and self._does(word, words, meaning, pairs)
            )
        if word in PRONOUNS:
            return False
        if not pairs[word][0]:
            return False
        if not meaning.described or nearest(word, meaning.own)[0] or not self._is_name(word):
            return True
        row = [pairs[other][1] for other in words if pairs[other][0]]
        return len(row) > 1 and _in_a_row(row, meaning.words)

    def _does(
        self, verb: str, words: tuple[str, ...], meaning: Meaning, pairs: Mapping[str, tuple[float, str]]
    ) -> bool:
        """Whether a description has the verb right before the word that it was typed before."""
        after = words[words.index(verb) + 1 :][:1]
        return all(_in_a_row((verb, pairs[word][1]), meaning.words) for word in after)

    def _is_name(self, word: str) -> bool:
        return any(nearest(word, (name,))[0] == 1.0 for name in self._named)

    def _suits(self, verb: str, meaning: Meaning) -> bool:
        """Whether a verb says what is done to reach the meaning."""
        said = () if meaning.described else meaning.words
        verbs = _verbs((*said, *meaning.own, *meaning.facts))
        if meaning.name in self.facts:
            verbs |= _verbs(self.producers(meaning.name))
        if verb in verbs or any((verb, other) in SUITS for other in verbs):
            return True
        kinds = {self.kinds.get(fact, "count") for fact in meaning.facts}
        if "count" in kinds:
            return verb in HAVING
        if meaning.name in self.facts:
            return verb == "find" or (verb in HAVING and kinds == {"level"})
        return not meaning.described and not verbs and verb in {*HAVING, "place"}


def _verbs(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words_of(text) if word in VERBS}


def _in_a_row(words: Sequence[str], text: Sequence[str]) -> bool:
    """Whether words stand one after the other in a text."""
    return any(list(text[i : i + len(words)]) == list(words) for i in range(len(text)))
