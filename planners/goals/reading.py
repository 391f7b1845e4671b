"""What each item of a goal means, and all of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from envs.errors import did_you_mean
from planners.errors import NotInFacts, UnknownGoal
from planners.goals.counts import read_count
from planners.goals.items import Item
from planners.goals.meanings import MIN_SCORE, MIN_SCORE_MARGIN, Match, Meaning, Vocabulary
from planners.goals.refusals import ambiguous, differ, either, not_understood, quoted
from planners.goals.words import VERBS, meaningful, nearest, needless, words_between, words_of
from planners.plan import facts_in_words

_PAIR = re.compile(r"([^=<>≥≤!]+?)\s*(?:>=|={1,2}|≥)\s*(\S+)")
_PAIRS = re.compile(r"([^\s=<>≥≤!]+)\s*(?:>=|={1,2}|≥)\s*(\d+)(?!\S)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one item of a goal means.

    Attributes:
        facts: what should hold.
        said: how it is told to the person.
        count: the number that was given; None where there was none.
        slips: word typed -> the word that it was read as.
    """

    facts: Mapping[str, int]
    said: str
    count: int | None = None
    slips: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Reads the items of a goal.

    Args:
        names: what they may mean.
    """

    def __init__(self, names: Vocabulary) -> None:
        self._names = names

    def read(self, items: Sequence[Item]) -> list[Reading]:
        """What every item means. Raises `UnknownGoal` at the first that means nothing."""
        found: list[Reading] = []
        verb = ""
        for i, item in enumerate(items):
            self._refuse_shared_ends(item, items[i + 1 :])
            if item.compares:
                found += self._pairs(item.text)
                continue
            words = meaningful(list(item.words))
            own = next((word for word in words if word in VERBS), "")
            found.append(self._item(item, words, "" if own else verb))
            verb = own or verb
        return found

    def reading(self, meaning: Meaning, count: int | None = None, match: Match | None = None) -> Reading:
        """A meaning with the number asked for. Raises `UnknownGoal` where that cannot be."""
        facts = dict(meaning.facts)
        if count is not None:
            facts = self._times({meaning.name: 1} if meaning.name in facts else facts, count, meaning)
        elif set(facts) == {meaning.name} and self._is_unfilled_bar(meaning.name):
            raise UnknownGoal(
                f"{meaning.name!r} is a bar that no skill at hand is known to fill; say how far, for example "
                f"'{meaning.name}=5'"
            )
        return self._possible(facts, count, match.slips if match else {})

    def together(self, readings: Sequence[Reading]) -> dict[str, int]:
        """All facts, each with its largest number. Raises `UnknownGoal` for two numbers of one thing."""
        facts: dict[str, int] = {}
        given: dict[str, int] = {}
        for reading in readings:
            for fact, count in reading.facts.items():
                facts[fact] = max(count, facts.get(fact, 0))
                if reading.count is not None and given.setdefault(fact, count) != count:
                    raise UnknownGoal(
                        f"{fact!r} is asked for twice, as {given[fact]} and as {count}; give one number"
                    )
        return facts

    def _item(self, item: Item, words: list[str], verb: str) -> Reading:
        """The meaning of one item, first with the verb of an item before it."""
        named = self._names.exact(item.text) if re.search(r"[._]", item.text) else None
        if named is not None:
            return self.reading(named, item.count)
        if verb and set(words) - needless([verb, *words]):
            try:
                return self._closest(item, [verb, *words], f"{verb} {' '.join(item.words)}")
            except UnknownGoal:  # a verb goes as far as it makes sense
                return self._closest(item, words, " ".join(item.words))
        return self._closest(item, words, " ".join(item.words))

    def _closest(self, item: Item, words: list[str], text: str) -> Reading:
        """The meaning whose words are closest. Raises `UnknownGoal` when none is, or several are."""
        names, typed = self._names, _kept(item.words)
        carried = words[: len(words) - len(typed)]
        if exact := names.exact("_".join([*carried, *typed])):
            return self.reading(exact, item.count)
        if item.count is None and (exact := names.exact("_".join(words))):
            return self.reading(exact)
        matches = names.matches([words, words_between(names.rewritten(text))])
        good = [match for match in matches if not match.left and match.score >= MIN_SCORE]
        if not good:
            as_typed = dict(zip(meaningful(list(item.words)), typed, strict=True))
            raise not_understood(
                item.text, {word: as_typed.get(word, word) for word in words}, matches, names
            )
        best = good[0]
        close = [match for match in good if match.score > best.score - MIN_SCORE_MARGIN]
        if rivals := [match for match in close if differ(match.meaning, best.meaning)]:
            raise ambiguous(item.text, [best, *rivals], names)
        if best.weak:
            raise not_understood(item.text, {word: word for word in words}, matches, names)
        return self.reading(best.meaning, item.count, best)

    def _refuse_shared_ends(self, item: Item, others: Sequence[Item]) -> None:
        """Refuse "wood and stone pickaxes", which may mean one pickaxe or two. Raises `NotUnderstood`."""
        things = _things(item)
        if item.compares or item.count is not None or len(things) != 1 or not self._names.named(things):
            return
        for other in others:
            if other.compares or other.count is not None or other.words[:1] != tuple(_things(other)[:1]):
                return
            if len(_things(other)) > 1:
                whole = self._names.named([*things, *_things(other)[1:]])
                if whole is not None:
                    last = self._names.named(_things(other))
                    single = [word for word in last.own if word not in VERBS] if last else _things(other)
                    raise either(things[0], whole, " ".join(other.words), " ".join(single))
                return

    def _times(self, facts: Mapping[str, int], count: int, meaning: Meaning) -> dict[str, int]:
        """The fact that is counted: what the name says is carried, else an event."""
        kinds = self._names.kinds
        carried = [fact for fact in facts if kinds.get(fact, "count") == "count"]
        events = [fact for fact in facts if kinds.get(fact) == "event"]
        own = [fact for fact in carried if any(nearest(word, meaning.own)[0] for word in words_of(fact))]
        counted = (own or events or carried or list(facts))[0]
        if counted != meaning.name and kinds.get(counted) in ("level", "status") and facts[counted] > 1:
            raise UnknownGoal(
                f"{meaning.name!r} brings {counted} to {facts[counted]} and is not counted; leave the "
                f"{count} out, or say how far, for example '{counted}={facts[counted]}'"
            )
        if kinds.get(counted) == "place" and count > 1:
            raise NotInFacts(f"{counted!r} is a place and cannot be counted; leave the {count} out")
        each = facts[counted] if kinds.get(counted) == "event" else 1
        return {counted: count * each}

    def _is_unfilled_bar(self, fact: str) -> bool:
        return self._names.kinds.get(fact) == "level" and not self._names.producers(fact)

    def _pairs(self, text: str) -> Iterator[Reading]:
        """``fact=count`` pairs. Raises `UnknownGoal` for another form or an unknown fact."""
        single = _PAIR.fullmatch(text)
        pairs = [(single[1], single[2])] if single else _PAIRS.findall(text)
        whole = bool(single) or not _PAIRS.sub("", text).strip()
        for name, count in pairs if whole else [("", "")]:
            if not count.isdecimal() or not count.strip("0"):
                raise UnknownGoal(f"{quoted(text)} is not of the form fact=count with a count of at least 1")
            fact = self._names.fact(name)
            if fact is None:
                raise UnknownGoal(f"no fact {quoted(name)}{did_you_mean(name, self._names.facts)}")
            yield self._possible({fact: read_count(count)}, read_count(count), {})

    def _possible(self, facts: Mapping[str, int], count: int | None, slips: Mapping[str, str]) -> Reading:
        """The reading, when all facts can be so large. Raises `UnknownGoal`."""
        for fact, number in facts.items():
            high = self._names.highs.get(fact, number)
            if number > high:
                raise UnknownGoal(f"{fact}={number} can never hold; {fact} is at most {high}")
        return Reading(facts, facts_in_words(facts), count, slips)


def _things(item: Item) -> list[str]:
    """The words of an item that are no verbs, nor without meaning."""
    return [word for word in meaningful(list(item.words)) if word not in VERBS]


def _kept(words: Sequence[str]) -> list[str]:
    """The words that carry meaning, as they were typed."""
    return [word for word in words if meaningful([word])]
