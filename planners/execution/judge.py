"""What judges are told of an attempt, their protocol, and the judge that compares facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from envs.facts import EndStatus, FactKind, Facts
from planners.plan import Outcome, Verdict, facts_in_words
from skills.skill import is_gain, reached


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFrame:
    """A moment at which what is carried or the player's bars changed, as pictures show it.

    Attributes:
        step: environment steps of the attempt until then.
        picture: ``uint8[height, width, 3]``.
    """

    step: int
    picture: NDArray[Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTask:
    """One attempt to be judged.

    Attributes:
        task: the skill's name or the goal's text.
        description: what the skill does, in words.
        claim: what success means, in words, where facts do not state it or are not to be asked.
        obtains: what success brings, see `skills.skill.reached`.
        kinds: fact -> kind.
        before: the facts at the start.
        after: the facts at the end.
        status: how the episode stood at the end; `EndStatus.TIME_LIMIT` also when the caller's budget cut
            the attempt off.
        captions: what the player saw first, in the middle and last, in words; empty unless the judge
            wants them.
        frames: pictures of the same moments, each ``uint8[height, width, 3]`` of the game's
            ``judged_size``; empty unless the judge wants them.
        frame_steps: environment steps of the attempt at those moments, of captions and screens likewise.
        event_frames: moments at which what is carried or a bar changed, at most
            `planners.execution.views.MAX_EVENTS`, in order.
        course_seen: whether `event_frames` are all there were: every step's picture was compared with the
            one before. Without that nothing can be said of the course of an attempt.
        screens: the terminal at those moments, for games that have one; empty unless the judge wants them.
        key: tells the attempt from all others, the same at every look at it; 0 where it is judged once.
        over: whether the attempt has ended; False where it is looked at while it goes on.
    """

    task: str
    obtains: Mapping[str, int]
    kinds: Mapping[str, FactKind]
    before: Facts
    after: Facts
    status: EndStatus = EndStatus.RUNNING
    description: str = ""
    claim: str = ""
    captions: tuple[str, ...] = ()
    frames: tuple[NDArray[Any], ...] = field(default=(), repr=False)
    frame_steps: tuple[int, ...] = ()
    event_frames: tuple[EventFrame, ...] = ()
    course_seen: bool = False
    screens: tuple[str, ...] = field(default=(), repr=False)
    key: int = 0
    over: bool = True

    def in_words(self) -> str:
        """The claim to be judged: success in words, else the facts that it brings, else what the skill does.

        >>> JudgeTask(task="chop", obtains={"wood": 1}, kinds={}, before={}, after={}).in_words()
        '1 wood'
        """
        return self.claim or self.description or facts_in_words(self.obtains)


class Judge(Protocol):
    """Decides whether an attempt succeeded; says ``unclear`` rather than guess.

    All but `judge` may be plain attributes.
    """

    @property
    def name(self) -> str:
        """What its verdicts name as their source."""
        ...

    @property
    def wants_captions(self) -> bool:
        """Whether tasks come with captions."""
        ...

    @property
    def wants_frames(self) -> bool:
        """Whether tasks come with pictures."""
        ...

    @property
    def wants_screens(self) -> bool:
        """Whether tasks come with the terminal."""
        ...

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict on one attempt."""
        ...


@runtime_checkable
class SparingJudge(Protocol):
    """A judge that need not be shown every attempt; others are shown what they want of all of them."""

    def must_see(self, obtains: Mapping[str, int], claim: str) -> bool:
        """Whether an attempt must be shown, by what success brings and what it means in words."""
        ...


class FactsJudge:
    """Compares the facts before and after with what success brings.

    Unclear when the episode was aborted, when success brings nothing to compare, when a fact to be compared
    was not reported, and when a time limit cut the attempt off.
    """

    name = "facts"
    wants_captions = False
    wants_frames = False
    wants_screens = False

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict, with the facts that are short of it as the reason."""
        unknown = sorted(fact for fact in task.obtains if fact not in task.after or fact not in task.before)
        if task.status is EndStatus.ABORTED:
            return self._say("unclear", "the episode was aborted")
        if not task.obtains:
            return self._say("unclear", f"nothing is known that {task.task} brings")
        if unknown:
            return self._say("unclear", f"the game does not report {', '.join(unknown)}")
        if reached(task.obtains, task.kinds, task.before, task.after):
            return self._say("done", f"{_listed(task.obtains)} reached")
        short = self._short(task)
        if task.status is EndStatus.TIME_LIMIT:
            return self._say("unclear", f"cut off by the time limit; {short}")
        end = "the player died; " if task.status is EndStatus.DEATH else ""
        return self._say("not_done", end + short)

    def _short(self, task: JudgeTask) -> str:
        parts = []
        for fact, count in task.obtains.items():
            gain = is_gain(task.kinds.get(fact, "count"))
            value = task.after[fact] - (task.before[fact] if gain else 0)
            if value < count:
                parts.append(f"{fact} {'rose by' if gain else 'is'} {value}, expected {count}")
        return "; ".join(parts)

    def _say(self, outcome: Outcome, reason: str) -> Verdict:
        return Verdict(outcome=outcome, reason=reason, judge=self.name)


def _listed(obtains: Mapping[str, int]) -> str:
    return ", ".join(f"{fact}={count}" for fact, count in obtains.items())
