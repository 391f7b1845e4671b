"""Attempts of a training, shown to a judge in batches; some of its verdicts are checked with facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.judges.asking_all import judge_all
from agent.judges.draws import attempt_draw
from agent.judges.spot_checks import CONTESTED
from envs.facts import EndStatus, Facts
from envs.game import GameSpec
from envs.registry import game_spec
from envs.rollout.looking import MOST_EVENT_PICTURES, Attempt, Audit, Look
from planners.execution.judge import EventFrame, Judge, JudgeTask
from planners.plan import Verdict
from skills.skill import reached

MOST_AUDITS = 1_000
"""Verdicts kept between two rollouts."""

_LOOKS = {"done": Look.DONE, "not_done": Look.NOT_DONE, "unclear": Look.UNCLEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptJudgeFactory:
    """Makes the judge of a training, in the worker that plays; picklable.

    Attributes:
        open_judge: opens the judge.
        game: registry name.
        skill: the skill's name.
        claim: success in words.
        description: what the skill does.
        truth: facts that success brings, for checks alone; empty where there are none.
        audit_share: share of the verdicts of "done" that are checked with them, 0..1.
        seed: of which ones those are.
    """

    open_judge: Callable[[], Judge]
    game: str
    skill: str
    claim: str
    description: str = ""
    truth: Mapping[str, int]
    audit_share: float = 0.05
    seed: int = 0

    def __call__(self) -> JudgedAttempts:
        """The judge of attempts."""
        return JudgedAttempts(self, self.open_judge(), game_spec(self.game))


class JudgedAttempts:
    """Shows attempts to a judge; see `envs.rollout.looking.AttemptJudge`.

    Args:
        task: what is judged.
        judge: who judges it.
        spec: the game.
    """

    def __init__(self, task: AttemptJudgeFactory, judge: Judge, spec: GameSpec) -> None:
        self._task, self._judge = task, judge
        self._names = [fact.name for fact in spec.facts]
        self._kinds = spec.fact_kinds
        self._audits: list[Audit] = []
        self.picture_size = spec.judged_size if judge.wants_frames else None

    def look(self, attempts: Sequence[Attempt]) -> list[Look]:
        """What each attempt shows."""
        tasks = [self._shown(attempt) for attempt in attempts]
        verdicts = judge_all(self._judge, tasks)
        return [self._noted(*each) for each in zip(attempts, tasks, verdicts, strict=True)]

    def audits(self) -> list[Audit]:
        """The verdicts checked since the last call."""
        audits, self._audits = self._audits, []
        return audits

    def _shown(self, attempt: Attempt) -> JudgeTask:
        pictures = [p for p in (attempt.first, attempt.now) if p is not None]
        return JudgeTask(
            task=self._task.skill,
            description=self._task.description,
            claim=self._task.claim,
            obtains={},
            kinds=self._kinds,
            before=self._facts(attempt.before),
            after=self._facts(attempt.after),
            status=EndStatus(attempt.status),
            frames=tuple(pictures),
            frame_steps=(0, len(attempt.actions))[: len(pictures)],
            event_frames=tuple(EventFrame(step=step, picture=picture) for step, picture in attempt.events),
            course_seen=bool(pictures) and len(attempt.events) < MOST_EVENT_PICTURES,
            key=attempt.key,
            over=attempt.over,
        )

    def _facts(self, values: NDArray[np.int32]) -> Facts:
        return dict(zip(self._names, values.tolist(), strict=True))

    def _noted(self, attempt: Attempt, task: JudgeTask, verdict: Verdict) -> Look:
        """What the verdict shows; some of those that say "done" are checked."""
        look = Look.CONTESTED if verdict.judge == CONTESTED else _LOOKS[verdict.outcome]
        truth = self._truth(task) if look is Look.DONE else None
        if (truth is not None or look is Look.CONTESTED) and len(self._audits) < MOST_AUDITS:
            self._audits.append(
                Audit(key=attempt.key, look=look, truth=truth, start=attempt.start, actions=attempt.actions)
            )
        return look

    def _truth(self, task: JudgeTask) -> bool | None:
        """Whether facts say that it is done; None where there are none, or this one is not checked."""
        truth = self._task.truth
        if not truth or attempt_draw(self._task.seed, "audit", task) >= self._task.audit_share:
            return None
        return reached(truth, self._kinds, task.before, task.after)
