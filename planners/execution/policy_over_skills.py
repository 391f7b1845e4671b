"""Carries out a policy over skills in a game: it names a skill, the skill runs, it names the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.events import WatchdogGaveUp
from planners.execution.option import may_start
from planners.execution.play_result import PlayResult
from planners.execution.skill_executor import Play, SkillExecutor
from planners.execution.watchdog import Patience, Watchdog, failures_after
from planners.plan import Outcome
from skills.errors import CodeRejected
from skills.skill import lacking

MAX_POLICY_ERRORS = 3
"""Errors in the code of the policy over skills that end the play; before, a fallback skill runs instead."""


class SkillChooser(Protocol):
    """The signature of `skills.code.policy_code.PolicyOverSkillsFunction.one`."""

    def __call__(self, start: Facts, facts: Facts, last: str, failures: int) -> str:
        """The next skill, or ``""`` when it is done. Raises `CodeRejected`."""
        ...


@dataclass(slots=True, kw_only=True)
class _PolicyPlay(Play):
    """A play under a policy over skills.

    Attributes:
        choose: the policy over skills.
        start: the facts at the start.
        watchdog: notices when executions lead to nothing.
        last: the skill executed last.
        failures: skill -> how often in a row it failed.
        choices: skills that the policy over skills named.
        errors: errors in its code.
        rescues: fallback skills that were forced.
    """

    choose: SkillChooser
    start: Facts
    watchdog: Watchdog
    last: str = ""
    failures: dict[str, int] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)
    errors: int = 0
    rescues: int = 0


@dataclass(eq=False, repr=False, kw_only=True)
class PolicyOverSkillsExecutor(SkillExecutor):
    """Carries out policies over skills.

    A skill that fails, may not start or is not available is first reported to the policy over skills, as
    `failures`. When it keeps naming such skills, or its skills lead to nothing, fallback skills run instead,
    in turn; when these do not help either, the play ends.

    Args:
        patience: when a fallback skill is forced, and when the play ends.

    See `SkillExecutor` for the other arguments.
    """

    patience: Patience = field(default_factory=Patience)

    def run(
        self,
        game: Game,
        choose: SkillChooser,
        goal: Mapping[str, int] | None = None,
        *,
        max_steps: int | None = None,
    ) -> PlayResult:
        """Play until the policy over skills or the watchdog ends it, or the episode or the budget is over.

        Args:
            game: a running game.
            choose: the policy over skills; it decides when to end.
            goal: facts that tell afterwards whether the task was done.
            max_steps: environment steps after which to stop.
        """
        until, start = self._begin(game, max_steps), game.facts()
        watchdog = Watchdog(game.spec.facts, self.patience)
        watchdog.begin(start)
        play = _PolicyPlay(
            game=game, begin=game.steps, until=until, choose=choose, start=start, watchdog=watchdog
        )
        while not play.reason:
            play.stop_on_time()
            if play.reason:
                break
            complaint = watchdog.complaint
            if not complaint:
                self._advance(play)
            elif not self._rescue(play, complaint):
                self._emit(WatchdogGaveUp(env_step=game.steps, reason=play.reason))
        return self._judged(play, goal or {})

    def _advance(self, play: _PolicyPlay) -> None:
        """Run what the policy over skills names; end the play when it is done or its code keeps failing."""
        try:
            skill = play.choose(play.start, play.game.facts(), play.last, play.failures.get(play.last, 0))
        except CodeRejected as error:
            play.errors += 1
            if play.errors >= MAX_POLICY_ERRORS or not self._rescue(play, f"the policy failed: {error}"):
                play.stop("broken", f"the policy's code failed in play: {error}")
            return
        if not skill:
            play.stop("policy", "the policy is done")
            return
        play.choices.append(skill)
        self._execute(play, skill)

    def _execute(self, play: _PolicyPlay, skill: str) -> None:
        """Run one skill and note its outcome; one that is not available fails without a step."""
        before = play.game.steps
        success: bool | None = False
        if skill in self.graph and self.graph.available(skill):
            success = self._run(play, skill).verdict.success
        steps = play.game.steps - before
        play.failures = failures_after(play.failures, skill, success, steps)
        play.last = skill
        play.watchdog.note(skill, play.game.facts(), success=success, steps=steps)

    def _rescue(self, play: _PolicyPlay, complaint: str) -> bool:
        """Force a fallback skill. False, with the play ended, when there is none or they did not help."""
        facts = play.game.facts()
        useful = play.watchdog.rescue()
        ready = [
            skill
            for skill in self.fallbacks
            if self._ready(skill, facts) and may_start(self.make_option(skill), facts)
        ]
        if not useful or not ready:
            tried = f", nor did {', '.join(ready)} help" if ready else ", and no other skill may start"
            play.stop("stuck", f"{complaint}{tried}")
            return False
        others = [skill for skill in ready if skill != play.last] or ready
        skill = others[play.rescues % len(others)]
        play.rescues += 1
        self._emit_fallback(play, skill, complaint)
        self._execute(play, skill)
        return True

    def _judged(self, play: _PolicyPlay, goal: Mapping[str, int]) -> PlayResult:
        status = play.game.status
        short = lacking(goal, play.game.facts())
        outcome: Outcome = "not_done" if short else "done"
        if short and play.end == "policy":
            play.reason += ", and yet missing: " + ", ".join(f"{fact} {n}" for fact, n in short.items())
        if status is EndStatus.SUCCESS:
            outcome = "done"
        elif status is EndStatus.ABORTED or (play.end == "broken" and outcome != "done"):
            outcome = "unclear"
        elif not goal:
            outcome = "unclear" if play.end == "policy" else "not_done"
        return self._result(play, outcome, choices=play.choices, rescues=play.rescues)
