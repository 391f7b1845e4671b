"""How executions of skills ended: what a judge is shown and says, and what is clear without one."""

from __future__ import annotations

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.chain import ChainProgress, PartStatus
from planners.execution.frame import Frame
from planners.execution.judge import Judge, JudgeTask, SparingJudge
from planners.execution.looking import Watch
from planners.execution.views import Views
from planners.plan import Verdict
from planners.search.skill_table import SkillTable
from skills.skill import reached


class Verdicts:
    """Has executions judged.

    Args:
        graph: the skills.
        judge: says whether an execution succeeded, but for skills whose success another one sees.
    """

    def __init__(self, graph: SkillTable, judge: Judge) -> None:
        self._graph = graph
        self._judge = judge

    def views(self, skill: str, watch: Watch | None) -> Views:
        """What is kept of an attempt for the judge."""
        judge, obtains, claim = self._judge_of(watch), self._graph.belief(skill).obtains, ""
        if watch is not None:
            obtains, claim = {}, watch.claim
        else:
            claim = self._graph.success_in_words(skill)
        if isinstance(judge, SparingJudge) and not judge.must_see(obtains, claim):
            return Views(captions=False, frames=False)
        return Views(captions=judge.wants_captions, frames=judge.wants_frames, screens=judge.wants_screens)

    def reached(self, frame: Frame, facts: Facts) -> bool:
        """Whether what the skill is for is there."""
        if frame.watch is not None:
            return frame.watch.settled is not None
        obtains = self._graph.belief(frame.skill).obtains
        return bool(obtains) and reached(obtains, self._graph.kinds, frame.before, facts)

    def of(self, game: Game, frame: Frame, facts: Facts, until: float) -> Verdict:
        """How an execution ended that ends now, or is cut off at the step `until`."""
        if frame.chain is not None and (verdict := self._chain_verdict(game, frame, frame.chain, facts)):
            return verdict
        status = game.status
        if frame.is_part and frame.cap <= frame.used < self._graph.step_cap(frame.skill):
            status = EndStatus.TIME_LIMIT if status is EndStatus.RUNNING else status  # of its chain
        if status is EndStatus.RUNNING and game.steps >= until and frame.used < frame.cap:
            status = EndStatus.TIME_LIMIT
        if frame.watch is None:
            return self.ask(game, frame, facts, status, over=True)
        if frame.watch.settled is not None:
            return frame.watch.settled
        if status is EndStatus.DEATH:
            return Verdict(outcome="not_done", reason="the player died", judge="executor")
        verdict = self.ask(game, frame, facts, status, over=True)
        if verdict.outcome == "not_done" and status in (EndStatus.TIME_LIMIT, EndStatus.ABORTED):
            return unclear(f"cut off before it could succeed; {verdict.judge}: {verdict.reason}")
        return verdict

    def ask(self, game: Game, frame: Frame, facts: Facts, status: EndStatus, *, over: bool) -> Verdict:
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

    def _judge_of(self, watch: Watch | None) -> Judge:
        """Who judges an execution."""
        return self._judge if watch is None else watch.looking.judge

    def _chain_verdict(self, game: Game, frame: Frame, chain: ChainProgress, facts: Facts) -> Verdict | None:
        """What is to be said of a chain whatever the judge says; None where that is for the judge."""
        if chain.stuck and not frame.used:
            return unclear(f"{frame.skill} may not start here: {chain.sentence()}")
        if chain.unclear and not self.reached(frame, facts):
            return unclear(f"{frame.skill}: {chain.sentence()}")
        if not (self._graph.belief(frame.skill).obtains or self._graph.success_in_words(frame.skill)):
            return _by_parts(chain, game.status)
        return None


def part_status(verdict: Verdict) -> PartStatus:
    """How a part of a chain ended."""
    return {"done": "done", "not_done": "failed", "unclear": "unclear"}[verdict.outcome]  # type: ignore[return-value]


def _by_parts(chain: ChainProgress, status: EndStatus) -> Verdict:
    """The verdict on a chain of which nothing is known yet that it brings: whether its parts were done."""
    if chain.complete:
        return Verdict(outcome="done", reason=chain.sentence(), judge="parts")
    if status in (EndStatus.ABORTED, EndStatus.TIME_LIMIT) or not (chain.stuck or status is EndStatus.DEATH):
        return unclear(f"cut off: {chain.sentence()}")
    return Verdict(outcome="not_done", reason=chain.sentence(), judge="parts")


def unclear(reason: str) -> Verdict:
    """The verdict on what nobody can judge."""
    return Verdict(outcome="unclear", reason=reason, judge="executor")
