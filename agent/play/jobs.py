"""Pieces of play, and what they led to: reaching states to start from, and trying skills in new states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.play.demonstration import Demonstration
from agent.play.kit import PolicyOverSkills
from envs.game import Focus
from envs.recording.trace import Trace
from envs.rollout.episode import Start
from envs.rollout.view import GameView
from planners.execution.judge import JudgeTask
from planners.plan import Execution


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of play.

    Attributes:
        seed: of the player's own draws and, without `start`, of the episode.
        start: a saved state to begin in.
        goal: facts to plan for and reach; empty for none.
        skill: a skill to execute once afterwards; empty for none.
        guarded: whether guards may interrupt that skill.
        max_steps: steps allowed for `goal` or `policy`.
        policy: a policy over skills to carry out, instead of `goal`.
        by_chance: whether plans may hope for what the game's events may bring.
        own_task: whether `goal` is the level's own task, which is done when the level says so, see
            `GameSpec.own_tasks`; `policy` is carried out first, if there is one.
        finish: actions to take once the facts of `goal` hold, for a task of its own, see `KnownTask.finish`.
        show: width and height of a picture of how it ends, for people who look on, which a worker takes of
            one job every `VIEW_EVERY_S`; None for none.
        witness: whether the pictures are kept that the verdict on `skill` rests on.
        demonstrate: what encodings show the way to, if what the parts of the chain `skill` do is kept.
        watched: whether it is remarked on how the play stands, see `agent.play.watched`.
    """

    seed: int
    start: Start | None = None
    goal: Mapping[str, int] = field(default_factory=dict)
    skill: str = ""
    guarded: bool = True
    max_steps: int = 2_000
    policy: PolicyOverSkills | None = None
    by_chance: bool = False
    own_task: bool = False
    finish: tuple[str, ...] = ()
    demonstrate: Focus | None = None
    show: tuple[int, int] | None = None
    witness: bool = False
    watched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """A state worth starting from.

    Attributes:
        start: the state and the seed of its episode.
        facts: the facts in it.
        label: what had just succeeded.
    """

    start: Start
    facts: Mapping[str, int]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What a job led to.

    Attributes:
        job: the job.
        steps: environment steps played.
        goal_reached: whether `job.goal` held in the end, or `job.policy` did its task; True when nothing was
            asked.
        results: every execution of a skill, in order.
        attempt: the execution of `job.skill`; None if it was not reached.
        states: states after each success, the last one of `goal` included.
        events: what the executors decided on the way, as records for the journal.
        aborted: why the job could not be judged; empty otherwise.
        demonstration: what was seen and done, where `job.demonstrate` asks for it; None otherwise.
        view: how the game stood at the end, where a picture was due; None otherwise.
        witnessed: the first and the last picture of the attempt, of the size that judges are shown, where
            `job.witness` asks for them; empty otherwise.
        unsettled: `attempt` as a judge is shown it, where it is unclear and somebody else may be asked.
        reward: what the game's own task has given in the episode; None for a game that does not say.
        trace: what the episode follows from, to be played again; None where the game does not keep it.
    """

    job: Job
    steps: int = 0
    goal_reached: bool = False
    results: tuple[Execution, ...] = ()
    attempt: Execution | None = None
    states: tuple[SavedState, ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    aborted: str = ""
    reward: float | None = None
    demonstration: Demonstration | None = field(default=None, compare=False, repr=False)
    view: GameView | None = field(default=None, compare=False, repr=False)
    witnessed: tuple[NDArray[np.uint8], ...] = field(default=(), compare=False, repr=False)
    unsettled: JudgeTask | None = field(default=None, compare=False, repr=False)
    trace: Trace | None = field(default=None, compare=False, repr=False)


def request_label(skill: str) -> str:
    """The label of states in which the guard asked for a skill."""
    return f"need {skill}"


def handoff_label(skill: str) -> str:
    """The label of states in which a chain handed over to a skill: the part before it had just succeeded."""
    return f"next {skill}"
