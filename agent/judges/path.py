"""The one path on which attempts are judged: facts, the embedded judge, a chat model, unclear."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from agent.errors import AgentError
from agent.judges.course import speaks_of_course
from envs.facts import EndStatus
from envs.text import clause, plain
from planners.execution.judge import FactsJudge, Judge, JudgeTask
from planners.plan import Verdict

logger = logging.getLogger(__name__)

LONGEST_REASON = 1_000
"""Characters of a verdict's reason."""
KEPT_WARNINGS = 64
"""Failures of judges that are remembered, so that each is told once."""


@runtime_checkable
class ManyJudge(Protocol):
    """A judge to which several attempts at once come cheaper."""

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """One verdict for each, in order."""
        ...


@runtime_checkable
class UnderstandingJudge(Protocol):
    """A judge that knows beforehand of which claims it can say anything."""

    def understands(self, claim: str) -> bool:
        """Whether its verdict on a claim may be other than unclear."""
        ...


@runtime_checkable
class RoomyJudge(Protocol):
    """A judge that knows from which states success could not be seen, however the attempt went."""

    def highest_at_start(self, claim: str) -> Mapping[str, int]:
        """Fact -> the value up to which it may stand at the start of an attempt."""
        ...


def room_needed(judge: Judge, claim: str) -> Mapping[str, int]:
    """Fact -> the value up to which it may stand at the start, for a judge to see success; empty for any."""
    return judge.highest_at_start(claim) if isinstance(judge, RoomyJudge) else {}


@runtime_checkable
class DescribingJudge(Protocol):
    """A judge that can say what it sees of an attempt in numbers."""

    def features(self, task: JudgeTask) -> NDArray[Any] | None:
        """What it sees, float[features]; None where there is nothing to see."""
        ...


def features_by(judge: Judge, task: JudgeTask) -> NDArray[Any] | None:
    """What a judge sees of an attempt in numbers; None where it cannot say."""
    return judge.features(task) if isinstance(judge, DescribingJudge) else None


def may_say(judge: Judge, claim: str) -> bool:
    """Whether a judge's verdict on a claim may be other than unclear, as far as it knows beforehand."""
    return not isinstance(judge, UnderstandingJudge) or judge.understands(claim)


@dataclass(slots=True, kw_only=True)
class JudgingPath:
    """Asks its judges in order; the first that is sure has spoken.

    - Where facts state success (`must_see` says where they do not), the facts judge alone decides: exact, and
      nothing overrules it.
    - Any other claim goes to the judges that look, one after the other, as long as they are unclear.
    - A claim about the course is unclear unless the whole course was seen.
    - An attempt that was cut off may be done; it never counts as not done.

    A judge that fails is unclear, and so is an attempt that nobody judges.

    Attributes:
        looking: the judges that look, in the order in which they are asked.
        facts: compares facts.
    """

    looking: Sequence[Judge] = ()
    facts: Judge = field(default_factory=FactsJudge)
    name: str = "path"

    @property
    def wants_captions(self) -> bool:
        """Whether one of the judges wants captions."""
        return any(judge.wants_captions for judge in self.looking)

    @property
    def wants_frames(self) -> bool:
        """Whether one of the judges wants pictures."""
        return any(judge.wants_frames for judge in self.looking)

    @property
    def wants_screens(self) -> bool:
        """Whether one of the judges wants the terminal."""
        return any(judge.wants_screens for judge in self.looking)

    @property
    def calls(self) -> int:
        """Model calls on judging so far."""
        return sum(getattr(judge, "calls", 0) for judge in self.looking)

    def must_see(self, obtains: Mapping[str, int], claim: str) -> bool:
        """Whether an attempt at this must be looked at: facts do not state what success means."""
        return bool(self.looking) and (bool(claim) or not obtains)

    def understands(self, claim: str) -> bool:
        """Whether one of the judges that look may say anything about a claim."""
        return any(may_say(judge, claim) for judge in self.looking)

    def highest_at_start(self, claim: str) -> Mapping[str, int]:
        """What the first judge that looks says, since it is asked first; see `RoomyJudge`."""
        return room_needed(self.looking[0], claim) if self.looking else {}

    def features(self, task: JudgeTask) -> NDArray[Any] | None:
        """What the first judge that looks sees of an attempt, in numbers."""
        return features_by(self.looking[0], task) if self.looking else None

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict on one attempt."""
        return self.judge_many([task])[0]

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts on several attempts, in order."""
        verdicts = [self._at_once(task) for task in tasks]
        said: list[list[Verdict]] = [[] for _ in tasks]
        for judge in self.looking:
            open_ones = [i for i, verdict in enumerate(verdicts) if verdict is None]
            for i, verdict in zip(open_ones, _asked(judge, [tasks[i] for i in open_ones]), strict=True):
                said[i].append(_not_cut_off(verdict, tasks[i]))
                verdicts[i] = None if said[i][-1].outcome == "unclear" else said[i][-1]
        return [verdict or _unsure(before) for verdict, before in zip(verdicts, said, strict=True)]

    def _at_once(self, task: JudgeTask) -> Verdict | None:
        """The verdict on an attempt that need not, or cannot, be looked at."""
        if task.status is EndStatus.ABORTED:
            return self._unclear("the episode was aborted")
        if not self.must_see(task.obtains, task.claim):
            return (
                self._unclear(f"nobody looks at {task.task}, and facts do not state when it is done")
                if task.claim
                else self.facts.judge(task)
            )
        if speaks_of_course(task.in_words()) and not task.course_seen:
            return self._unclear("the claim is about the course of the attempt, which was not seen whole")
        return None

    def _unclear(self, reason: str) -> Verdict:
        return Verdict(outcome="unclear", reason=reason, judge=self.name)


