"""Practice of several skills in one batch of games: within one episode, or each from its own starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from envs.game import Focus, GameSpec
from envs.rollout.episode import EpisodeRule, Starts

EPISODE_OVER = -1
"""What a director returns instead of a skill to end the episode."""

SKILL_SCALE = 3.0
"""Number behind the encoding at the place of the skill that is executed; large, because it is one among the
hundreds of the encoding."""

DRAW_VALUES = 1000
"""Every episode draws a number below this, by which the director may vary."""


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
    """Decides which skill comes next, where one may start and when one gives up; pure functions."""

    def choose(
        self, start: NDArray[np.int32], facts: NDArray[np.int32], last: int, failures: int, draw: int
    ) -> int:
        """The place of the next skill in the task, or `EPISODE_OVER`.

        Args:
            start: facts when the episode began, int32[F].
            facts: facts now, int32[F].
            last: the skill executed just before; `EPISODE_OVER` at first.
            failures: how often in a row it has just failed.
            draw: a number in ``0..DRAW_VALUES - 1``, drawn once per episode.
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


def joint_spec(spec: GameSpec, n_skills: int) -> GameSpec:
    """The game's description with room for the skills behind its encoding, for `VectorGame`."""
    return replace(spec, encoding_size=spec.encoding_size + n_skills)
