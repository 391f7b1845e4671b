"""Runs one skill in a game, with guards that may interrupt it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.chain import ChainOption, ChainProgress, PartStatus, nothing_left
from planners.execution.events import ChainPartEnded, GuardPreempted, OnEvent, SkillEnded, SkillStarted
from planners.execution.guards import GuardWatch
from planners.execution.judge import Judge, JudgeTask, SparingJudge
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
        chain: how far it has come, for a chain.
        is_part: whether the skill below it is a chain that executes it as a part.
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
    chain: ChainProgress | None = None
    is_part: bool = False


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

        A chain executes its parts in order, each as a skill of its own: under guards, until its effects are
        reached, it stops, or its cap is over. A part with nothing left to do is skipped; one that fails is
        executed again a few times, where it may start. What interrupts a part does not interrupt the chain.

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
                execution = self._close(game, frames, facts, until, over=over)
                if not frames:
                    return execution
            elif top.chain is not None:
                self._begin_part(game, frames, top.chain, facts)
            elif not self._pre_empt(game, frames, facts):
                game.step(top.option.act(game))
                self._count_step(game, frames)
                facts = game.facts()

    def _start(self, game: Game, skill: str, option: Option, facts: Facts) -> _Frame:
        self._on_event(SkillStarted(env_step=game.steps, skill=skill))
        watch = self._looking.watch(skill) if self._looking else None
        views = self._views(skill, watch)
        views.look(game, 0)
        if watch is not None:
            watch.begin(facts)
        chain = ChainProgress(option.parts) if isinstance(option, ChainOption) else None
        return _Frame(skill, option, facts, self._graph.step_cap(skill), views, watch, chain=chain)

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

    def _count_step(self, game: Game, frames: list[_Frame]) -> None:
        """Count a step of the innermost skill, and of the chains that it is a part of."""
        for frame in reversed(frames):
            frame.used += 1
            frame.views.look(game, frame.used)
            if not frame.is_part:
                return

    def _begin_part(self, game: Game, frames: list[_Frame], chain: ChainProgress, facts: Facts) -> None:
        """Start the next part of the innermost chain, or note why it is not executed."""
        owner, part = frames[-1], chain.part
        belief = self._graph.belief(part)
        if nothing_left(belief.obtains, self._graph.kinds, self._graph.highs, facts):
            self._note_part(game, owner, "skipped")
            return
        option = self._make_option(part)
        if lacking(belief.needs, facts) or not may_start(option, facts):
            self._note_part(game, owner, "not_started")
            return
        frame = self._start(game, part, option, facts)
        frame.is_part, frame.cap = True, min(frame.cap, owner.cap - owner.used)
        frames.append(frame)

    def _note_part(self, game: Game, owner: _Frame, status: PartStatus) -> None:
        if owner.chain is not None:
            position, part = owner.chain.position, owner.chain.part
            owner.chain.note(status)
            event = ChainPartEnded(
                env_step=game.steps,
                chain=owner.skill,
                part=part,
                position=position,
                status=status,
                next_part=owner.chain.part,
            )
            self._on_event(event)

    def _views(self, skill: str, watch: Watch | None) -> Views:
        """What is kept of an attempt for the judge."""
        judge, obtains, claim = self._judge_of(watch), self._graph.belief(skill).obtains, ""
        if watch is not None:
            obtains, claim = {}, watch.claim
        else:
            claim = self._graph.success_in_words(skill)
        if isinstance(judge, SparingJudge) and not judge.must_see(obtains, claim):
            return Views(captions=False, frames=False)
        return Views(captions=judge.wants_captions, frames=judge.wants_frames, screens=judge.wants_screens)

    def _has_ended(self, frame: _Frame, facts: Facts) -> bool:
        return (
            self._reached(frame, facts)
            or frame.used >= frame.cap
            or (frame.chain is not None and (frame.chain.complete or frame.chain.stuck))
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
        skill = self._watch.check(facts, game.steps, _running(frames))
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

    def _close(
        self, game: Game, frames: list[_Frame], facts: Facts, until: float, *, over: bool
    ) -> Execution:
        """End the innermost skill, and those that it had interrupted and that cannot go on.

        A chain whose part has ended goes on by itself, unless the episode is `over`.
        """
        part = frames[-1].is_part
        execution = self._end(game, frames, facts, self._verdict(game, frames[-1], facts, until))
        while frames:
            if part and not over:
                break
            if not part and not over and self._may_resume(frames[-1], facts):
                break
            ended, was_part = frames[-1], part
            part = ended.is_part
            if was_part:
                execution = self._end(game, frames, facts, self._verdict(game, ended, facts, until))
            else:
                execution = self._abandon(game, frames, facts, until)
        return execution

    def _verdict(self, game: Game, frame: _Frame, facts: Facts, until: float) -> Verdict:
        if frame.chain is not None and (verdict := self._chain_verdict(game, frame, frame.chain, facts)):
            return verdict
        status = game.status
        if frame.is_part and frame.cap <= frame.used < self._graph.step_cap(frame.skill):
            status = EndStatus.TIME_LIMIT if status is EndStatus.RUNNING else status  # of its chain
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

    def _chain_verdict(self, game: Game, frame: _Frame, chain: ChainProgress, facts: Facts) -> Verdict | None:
        """What is to be said of a chain whatever the judge says; None where that is for the judge."""
        if chain.stuck and not frame.used:
            return _unclear(f"{frame.skill} may not start here: {chain.sentence()}")
        if chain.unclear and not self._reached(frame, facts):
            return _unclear(f"{frame.skill}: {chain.sentence()}")
        if not (self._graph.belief(frame.skill).obtains or self._graph.success_in_words(frame.skill)):
            return _by_parts(chain, game.status)
        return None

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
        if frames and not frame.is_part:
            self._watch.ended(frame.skill, game.steps, verdict.success)
        self._on_result(execution)
        self._on_event(SkillEnded.of(execution, self._graph.kinds, game.steps))
        if frames and frame.is_part:
            owner = frames[-1]
            self._note_part(game, owner, _part_status(verdict))
            if owner.chain is not None and owner.chain.stuck:
                owner.fault = execution.fault
        return execution


def may_start(option: Option, facts: Facts) -> bool:
    """Whether an option can start; it cannot where its code fails."""
    try:
        return option.may_start(facts)
    except CodeRejected:
        return False


def _running(frames: list[_Frame]) -> list[str]:
    """What guards are told is under way: the skill that acts for the plan, then the guards' skills."""
    owners = [i for i, frame in enumerate(frames) if not frame.is_part]
    acting = frames[owners[1] - 1] if len(owners) > 1 else frames[-1]
    return [acting.skill, *(frames[i].skill for i in owners[1:])]


def _part_status(verdict: Verdict) -> PartStatus:
    return {"done": "done", "not_done": "failed", "unclear": "unclear"}[verdict.outcome]  # type: ignore[return-value]


def _by_parts(chain: ChainProgress, status: EndStatus) -> Verdict:
    """The verdict on a chain of which nothing is known yet that it brings: whether its parts were done."""
    if chain.complete:
        return Verdict(outcome="done", reason=chain.sentence(), judge="parts")
    if status in (EndStatus.ABORTED, EndStatus.TIME_LIMIT) or not (chain.stuck or status is EndStatus.DEATH):
        return _unclear(f"cut off: {chain.sentence()}")
    return Verdict(outcome="not_done", reason=chain.sentence(), judge="parts")


def _unclear(reason: str) -> Verdict:
    return Verdict(outcome="unclear", reason=reason, judge="executor")
