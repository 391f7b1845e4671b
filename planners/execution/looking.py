"""Skills whose success a judge sees while they are executed, instead of facts telling it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from envs.facts import Facts
from planners.execution.judge import Judge
from planners.plan import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessByLooking:
    """Which skills succeed when a judge says so, and when it is asked.

    Attributes:
        claims: skill -> success in words; of other skills, facts tell it.
        judge: the judge of these.
        carried: facts after whose change an execution is looked at, such as what is carried.
        sights: facts after whose change it is looked at unless that was done just before.
        every: steps between two looks at what is only a sight.
        next_key: gives every execution a key of its own, see `JudgeTask`.
        settled_by: sources of an unclear verdict that ends an execution: judges that do not agree.
    """

    claims: Mapping[str, str]
    judge: Judge
    carried: Sequence[str] = ()
    sights: Sequence[str] = ()
    every: int = 4
    next_key: Callable[[], int] = lambda: 0
    settled_by: Sequence[str] = ()

    def watch(self, skill: str) -> Watch | None:
        """For an execution of a skill; None where facts tell its success."""
        return Watch(self, self.claims[skill], self.next_key()) if skill in self.claims else None

    def settles(self, verdict: Verdict) -> bool:
        """Whether an execution ends with a verdict that was given while it went on."""
        return verdict.outcome == "done" or (
            verdict.outcome == "unclear" and verdict.judge in self.settled_by
        )


@dataclass(slots=True)
class Watch:
    """The looks at one execution.

    Attributes:
        looking: when it is looked at.
        claim: success in words.
        key: of the attempt, see `JudgeTask`.
        settled: the verdict that ends it; None while there is none.
    """

    looking: SuccessByLooking
    claim: str
    key: int
    settled: Verdict | None = None
    _seen: Facts = field(default_factory=dict)
    _looked: int = 0

    def begin(self, facts: Facts) -> None:
        """The execution begins where `facts` hold."""
        self._seen = facts

    def due(self, facts: Facts, used: int) -> bool:
        """Whether to look now, after `used` steps; notes that it is done if so."""
        if used == self._looked:
            return False
        carried = any(facts.get(fact) != self._seen.get(fact) for fact in self.looking.carried)
        long_ago = used - self._looked >= self.looking.every
        sights = long_ago and any(facts.get(f) != self._seen.get(f) for f in self.looking.sights)
        if not (carried or sights):
            return False
        self._seen, self._looked = facts, used
        return True

    def note(self, verdict: Verdict) -> None:
        """A verdict was given while the execution went on."""
        if self.looking.settles(verdict):
            self.settled = verdict
