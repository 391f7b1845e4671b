"""What play showed about one skill, in a form whose size does not grow with the number of executions.

Only clear verdicts are evidence. Everything is a counter or a histogram (value -> executions), so the
evidence of a skill stays small however long the agent plays; `planners.graph.belief` turns it into a belief.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from envs.facts import FactKind, Facts
from planners.graph.duration import LengthFit, record_lengths
from skills.skill import Counter, Effects, SkillKind, lacking

DEFAULT_HIGH = 9
"""Largest count assumed for a fact whose range nobody gave."""

MAX_AMOUNT = 99
"""Amounts and changes beyond this (either sign) are counted as this; it bounds the histograms."""

MIN_SUCCESSES_AT_PLACES = 4
"""Successes that began at a place from which on they say whether the skill moves on from it."""

MOVES_ON_SHARE = 1 / 3
"""Share of those that ended elsewhere from which on plans do not count on the place."""

Histogram: TypeAlias = dict[
    Annotated[int, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)], Annotated[int, Field(ge=1, le=10**15)]
]
"""Value -> number of executions that showed it."""


def raisable(claim: Effects, kinds: Mapping[str, FactKind]) -> list[str]:
    """Facts whose needed count may be too low in the claim: consumed counts, else required counts."""
    consumed = [fact for fact in claim.consumes if kinds.get(fact, "count") == "count"]
    return consumed or [fact for fact in claim.requires if kinds.get(fact, "count") == "count"]


def _clip(value: int) -> int:
    return max(-MAX_AMOUNT, min(MAX_AMOUNT, value))


def _add(histograms: dict[str, Histogram], fact: str, value: int) -> None:
    histogram = histograms.setdefault(fact, {})
    histogram[_clip(value)] = histogram.get(_clip(value), 0) + 1


def _count_places(counters: dict[str, int], facts: Facts, kinds: Mapping[str, FactKind]) -> None:
    for fact, value in facts.items():
        if value > 0 and kinds.get(fact) == "place":
            counters[fact] = counters.get(fact, 0) + 1


def _sums(histograms: Mapping[str, Histogram], most: int) -> list[tuple[str, int, int]]:
    """Fact -> executions in its histogram, and how many there can be."""
    return [(fact, sum(histogram.values()), most) for fact, histogram in histograms.items()]


class Evidence(BaseModel):
    """Counters over the clear executions of one skill.

    Attributes:
        successes: executions judged done.
        failures: executions judged not done.
        changes: count fact -> change over a successful execution -> successes; no change is left out.
        starts: needed fact -> amount at the start of a success -> successes.
        places: place fact -> successes that began with it true.
        left: place fact -> how many of those ended with it false.
        lacking_only: needed fact -> amount held at the start of a failure that lacked nothing else.
        met: failures that began with every believed need met.
        met_places: place fact -> how many of those `met` failures began with it true.
        scarcest: of the `met` failures before any success, the needed count fact that was held in the
            smallest amount -> that amount -> failures.
        exhausted: `met` failures before any success in which every such fact was at its largest value.
        length_fits: distance fact -> how the lengths of successes depend on it, see
            `planners.graph.duration`; called ``courses`` in files.
    """

    model_config = ConfigDict(extra="ignore", serialize_by_alias=True)

    successes: Counter = 0
    failures: Counter = 0
    changes: dict[str, Histogram] = Field(default_factory=dict)
    starts: dict[str, Histogram] = Field(default_factory=dict)
    places: dict[str, Counter] = Field(default_factory=dict)
    left: dict[str, Counter] = Field(default_factory=dict)
    lacking_only: dict[str, Histogram] = Field(default_factory=dict)
    met: Counter = 0
    met_places: dict[str, Counter] = Field(default_factory=dict)
    scarcest: dict[str, Histogram] = Field(default_factory=dict)
    exhausted: Counter = 0
    length_fits: dict[str, LengthFit] = Field(default_factory=dict, alias="courses")

    @property
    def attempts(self) -> int:
        """Executions with a clear outcome."""
        return self.successes + self.failures

    @classmethod
    def counters(cls) -> frozenset[str]:
        """What the counters are called in files."""
        return frozenset(field.alias or name for name, field in cls.model_fields.items())

    @property
    def facts(self) -> frozenset[str]:
        """The facts that some counter is kept for.

        >>> sorted(Evidence(changes={"wood": {1: 2}}, met_places={"near.bench": 1}).facts)
        ['near.bench', 'wood']
        """
        by_fact = (
            self.changes, self.starts, self.places, self.left, self.lacking_only, self.met_places,
            self.scarcest, self.length_fits,
        )  # fmt: skip
        return frozenset(fact for counter in by_fact for fact in counter)

    def record_success(
        self,
        before: Facts,
        after: Facts,
        needs: Mapping[str, int],
        kinds: Mapping[str, FactKind],
        *,
        steps: int = 0,
        highs: Mapping[str, int] | None = None,
    ) -> None:
        """Add a success of `steps` steps; `needs` are all facts claimed or believed to be needed."""
        self.successes += 1
        if steps:
            record_lengths(self.length_fits, before, steps, kinds, highs or {})
        for fact in dict.fromkeys((*before, *after)):  # a set's order differs from run to run
            change = after.get(fact, 0) - before.get(fact, 0)
            if change and kinds.get(fact, "count") == "count":
                _add(self.changes, fact, change)
        for fact in needs:
            _add(self.starts, fact, before.get(fact, 0))
        _count_places(self.places, before, kinds)
        gone = {fact: value for fact, value in before.items() if not after.get(fact, 0)}
        _count_places(self.left, gone, kinds)

    def record_failure(
        self,
        before: Facts,
        *,
        kind: SkillKind,
        claim: Effects,
        belief: Effects,
        kinds: Mapping[str, FactKind],
        highs: Mapping[str, int],
    ) -> None:
        """Add a failure, sorted by what it lacked of the needs believed at that moment."""
        self.failures += 1
        short = lacking(belief.needs, before)
        if len(short) == 1:
            fact = next(iter(short))
            _add(self.lacking_only, fact, before.get(fact, 0))
        if short:
            return
        self.met += 1
        _count_places(self.met_places, before, kinds)
        if kind is SkillKind.CRAFT and not self.successes:
            self._blame_scarcest(before, raisable(claim, kinds), highs)

    def _blame_scarcest(self, before: Facts, suspects: list[str], highs: Mapping[str, int]) -> None:
        held = {fact: before.get(fact, 0) for fact in suspects}
        below = {fact: n for fact, n in held.items() if n < highs.get(fact, DEFAULT_HIGH)}
        if below:
            fact = min(below, key=below.__getitem__)
            _add(self.scarcest, fact, below[fact])
        elif held:
            self.exhausted += 1

    def contradictions(self) -> list[str]:
        """Counters that cannot all be true, as sentences; empty for evidence that play wrote.

        >>> Evidence(successes=2, places={"near.bench": 3}).contradictions()
        ["places['near.bench'] counts 3 executions of 2"]
        """
        totals = {
            "met": [("", self.met, self.failures)],
            "changes": _sums(self.changes, self.successes),
            "starts": _sums(self.starts, self.successes),
            "places": [(fact, count, self.successes) for fact, count in self.places.items()],
            "left": [(fact, count, self.places.get(fact, 0)) for fact, count in self.left.items()],
            "lacking_only": _sums(self.lacking_only, self.failures - self.met),
            "met_places": [(fact, count, self.met) for fact, count in self.met_places.items()],
            "scarcest": _sums(self.scarcest, self.met - self.exhausted),
            "exhausted": [("", self.exhausted, self.met)],
            "courses": [
                (fact, fit.n + fit.unknown, self.successes) for fact, fit in self.length_fits.items()
            ],
        }
        return [
            f"{name}{[fact] if fact else ''} counts {count} executions of {most}"
            for name, entries in totals.items()
            for fact, count, most in entries
            if count > most
        ]

    @property
    def moves_on(self) -> bool:
        """Whether the skill often ends a place that was held when it began.

        >>> Evidence(places={"near.bench": 6}, left={"near.bench": 3}).moves_on
        True
        """
        held = sum(self.places.values())
        return held >= MIN_SUCCESSES_AT_PLACES and sum(self.left.values()) > MOVES_ON_SHARE * held

    def raised(self, fact: str, high: int) -> int:
        """The need that two failures with everything believed there point to; 0 when they do not.

        >>> Evidence(scarcest={"wood": {1: 2}}).raised("wood", 9)
        2
        """
        failures = 0
        for amount, n in sorted(self.scarcest.get(fact, {}).items(), reverse=True):
            failures += n
            if failures >= 2:
                return min(amount + 1, high)
        return 0
