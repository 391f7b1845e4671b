"""From what a person types to a `Goal`: "collect_diamond", "stone=5", "make an iron pickaxe"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from envs.facts import FactKind
from envs.game import GameSpec
from planners.errors import UnknownGoal
from planners.graph.graph import SkillGraph
from planners.plan import Goal

MIN_SCORE: Final = 0.6
"""Least score of a match, 0..1."""

MIN_SCORE_MARGIN: Final = 0.05
"""Least difference in score between the best match and one that means something else."""

_STOP = "a an the of some any to for me please i want you we us my then at least one go with piece pieces did"
_NUMBERS = "two three four five six seven eight nine ten eleven twelve"
_VERBS = (
    "make craft create forge produce",
    "collect get gather mine harvest obtain fetch pick take chop dig acquire have bring",
    "place put set lay build construct erect",
    "defeat kill fight slay beat attack",
    "eat consume feed",
    "drink",
    "find reach locate search near",
    "sleep rest",
)

STOP_WORDS: Final = frozenset(_STOP.split())
NUMBERS: Final = {word: number for number, word in enumerate(_NUMBERS.split(), start=2)}
VERBS: Final = {word: group.split()[0] for group in _VERBS for word in group.split()}
"""Words for doing something -> the first of their group."""

VERB_WEIGHT: Final = 0.3
MIN_WORD_LIKENESS: Final = 0.8
"""Least similarity of two words that count as the same, so that plurals and slips match."""

_ASSIGNMENT = re.compile(r"\s*([^\s=<>,]+)\s*(?:>=|=)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Something that a goal may mean, with the words that it is known by."""

    name: str
    facts: Mapping[str, int]
    words: tuple[str, ...]
    order: tuple[int, int]


def parse_goal(text: str, graph: SkillGraph, spec: GameSpec | None = None) -> Goal:
    """Understand a goal.

    In this order: ``fact=count`` pairs separated by commas, a skill's name (the goal is what the skill
    obtains), a fact's name, an alias for one of them, and otherwise the skill or fact whose words are closest
    to those of the text once aliases are replaced. A number in the text ("five stones") is how many.

    Args:
        text: what a person typed.
        graph: skills and facts.
        spec: the game's description, where there is one: more facts, aliases and largest values.

    Raises:
        UnknownGoal: nothing matches, several things match equally well, or more is asked than is possible;
            the message suggests what to type.
    """
    typed = text.strip()
    names = _Vocabulary(graph, spec)
    if not typed:
        raise UnknownGoal(f"the goal is empty; name one, for example {names.example()!r} or 'wood=3'")
    if "=" in typed:
        return Goal(facts=names.assignments(typed), text=typed)
    exact = names.exact(typed) or names.exact("_".join(_words(typed)))
    if exact is None:
        count, words = _count(_words(typed))
        _, rewritten = _count(_words(names.rewritten(typed)))
        exact = names.times(names.closest(typed, [words, rewritten]), count)
    return Goal(facts=names.checked(exact), text=typed)