def _asked(judge: Judge, tasks: Sequence[JudgeTask]) -> list[Verdict]:
    """What a judge says of attempts; where it fails, unclear."""
    if not tasks:
        return []
    try:
        if isinstance(judge, ManyJudge) and len(said := judge.judge_many(tasks)) == len(tasks):
            return said
    except MemoryError:
        raise
    except Exception:
        pass  # one of them is at fault: which one shows when they are asked one by one
    return [_asked_one(judge, task) for task in tasks]


def _asked_one(judge: Judge, task: JudgeTask) -> Verdict:
    try:
        return judge.judge(task)
    except MemoryError:
        raise
    except Exception as error:
        return Verdict(outcome="unclear", reason=_failed(error), judge=judge.name, confidence=0.0)


def _failed(error: Exception) -> str:
    """What is wrong with a judge; a mistake in it is told in the log, too, the same one once."""
    if isinstance(error, AgentError):
        return plain(error, LONGEST_REASON)
    said = f"the judge broke down: {type(error).__name__}: {plain(error, LONGEST_REASON)}"
    _warn(said)
    return plain(said, LONGEST_REASON)


@lru_cache(maxsize=KEPT_WARNINGS)
def _warn(said: str) -> None:
    logger.warning("%s; what it should have judged is unclear", said)


def _not_cut_off(verdict: Verdict, task: JudgeTask) -> Verdict:
    """The verdict, but unclear where an attempt that is not done was not played to its end."""
    if verdict.outcome != "not_done" or task.status is not EndStatus.TIME_LIMIT:
        return verdict
    return Verdict(
        outcome="unclear",
        reason=f"cut off by the time limit; {verdict.reason}",
        judge=verdict.judge,
        confidence=verdict.confidence,
        answer_id=verdict.answer_id,
    )


def _unsure(said: Sequence[Verdict]) -> Verdict:
    """One verdict of several that are unclear: that of the last judge, with the reasons of all."""
    if len(said) == 1:
        return said[0]
    reasons = "; ".join(f"{verdict.judge}: {clause(verdict.reason)}" for verdict in said)
    last = said[-1]
    return Verdict(
        outcome="unclear",
        reason=plain(reasons, LONGEST_REASON),
        judge=last.judge,
        confidence=last.confidence,
        answer_id=last.answer_id,
    )
