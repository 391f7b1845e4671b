"""How the judge of skills whose success is looked at is made, in whatever process needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final

from agent.errors import AgentError
from agent.judges.by_facts import ByFacts
from agent.judges.deferring import Deferring
from agent.judges.errors import NoJudge
from agent.judges.noisy import NoisyJudge
from agent.judges.opening import EMBEDDED_FOR
from agent.judges.path import JudgingPath
from agent.judges.refit_head import Head
from agent.judges.refitting import Refitted
from agent.judges.spot_checks import SpotChecked
from envs.game import GameSpec
from planners.execution.judge import Judge, JudgeTask
from planners.plan import Verdict

BY_FACTS: Final = "facts"
"""Facts stand in for the judge; for studies."""
EMBEDDED: Final = "embedded"
"""The judge that is shipped."""
SECOND: Final = "second"
"""Folder beside the shipped judge with the weights of the one that checks it."""
SOURCES: Final = (EMBEDDED, BY_FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRecipe:
    """How a judge is made; picklable.

    Attributes:
        source: one of `SOURCES`.
        truths: skill -> what success brings, for `BY_FACTS`.
        false_done: share of failures called done on purpose, for studies.
        missed: share of successes called not done on purpose.
        second_share: share of attempts that a second judge looks at too, where there is one.
        bars: skill -> confidence that a verdict of "done" needs, after the judge was fooled by it.
        heads: skill -> head that was learned after the judge was fooled by it, in place of a bar.
        later_frames: whether attempts that have ended unclear are kept with their pictures, for somebody who
            is asked elsewhere.
        later_screens: the same with the terminal.
        seed: of all draws.
    """

    source: str = EMBEDDED
    truths: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    false_done: float = 0.0
    missed: float = 0.0
    second_share: float = 0.0
    bars: Mapping[str, float] = field(default_factory=dict)
    heads: Mapping[str, Head] = field(default_factory=dict)
    later_frames: bool = False
    later_screens: bool = False
    seed: int = 0

    def make(self, spec: GameSpec) -> Judge:
        """The judge; one that finds everything unclear where it cannot be opened."""
        judge = self._checked(spec)
        if self.later_frames or self.later_screens:
            return Deferring(judge, frames=self.later_frames, screens=self.later_screens)
        return judge

    def _checked(self, spec: GameSpec) -> Judge:
        try:
            judge = self._first(spec)
        except AgentError as error:
            return NobodyLooks(str(error))
        if self.bars or self.heads:
            judge = Refitted(judge, self.bars, self.heads)
        if self.false_done or self.missed:
            judge = NoisyJudge(judge, self.false_done, self.missed, self.seed)
        second = self._second(spec)
        return judge if second is None else SpotChecked(judge, second, self.second_share, self.seed)

    def _first(self, spec: GameSpec) -> Judge:
        if self.source == BY_FACTS:
            return ByFacts(self.truths)
        return _embedded(spec)

    def _second(self, spec: GameSpec) -> Judge | None:
        """The judge of spot checks; None where there is none."""
        if not self.second_share or self.source == BY_FACTS:
            return None
        try:
            return _embedded(spec, SECOND)
        except AgentError:
            return None


class NobodyLooks:
    """Finds every attempt unclear.

    Attributes:
        reason: why nobody looks.
    """

    name = "nobody"
    wants_captions = False
    wants_frames = False
    wants_screens = False

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def judge(self, task: JudgeTask) -> Verdict:
        """Unclear."""
        return Verdict(outcome="unclear", reason=self.reason, judge=self.name, confidence=0.0)


def _embedded(spec: GameSpec, which: str = "") -> Judge:
    """The embedded judge. Raises `AgentError` where it is not to be had."""
    if spec.name not in EMBEDDED_FOR:
        raise NoJudge(f"no embedded judge is shipped for {spec.name}")
    try:
        module = import_module("agent.judges.embedded")
        folder = Path(str(module.__file__)).parent / which if which else None
        judge: Judge = module.EmbeddedJudge.load(folder)
    except (ImportError, AttributeError, TypeError) as error:
        raise AgentError(f"no embedded judge for {spec.name} here: {error}") from error
    return JudgingPath(looking=(judge,))
