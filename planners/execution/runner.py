"""Runs one skill in a game, with guards that may interrupt it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.events import GuardPreempted, OnEvent, SkillEnded, SkillStarted
from planners.execution.guards import GuardWatch
from planners.execution.judge import Judge, JudgeTask
from planners.execution.looking import SuccessByLooking, Watch
from planners.execution.views import Views
from planners.plan import Execution, Verdict
from planners.search.rules import SkillTable
from skills.errors import CodeRejected
from skills.skill import lacking, reached


class Option(Protocol):
    """One execution of a skill, with its state."""

    def may_start(self, facts: Facts) -> bool:
        """Whether the skill can be started now (its initiation)."""
        ...

    def act(self, game: Game) -> int:
        """The next action; only looks at the game."""
        ...

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """Whether to stop now, after `steps` steps of its own (its termination)."""
        ...


OptionMaker: TypeAlias = Callable[[str], Option]
"""Skill name -> a fresh option."""


@dataclass(slots=True)
class _Frame:
    """A skill under way.

    Attributes:
        before: the facts at its start.
        cap: environment steps after which it is stopped.
        used: environment steps taken so far, without those of guards.
        interrupted_by: the last guard skill that pre-empted it.
        views: captions, pictures and screens, where the judge wants them.
        fault: what was wrong with its code, if that failed.
        watch: the looks at it, where a judge says whether it succeeds; None where facts do.
    """

    skill: str
    option: Option
    before: Facts
    cap: int
    views: Views
    watch: Watch | None = None
    used: int = 0
    interrupted_by: str = ""
    fault: str = ""


class SkillRunner:
    """Runs skills one at a time.

    Args:
        graph: the skills.
        make_option: makes the option that executes a skill.
        judge: says whether an execution succeeded.
        on_result: called with every finished execution, those of guards included.
        on_event: called with every start, end and pre-emption.
        looking: the skills whose success a judge sees; None for none.
    """

    def __init__(
        self,
        graph: SkillTable,
        make_option: OptionMaker,
        judge: Judge,
        *,
        on_result: Callable[[Execution], None] = lambda execution: None,
        on_event: OnEvent = lambda event: None,
        looking: SuccessByLooking | None = None,
    ) -> None:
        self._looking = looking
        self._graph = graph
        self._make_option = make_option
        self._judge = judge
        self._watch = GuardWatch(graph, None)
        self._on_result = on_result
        self._on_event = on_event

    def run(
        self, game: Game, skill: str, *, until: float = math.inf, watch: GuardWatch | None = None
    ) -> Execution:
        """Execute a skill until it succeeds, stops, or is stopped.

        A guard's skill may interrupt it. The guard's steps do not count against the cap of the skill that it
        interrupts, which continues afterwards, if it may still start there.

        Args:
            game: a running game.
            skill: the skill's name.
            until: value of the game's step counter at which everything stops.
            watch: the guards, if any.

        Returns:
            How the skill itself ended. It is unclear when it could not start, when it was given up after an
            interruption, when `until` cut it off, and when its code failed, as its `fault` says then.
        """
        self._watch = watch or GuardWatch(self._graph, None)
        facts = game.facts()
        frames = [self._start(game, skill, self._make_option(skill), facts)]
        if not self._may_start(frames[0], facts):
            return self._end(game, frames, facts, _unclear(f"{skill} may not start here"))
        while True:
            top = frames[-1]
            self._look(game, top, facts)
            over = game.status is not EndStatus.RUNNING or game.steps >= until
            if over or self._has_ended(top, facts):
                execution = self._end(game, frames, facts, self._verdict(game, top, facts, until))
                while frames and (over or not self._may_resume(frames[-1], facts)):
                    execution = self._abandon(game, frames, facts, until)
                if not frames:
                    return execution
            elif not self._pre_empt(game, frames, facts):
                game.step(top.option.act(game))
                top.used += 1
                top.views.look(game, top.used)
                facts = game.facts()

    def _start(self, game: Game, skill: str, option: Option, facts: Facts) -> _Frame:
        self._on_event(SkillStarted(env_step=game.steps, skill=skill))
        watch = self._looking.watch(skill) if self._looking else None
        wanted = self._judge_of(watch)
        views = Views(
            captions=wanted.wants_captions, frames=wanted.wants_frames, screens=wanted.wants_screens
        )
        views.look(game, 0)
        if watch is not None:
            watch.begin(facts)
        return _Frame(skill, option, facts, self._graph.step_cap(skill), views, watch)

    def _judge_of(self, watch: Watch | None) -> Judge:
        """Who judges an execution."""
        return self._judge if watch is None else watch.looking.judge

    def _look(self, game: Game, frame: _Frame, facts: Facts) -> None:
        """Have a judge look at an execution that goes on, if something that the player sees has changed."""
        watch = frame.watch
        if watch is None or watch.settled or game.status is not EndStatus.RUNNING:
            return
        if watch.due(facts, frame.used):
            watch.note(self._ask(game, frame, facts, game.status, over=False))

    def _has_ended(self, frame: _Frame, facts: Facts) -> bool:
        return (
            self._reached(frame, facts)
            or frame.used >= frame.cap
            or (frame.used > 0 and self._should_stop(frame, facts))
        )

    def _should_stop(self, frame: _Frame, facts: Facts) -> bool:
        """Whether the skill gives up, or its code fails."""
        try:
            return frame.option.should_stop(frame.before, facts, frame.used)
        except CodeRejected as error:
            frame.fault = str(error)
            return True

    def _may_start(self, frame: _Frame, facts: Facts) -> bool:
        """Whether the skill can start, or go on; it cannot where its code fails."""
        try:
            return frame.option.may_start(facts)
        except CodeRejected as error:
            frame.fault = str(error)
            return False

    def _reached(self, frame: _Frame, facts: Facts) -> bool:
        if frame.watch is not None:
            return frame.watch.settled is not None
        obtains = self._graph.belief(frame.skill).obtains
        return bool(obtains) and reached(obtains, self._graph.kinds, frame.before, facts)

    def _pre_empt(self, game: Game, frames: list[_Frame], facts: Facts) -> bool:
        """Start the skill that a guard asks for, if it may start."""
        skill = self._watch.check(facts, game.steps, [frame.skill for frame in frames])
        if skill is None:
            return False
        option = self._make_option(skill)
        if not may_start(option, facts):
            self._watch.ended(skill, game.steps, success=False)
            return False
        frames[-1].interrupted_by = skill
        self._on_event(GuardPreempted(env_step=game.steps, skill=skill, interrupted=frames[-1].skill))
        frames.append(self._start(game, skill, option, facts))
        return True

    def _may_resume(self, frame: _Frame, facts: Facts) -> bool:
        """Whether an interrupted skill can continue; one whose effects came true meanwhile ends by itself."""
        if self._reached(frame, facts):
            return True
        return not lacking(self._graph.belief(frame.skill).needs, facts) and self._may_start(frame, facts)

    def _verdict(self, game: Game, frame: _Frame, facts: Facts, until: float) -> Verdict:
        status = game.status
        if status is EndStatus.RUNNING and game.steps >= until and frame.used < frame.cap:
            status = EndStatus.TIME_LIMIT
        if frame.watch is None:
            return self._ask(game, frame, facts, status, over=True)
        if frame.watch.settled is not None:
            return frame.watch.settled
        if status is EndStatus.DEATH:
            return Verdict(outcome="not_done", reason="the player died", judge="executor")
        verdict = self._ask(game, frame, facts, status, over=True)
        if verdict.outcome == "not_done" and status in (EndStatus.TIME_LIMIT, EndStatus.ABORTED):
            return _unclear(f"cut off before it could succeed; {verdict.judge}: {verdict.reason}")
        return verdict

    def _ask(self, game: Game, frame: _Frame, facts: Facts, status: EndStatus, *, over: bool) -> Verdict:
        """Ask the judge; of a skill whose success it sees, facts do not tell it what success brings."""
        watch, graph = frame.watch, self._graph
        frame.views.look(game, frame.used, last=True)
        seen = frame.views.chosen()
        return self._judge_of(watch).judge(
            JudgeTask(
                task=frame.skill,
                obtains={} if watch else graph.belief(frame.skill).obtains,
                kinds=graph.kinds,
                before=frame.before,
                after=facts,
                status=status,
                description=graph.description(frame.skill),
                claim=watch.claim if watch else graph.success_in_words(frame.skill),
                captions=seen.captions,
                frames=seen.frames,
                frame_steps=seen.steps,
                event_frames=seen.events,
                course_seen=seen.course_seen,
                screens=seen.screens,
                key=watch.key if watch else 0,
                over=over,
            )
        )

    def _abandon(self, game: Game, frames: list[_Frame], facts: Facts, until: float) -> Execution:
        """End the innermost skill left, which another had interrupted."""
        frame = frames[-1]
        if self._reached(frame, facts):
            return self._end(game, frames, facts, self._verdict(game, frame, facts, until))
        reason = f"{frame.skill} was given up after {frame.interrupted_by} had interrupted it"
        return self._end(game, frames, facts, _unclear(reason))

    def _end(self, game: Game, frames: list[_Frame], facts: Facts, verdict: Verdict) -> Execution:
        frame = frames.pop()
        if frame.fault:
            verdict = _unclear(f"the code of {frame.skill} failed: {frame.fault}")
        execution = Execution(
            skill=frame.skill,
            verdict=verdict,
            env_steps=frame.used,
            before=frame.before,
            after=facts,
            interrupted_by=frame.interrupted_by,
            fault=frame.fault,
        )
        if frames:
            self._watch.ended(frame.skill, game.steps, verdict.success)
        self._on_result(execution)
        self._on_event(SkillEnded.of(execution, self._graph.kinds, game.steps))
        return execution


def may_start(option: Option, facts: Facts) -> bool:
    """Whether an option can start; it cannot where its code fails."""
    try:
        return option.may_start(facts)
    except CodeRejected:
        return False


def _unclear(reason: str) -> Verdict:
    return Verdict(outcome="unclear", reason=reason, judge="executor")
