"""The guard and the shield of a session: written by the model, kept with the library, dropped on failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.design.code import Designer
from agent.design.effects import SkillClaim
from agent.llm.errors import NoRecordedAnswer, ReplyFault
from agent.play.kit import GuardCode, ShieldCode
from agent.play.load import save_guards
from agent.practice.progress import PracticeProgress
from agent.records.runs import Run
from envs.game import GameSpec
from skills.code.functions import GuardFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected
from skills.store.store import SkillLibrary


class SessionGuard:
    """What must come first in a session, and what must not be done.

    Args:
        library: where both are kept.
        run: the session's record.
        progress: whom to tell.
        sandbox: where the guard runs.
        spec: the game.

    Attributes:
        guard: the guard; an empty one before `write`, and after its code failed.
        shield: the shield; an empty one before `write`.
    """

    def __init__(
        self, library: SkillLibrary, run: Run, progress: PracticeProgress, sandbox: Sandbox, spec: GameSpec
    ) -> None:
        self.guard, self.shield = GuardCode(), ShieldCode()
        self._library = library
        self._run = run
        self._progress = progress
        self._sandbox = sandbox
        self._spec = spec
        self._function: GuardFunction | None = None

    def write(self, designer: Designer, claims: Sequence[SkillClaim]) -> None:
        """Have both written; without a usable answer they stay empty."""
        try:
            self.shield = designer.shield()
            self._run.event("shielded", answer_id=self.shield.answer_id)
        except (ReplyFault, NoRecordedAnswer) as error:
            self._run.event("no_shield", reason=str(error))
            self._progress.note("no usable shield: no action is forbidden")
        try:
            self.guard = designer.guards({claim.task.name: claim.task.description for claim in claims})
        except (ReplyFault, NoRecordedAnswer) as error:
            self._run.event("no_guard", reason=str(error))
            self._progress.note("no usable guard: plans will not be interrupted")
        save_guards(self._library, self.guard, self.shield)
        if self.guard.source:
            self._run.event("guarded", answer_id=self.guard.answer_id, ranking=list(self.guard.ranking))

    def request(self, facts: Mapping[str, int]) -> str:
        """The skill that the guard asks for in this state; empty for none."""
        if not self.guard.source:
            return ""
        if self._function is None:
            names = [fact.name for fact in self._spec.facts]
            self._function = GuardFunction(self._sandbox, self.guard.source, names, self.guard.ranking)
        try:
            return self._function.one(facts)
        except CodeRejected as error:
            self._drop(str(error))
            return ""

    def _drop(self, reason: str) -> None:
        """Go on without a guard whose code fails in play."""
        self.guard, self._function = GuardCode(), None
        save_guards(self._library, self.guard, self.shield)
        self._run.event("no_guard", reason=reason)
        self._progress.note("the guard's code fails: plans are not interrupted any more")
