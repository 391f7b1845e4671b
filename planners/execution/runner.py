"""Runs one skill in a game, with guards that may interrupt it."""

from __future__ import annotations

import math
from collections.abc import Callable

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.chain import ChainOption, ChainProgress, PartStatus, nothing_left
from planners.execution.events import ChainPartEnded, GuardPreempted, OnEvent, SkillEnded, SkillStarted
from planners.execution.frame import Frame
from planners.execution.guards import GuardWatch
from planners.execution.judge import Judge
from planners.execution.looking import SuccessByLooking
from planners.execution.option import Option, OptionMaker, may_start
from planners.execution.verdicts import Verdicts, part_status, unclear
from planners.plan import Execution, Verdict
from planners.search.skill_table import SkillTable
from skills.errors import CodeRejected
from skills.skill import lacking


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
        self._verdicts = Verdicts(graph, judge)
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
            return self._end(game, frames, facts, unclear(f"{skill} may not start here"))
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

    def _start(self, game: Game, skill: str, option: Option, facts: Facts) -> Frame:
        self._on_event(SkillStarted(env_step=game.steps, skill=skill))
        watch = self._looking.watch(skill) if self._looking else None
        views = self._verdicts.views(skill, watch)
        views.look(game, 0)
        if watch is not None:
            watch.begin(facts)
        chain = ChainProgress(option.parts) if isinstance(option, ChainOption) else None
        return Frame(skill, option, facts, self._graph.step_cap(skill), views, watch, chain=chain)

    def _look(self, game: Game, frame: Frame, facts: Facts) -> None:
        """Have a judge look at an execution that goes on, if something that the player sees has changed."""
        watch = frame.watch
        if watch is None or watch.settled or game.status is not EndStatus.RUNNING:
            return
        if watch.due(facts, frame.used):
            watch.note(self._verdicts.ask(game, frame, facts, game.status, over=False))

    def _count_step(self, game: Game, frames: list[Frame]) -> None:
        """Count a step of the innermost skill, and of the chains that it is a part of."""
        for frame in reversed(frames):
            frame.used += 1
            frame.views.look(game, frame.used)
            if not frame.is_part:
                return

    def _begin_part(self, game: Game, frames: list[Frame], chain: ChainProgress, facts: Facts) -> None:
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

    def _note_part(self, game: Game, owner: Frame, status: PartStatus) -> None:
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

    def _has_ended(self, frame: Frame, facts: Facts) -> bool:
        return (
            self._verdicts.reached(frame, facts)
            or frame.used >= frame.cap
            or (frame.chain is not None and (frame.chain.complete or frame.chain.stuck))
            or (frame.used > 0 and self._should_stop(frame, facts))
        )

    def _should_stop(self, frame: Frame, facts: Facts) -> bool:
        """Whether the skill gives up, or its code fails."""
        try:
            return frame.option.should_stop(frame.before, facts, frame.used)
        except CodeRejected as error:
            frame.fault = str(error)
            return True

    def _may_start(self, frame: Frame, facts: Facts) -> bool:
        """Whether the skill can start, or go on; it cannot where its code fails."""
        try:
            return frame.option.may_start(facts)
        except CodeRejected as error:
            frame.fault = str(error)
            return False

    def _pre_empt(self, game: Game, frames: list[Frame], facts: Facts) -> bool:
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

    def _may_resume(self, frame: Frame, facts: Facts) -> bool:
        """Whether an interrupted skill can continue; one whose effects came true meanwhile ends by itself."""
        if self._verdicts.reached(frame, facts):
            return True
        return not lacking(self._graph.belief(frame.skill).needs, facts) and self._may_start(frame, facts)

    def _close(self, game: Game, frames: list[Frame], facts: Facts, until: float, *, over: bool) -> Execution:
        """End the innermost skill, and those that it had interrupted and that cannot go on.

        A chain whose part has ended goes on by itself, unless the episode is `over`.
        """
        part = frames[-1].is_part
        execution = self._end(game, frames, facts, self._verdicts.of(game, frames[-1], facts, until))
        while frames:
            if part and not over:
                break
            if not part and not over and self._may_resume(frames[-1], facts):
                break
            ended, was_part = frames[-1], part
            part = ended.is_part
            if was_part:
                execution = self._end(game, frames, facts, self._verdicts.of(game, ended, facts, until))
            else:
                execution = self._abandon(game, frames, facts, until)
        return execution

    def _abandon(self, game: Game, frames: list[Frame], facts: Facts, until: float) -> Execution:
        """End the innermost skill left, which another had interrupted."""
        frame = frames[-1]
        if self._verdicts.reached(frame, facts):
            return self._end(game, frames, facts, self._verdicts.of(game, frame, facts, until))
        reason = f"{frame.skill} was given up after {frame.interrupted_by} had interrupted it"
        return self._end(game, frames, facts, unclear(reason))

    def _end(self, game: Game, frames: list[Frame], facts: Facts, verdict: Verdict) -> Execution:
        frame = frames.pop()
        if frame.fault:
            verdict = unclear(f"the code of {frame.skill} failed: {frame.fault}")
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
            self._note_part(game, owner, part_status(verdict))
            if owner.chain is not None and owner.chain.stuck:
                owner.fault = execution.fault
        return execution


def _running(frames: list[Frame]) -> list[str]:
    """What guards are told is under way: the skill that acts for the plan, then the guards' skills."""
    owners = [i for i, frame in enumerate(frames) if not frame.is_part]
    acting = frames[owners[1] - 1] if len(owners) > 1 else frames[-1]
    return [acting.skill, *(frames[i].skill for i in owners[1:])]
