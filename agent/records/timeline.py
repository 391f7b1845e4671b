"""An episode along its moments: which skill acted when, which plan was followed, and what stands out.

Moment 0 is the beginning of the record, moment n what its nth step led to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from agent.records.endings import Ending
from agent.records.redaction import shown
from envs.json_text import MALFORMED
from envs.text import counted

Role: TypeAlias = Literal["plan", "guard", "part", "fallback"]
"""Why a skill is executed: as a plan or a policy says, for a guard, as a part of a chain, as a fallback."""

MarkKind: TypeAlias = Literal[
    "plan", "replan", "guard", "failed", "unclear", "struck", "fallback", "refused", "end", "death"
]

LONGEST_REASON: Final = 300


@dataclass(slots=True, kw_only=True)
class Span:
    """One execution of a skill.

    Attributes:
        skill: its name.
        role: why it is executed.
        depth: executions that wait for it to end.
        begin: moment at which it begins.
        end: moment at which it ends.
        outcome: ``done``, ``not_done``, ``unclear``; empty where the record breaks off before.
        reason: of that verdict.
        interrupted_by: a guard's skill that interrupted it; empty for none.
        changes: fact -> by how much it changed.
    """

    skill: str
    role: Role
    depth: int
    begin: int
    end: int
    outcome: str = ""
    reason: str = ""
    interrupted_by: str = ""
    changes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShown:
    """A plan, from the moment at which it was made.

    Attributes:
        moment: when.
        steps: the first skills in order.
        length: how many there are.
        done: skills of this play's plans that were done before.
        expected_steps: game steps that it is expected to take.
        goal: fact -> count.
        missing: fact -> count that no skill of the plan brings.
        changed: whether it is another way than the plan before, and not just what is left of it.
    """

    moment: int
    steps: tuple[str, ...]
    length: int
    done: int
    expected_steps: float
    goal: Mapping[str, int]
    missing: Mapping[str, int]
    changed: bool

    @property
    def place(self) -> tuple[int, int]:
        """Which step is due, counted from 1 since the play began, and how many there are in all."""
        return self.done + 1, self.done + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that stands out.

    Attributes:
        moment: when.
        kind: what it is.
        text: in words.
    """

    moment: int
    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """An episode along its moments; all parts are in order.

    Attributes:
        moments: the last moment.
        spans: executions of skills, as they begin.
        plans: plans, as they were made.
        marks: what stands out.
        ending: why it ended.
    """

    moments: int
    spans: tuple[Span, ...]
    plans: tuple[PlanShown, ...]
    marks: tuple[Mark, ...]
    ending: Ending

    def span_at(self, moment: int) -> Span | None:
        """The innermost execution under way; at a border, the one that begins."""
        running = [s for s in self.spans if s.begin <= moment < max(s.end, s.begin + 1)]
        if not running and self.spans and moment >= self.moments:
            running = [s for s in self.spans if s.begin < moment <= s.end]
        return max(running, key=lambda span: (span.depth, span.begin), default=None)

    def plan_at(self, moment: int) -> PlanShown | None:
        """The plan that is followed; None before the first one."""
        index = bisect_right([plan.moment for plan in self.plans], moment)
        return self.plans[index - 1] if index else None


def timeline(events: Iterable[Mapping[str, Any]], first_step: int, steps: int, ending: Ending) -> Timeline:
    """The timeline of an episode.

    Args:
        events: what the executors decided, as records (`planners.execution.events`); those that lack a part
            are left out.
        first_step: the game's step counter at moment 0.
        steps: steps of the record.
        ending: why it ended.
    """
    course = _Course(first_step, steps)
    for event in events:
        try:
            course.take(event)
        except MALFORMED:  # written by another version
            continue
    died = ending.kind == "died"
    course.marks.append(Mark(moment=steps, kind="death" if died else "end", text=ending.words))
    return Timeline(
        moments=steps,
        spans=tuple(course.spans),
        plans=tuple(course.plans),
        marks=tuple(sorted(course.marks, key=lambda mark: mark.moment)),
        ending=ending,
    )


