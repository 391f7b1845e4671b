"""Several skills practised in one batch of games: together inside an episode, or each from its own starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from envs.game import Focus, Game, GameSpec
from envs.rollout.episode import EpisodeRule, Starts

EPISODE_OVER = -1
"""What a director returns instead of a skill when the episode has served its purpose."""

SKILL_SCALE = 3.0
"""What stands behind the encoding for the skill that is executed: one number that says what to do must not be
lost among hundreds that say what is seen."""

DRAWS = 1000
"""The number that is drawn for every episode, for the director to vary by, lies below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillPractice:
    """One of the skills.

    Attributes:
        focus: what its encoding attends to.
        rule: when an execution of it has succeeded, and when it is cut off.
        starts: where it is practised from when it is practised alone.
    """

    focus: Focus
    rule: EpisodeRule
    starts: Starts


class Director(Protocol):
    """Decides which skill comes next, where one may start and when one gives up. Pure."""

    def choose(
        self, start: NDArray[np.int32], facts: NDArray[np.int32], last: int, failures: int, draw: int
    ) -> int:
        """The place of the next skill in the task, or `EPISODE_OVER`.

        Args:
            start: facts when the episode began, int32[F].
            facts: facts now, int32[F].
            last: the skill executed just before; `EPISODE_OVER` at first.
            failures: how often in a row it has just failed.
            draw: a number in ``0..DRAWS - 1``, drawn anew for every episode.
        """
        ...

    def may_start(self, skill: int, facts: NDArray[np.int32]) -> bool:
        """Whether a skill can start where the facts ``int32[F]`` hold."""
        ...

    def should_stop(
        self,
        skill: int,
        start: NDArray[np.int32],
        facts: NDArray[np.int32],
        steps: NDArray[np.int32],
    ) -> NDArray[np.bool_]:
        """Where executions give up: ``int32[n, F], int32[n, F], int32[n] -> bool[n]``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTask:
    """Everything a worker needs to practise several skills; picklable.

    What `envs.rollout.arrays` calls an episode is one execution of one skill here: it begins when the skill
    is chosen and ends with it, and `RolloutArrays.continues` tells where the game's own episode went on.
    Encodings are the game's own, followed by `SKILL_SCALE` for the skill executed and zeros for the others.

    Attributes:
        make_game: builds one game.
        skills: what is practised; the place of a skill in here stands for it.
        director: builds the policy over skills and the options' functions inside the worker.
        starts: where episodes start when skills are practised together. None practises them alone: game
            ``i`` of all games practises skill ``i % len(skills)`` only, from that skill's own starts.
        episode_steps: after so many steps an episode is not gone on with, once the execution under way has
            ended; None leaves it to the game. A time limit of the game's own would cut executions short, and
            would be part of every state that is kept.
        seed: root of all draws; the n-th game's draws depend on it and on n alone.
        stop_every: terminations are looked at after every so many steps of the batch, >= 1.
        passed_on: errors that are raised as they are, besides `GameError`; others become `WorkerDied`.
        keep_final_states: most states of success that each worker keeps per rollout.
    """

    make_game: Callable[[], Game]
    skills: tuple[SkillPractice, ...]
    director: Callable[[], Director]
    starts: Starts | None
    seed: int
    episode_steps: int | None = None
    stop_every: int = 1
    passed_on: tuple[type[Exception], ...] = ()
    keep_final_states: int = 0

    def __post_init__(self) -> None:
        if not self.skills:
            raise ValueError("there is no skill to practise; a joint task has at least one")
        if self.stop_every < 1:
            raise ValueError(f"stop_every is {self.stop_every}; expected at least 1")


def joint_spec(spec: GameSpec, n_skills: int) -> GameSpec:
    """The game's description with room for the skills behind its encoding, for `VectorGame`."""
    return replace(spec, encoding_size=spec.encoding_size + n_skills)