class _Vocabulary:
    """All names that a goal may use."""

    def __init__(self, graph: SkillGraph, spec: GameSpec | None) -> None:
        self._graph = graph
        self._aliases = dict(spec.aliases) if spec else {}
        self._kinds: dict[str, FactKind] = {**graph.kinds, **(spec.fact_kinds if spec else {})}
        self._highs = {**graph.highs, **({fact.name: fact.high for fact in spec.facts} if spec else {})}
        self._facts = list(dict.fromkeys([*(spec.fact_index if spec else ()), *graph.kinds, *graph.facts()]))
        self._known = set(self._facts)

    def example(self) -> str:
        """A goal that can be typed."""
        return next(iter(self._graph.skills() or self._facts), "collect_wood")

    def exact(self, name: str) -> dict[str, int] | None:
        """What a skill obtains, or a fact, or what an alias stands for."""
        spaced = name.lower().replace("_", " ")
        candidates = (name, self._aliases.get(name, ""), self._aliases.get(spaced, ""))
        for candidate in candidates:
            if candidate in self._graph:
                obtains = self._graph.belief(candidate).obtains or self._graph.claim(candidate).obtains
                return {candidate: 1} if candidate in obtains else dict(obtains)
        fact = next((candidate for candidate in candidates if candidate in self._known), None)
        return None if fact is None else {fact: self._worth(fact)}

    def rewritten(self, text: str) -> str:
        """The text with the game's other words replaced by its own, longest first, plurals included."""
        if not self._aliases:
            return text
        longest_first = sorted(self._aliases, key=len, reverse=True)
        pattern = rf"\b({'|'.join(map(re.escape, longest_first))})(?:e?s)?\b"
        return re.sub(pattern, lambda match: self._aliases[match[1]], text.lower())

    def _worth(self, fact: str) -> int:
        """How much of a fact is meant when nobody says: of a bar such as food, what the best skill brings."""
        if self._kinds.get(fact) != "level":
            return 1
        return max((self._graph.belief(n).obtains[fact] for n in self._graph.producers(fact)), default=1)

    def assignments(self, text: str) -> dict[str, int]:
        """``fact=count`` pairs. Raises `UnknownGoal` for a part of another form or an unknown fact."""
        facts: dict[str, int] = {}
        for part in re.split(r",|\band\b", text):
            match = _ASSIGNMENT.fullmatch(part)
            if match is None or not match[2].isdecimal() or int(match[2]) < 1:
                raise UnknownGoal(
                    f"{part.strip()!r} is not of the form fact=count with a count of at least 1"
                )
            fact = self._fact(match[1])
            facts[fact] = int(match[2])
        return self.checked(facts)

    def _fact(self, name: str) -> str:
        if name in self._known:
            return name
        alias = self._aliases.get(name, "")
        if alias in self._known:
            return alias
        close = difflib.get_close_matches(name, self._facts, n=3, cutoff=0.5)
        raise UnknownGoal(f"no fact {name!r}{_suggest(close)}")

    def checked(self, facts: dict[str, int]) -> dict[str, int]:
        """The facts, when all of them can be so large. Raises `UnknownGoal`."""
        for fact, count in facts.items():
            if count > self._highs.get(fact, count):
                raise UnknownGoal(f"{fact}={count} can never hold; {fact} is at most {self._highs[fact]}")
        return facts

    def times(self, meaning: _Meaning, count: int | None) -> dict[str, int]:
        """A meaning with the number asked for, which applies to what is carried rather than to events."""
        if count is None:
            return dict(meaning.facts)
        carried = [fact for fact in meaning.facts if self._kinds.get(fact, "count") == "count"]
        events = [fact for fact in meaning.facts if self._kinds.get(fact) == "event"]
        counted = carried or events or list(meaning.facts)
        return {counted[0]: count}

    def closest(self, text: str, phrasings: list[list[str]]) -> _Meaning:
        """The meaning whose words are closest. Raises `UnknownGoal` when none is, or several are."""
        scored = sorted(
            (
                (
                    -max(self._score(list(dict.fromkeys(words)), meaning) for words in phrasings),
                    meaning.order,
                    meaning,
                )
                for meaning in self._meanings()
            ),
            key=lambda entry: entry[:2],
        )
        near = [meaning for score, _, meaning in scored if -score > 0]
        best = -scored[0][0] if scored else 0.0
        if best < MIN_SCORE:
            raise UnknownGoal(f"no goal {text!r}{_suggest(_distinct(near)) or '.'}{_list(self._graph)}")
        chosen = scored[0][2]
        near_best = [meaning for score, _, meaning in scored if -score > best - MIN_SCORE_MARGIN]
        rivals = [meaning for meaning in near_best if _differ(meaning, chosen)]
        if rivals:
            raise UnknownGoal(
                f"{text!r} may mean {' or '.join(map(repr, _distinct([chosen, *rivals])))}; say which"
            )
        return chosen

    def _meanings(self) -> Iterator[_Meaning]:
        skills = self._graph.skills()
        for i, name in enumerate(skills):
            facts = self.exact(name) or {}
            yield _Meaning(name, facts, tuple(_words(name)), (0, i))
            described = self._graph.description(name)
            if described:
                yield _Meaning(name, facts, tuple(_words(described)), (2, i))
        for i, name in enumerate(self._facts):
            rank = 1 if self._kinds.get(name, "count") == "count" else 3
            yield _Meaning(name, {name: self._worth(name)}, tuple(_words(name)), (rank, i))

    def _score(self, words: list[str], meaning: _Meaning) -> float:
        """How alike two sets of words are, 0..1; a description need only contain what was typed."""
        if not meaning.facts:
            return 0.0
        shared = sum(_weight(w) * _best_likeness(w, meaning.words) for w in words)
        mine, theirs = sum(map(_weight, words)), sum(map(_weight, meaning.words))
        if not any(_weight(w) == 1.0 and _best_likeness(w, meaning.words) for w in words) and theirs >= 1.0:
            return 0.0
        if meaning.order[0] == 2:
            return 0.8 * shared / mine if mine >= 1.0 else 0.0
        return shared / max(mine + theirs - shared, VERB_WEIGHT)


def _words(text: str) -> list[str]:
    """Lower-case words that carry meaning, verbs brought to one form."""
    parts = re.findall(r"[a-z]+|\d+", text.lower())
    return [VERBS.get(part, part) for part in parts if part not in STOP_WORDS]


def _count(words: list[str]) -> tuple[int | None, list[str]]:
    """Take the number out of the words."""
    numbers = [int(w) if w.isdecimal() else NUMBERS[w] for w in words if w.isdecimal() or w in NUMBERS]
    rest = [w for w in words if not w.isdecimal() and w not in NUMBERS]
    return (max(1, numbers[0]) if numbers else None), rest


def _weight(word: str) -> float:
    return VERB_WEIGHT if word in VERBS else 1.0


def _best_likeness(word: str, others: tuple[str, ...]) -> float:
    return max((_likeness(word, other) for other in others), default=0.0)


def _likeness(one: str, other: str) -> float:
    if one == other or one in (f"{other}s", f"{other}es") or other in (f"{one}s", f"{one}es"):
        return 1.0
    ratio = difflib.SequenceMatcher(None, one, other).ratio() if min(len(one), len(other)) > 3 else 0.0
    return ratio if ratio >= MIN_WORD_LIKENESS else 0.0


def _differ(one: _Meaning, other: _Meaning) -> bool:
    """Whether two meanings have nothing in common, so that a choice between them matters."""
    return set(one.words) != set(other.words) and not set(one.facts) & set(other.facts)


def _distinct(meanings: list[_Meaning]) -> list[str]:
    """Names of the first three meanings that have nothing in common."""
    chosen: list[_Meaning] = []
    for meaning in meanings:
        if all(_differ(meaning, other) for other in chosen):
            chosen.append(meaning)
    return [meaning.name for meaning in chosen[:3]]


def _suggest(names: list[str]) -> str:
    return f"; did you mean {' or '.join(map(repr, names))}?" if names else ""


def _list(graph: SkillGraph) -> str:
    shown = graph.skills()[:12]
    more = f" and {len(graph) - len(shown)} more" if len(graph) > len(shown) else ""
    return f" Skills: {', '.join(shown)}{more}." if shown else ""
