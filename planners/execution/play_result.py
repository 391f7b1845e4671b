"""What executors return: how a play went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from envs.facts import EndStatus, Facts
from planners.plan import Execution, Goal, Outcome

PlayEnd: TypeAlias = Literal["reached", "policy", "episode", "budget", "stuck", "no_plan", "broken"]
"""What ended a play.

- ``reached``: all goals were reached.
- ``policy``: the policy over skills said that it is done.
- ``episode``: the game's episode is over.
- ``budget``: the steps allowed are used up.
- ``stuck``: too many attempts in a row came to nothing.
- ``no_plan``: no plan reaches the goals that are left, and no fallback skill can be run.
- ``broken``: the code of the policy over skills failed.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayResult:
    """How a play went.

    Attributes:
        outcome: done when every goal was reached; unclear when the episode was aborted, when the code of the
            policy over skills failed, and when it ended a task that has no facts to be judged by.
        end: what ended it.
        reason: why, in words.
        env_steps: environment steps taken.
        executions: in the order in which they ended, those of guards and fallbacks included.
        facts: the facts at the end.
        status: how the episode stood at the end.
        goals_reached: goals of a play by plans that were reached, in that order.
        plans: plans made.
        choices: skills that a policy over skills named, in order.
        rescues: fallback skills that the watchdog forced.
    """

    outcome: Outcome
    end: PlayEnd
    reason: str
    env_steps: int
    executions: tuple[Execution, ...]
    facts: Facts
    status: EndStatus
    goals_reached: tuple[Goal, ...] = ()
    plans: int = 0
    choices: tuple[str, ...] = ()
    rescues: int = 0