class _Course:
    """Events, taken one after the other."""

    def __init__(self, first_step: int, steps: int) -> None:
        self._first, self._steps = first_step, steps
        self.spans: list[Span] = []
        self.plans: list[PlanShown] = []
        self.marks: list[Mark] = []
        self._open: list[Span] = []
        self._next_role: Role = "plan"
        self._chains: set[str] = set()
        self._done = 0
        self._went_well = True

    def take(self, event: Mapping[str, Any]) -> None:
        moment = min(max(int(event["env_step"]) - self._first, 0), self._steps)
        match event["kind"]:
            case "plan_made" | "replanned":
                self._plan(event, moment, first=event["kind"] == "plan_made")
            case "skill_started":
                self._started(str(event["skill"]), moment)
            case "skill_ended":
                self._ended(event, moment)
            case "guard_preempted":
                self._next_role = "guard"
                waits = f"; {_words(event['interrupted'])} waits" if event["interrupted"] else ""
                self._mark(moment, "guard", f"guard: {_words(event['skill'])}{waits}")
            case "fallback_forced":
                self._next_role = "fallback"
                self._mark(moment, "fallback", f"fallback: {_words(event['skill'])} ({_said(event)})")
            case "skill_struck":
                text = f"{_words(event['skill'])} keeps failing: plans avoid it"
                self._mark(moment, "struck", text)
            case "watchdog_gave_up":
                self._mark(moment, "struck", _said(event))
            case "action_refused":
                self._mark(moment, "refused", str(event["why"]))
            case "chain_part":
                self._chains.add(str(event["chain"]))

    def _mark(self, moment: int, kind: MarkKind, text: str) -> None:
        self.marks.append(Mark(moment=moment, kind=kind, text=text))

    def _plan(self, event: Mapping[str, Any], moment: int, *, first: bool) -> None:
        steps = tuple(str(step) for step in event["steps"])
        length = int(event.get("length", len(steps)))
        if first:
            self._done = 0
        changed = first or not self._is_rest(steps, length)
        self.plans.append(
            PlanShown(
                moment=moment, steps=steps, length=length, done=self._done, changed=changed,
                expected_steps=float(event["expected_steps"]),
                goal={str(fact): int(n) for fact, n in event["goal"].items()},
                missing={str(fact): int(n) for fact, n in event["missing"].items()},
            )
        )  # fmt: skip
        if changed:
            what = "plan" if first else "new plan"
            text = (
                f"{what} of {counted(length, 'step')}, about {float(event['expected_steps']):,.0f} game steps"
            )
            self._mark(moment, "plan" if first else "replan", text)

    def _is_rest(self, steps: Sequence[str], length: int) -> bool:
        """Whether a plan is the one before, or what is left of it since its first skill was done."""
        if not self.plans:
            return False
        before = self.plans[-1]
        for cut in (1, 0) if self._went_well else (0,):
            rest = before.steps[cut:]
            shared = min(len(rest), len(steps))
            if length == before.length - cut and tuple(rest[:shared]) == tuple(steps[:shared]):
                return True
        return False

    def _started(self, skill: str, moment: int) -> None:
        role = self._next_role
        if role == "plan" and self._open:
            role = "part"
        self._next_role = "plan"
        span = Span(skill=skill, role=role, depth=len(self._open), begin=moment, end=self._steps)
        self._open.append(span)
        self.spans.append(span)

    def _ended(self, event: Mapping[str, Any], moment: int) -> None:
        skill, outcome = str(event["skill"]), str(event["outcome"])
        span = next((each for each in reversed(self._open) if each.skill == skill), None)
        if span is None:  # it could not start
            self._started(skill, moment)
            span = self._open[-1]
        self._open.remove(span)
        span.end, span.outcome, span.reason = moment, outcome, _said(event)
        span.interrupted_by = str(event.get("interrupted_by", ""))
        span.changes = {str(fact): int(n) for fact, n in event.get("changes", {}).items()}
        if span.role == "plan":
            self._went_well = outcome == "done"
        if outcome == "done":
            self._done += span.role == "plan"
        else:
            kind: MarkKind = "failed" if outcome == "not_done" else "unclear"
            self._mark(moment, kind, f"{_words(skill)}: {_said(event) or 'not done'}")


@lru_cache(maxsize=4_096)  # the same few names and reasons come up thousands of times
def _plain(text: str) -> str:
    return shown(text, LONGEST_REASON)


def _words(name: object) -> str:
    return _plain(str(name).replace("_", " "))


def _said(event: Mapping[str, Any]) -> str:
    return _plain(str(event.get("reason", "")))
