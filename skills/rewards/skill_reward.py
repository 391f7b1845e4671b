"""The reward that a skill is trained on: designed or by preference, a success bonus, a penalty per step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from envs.game import GameSpec
from skills.code.functions import RewardFunction
from skills.code.sandbox import Sandbox
from skills.rewards.code import CodeReward
from skills.rewards.event import EventReward
from skills.rewards.preference import PreferenceReward, PreferenceTerm
from skills.rewards.reward import Reward
from skills.skill import Skill


class RewardWeights(Protocol):
    """Weights of the parts of a reward; `skills.training.config.PPOConfig` has them."""

    @property
    def success_bonus(self) -> float:
        """Reward for reaching the effects."""

    @property
    def shaping_weight(self) -> float:
        """Weight of the designed reward."""

    @property
    def step_penalty(self) -> float:
        """Subtracted per step, >= 0."""


def skill_reward(
    skill: Skill,
    game: GameSpec,
    sandbox: Sandbox,
    weights: RewardWeights,
    preference: PreferenceTerm | None = None,
    *,
    judged: bool = False,
) -> Reward:
    """The reward of a skill's transitions; `SkillVecEnv` subtracts the penalty of failures.

    Args:
        skill: its effects and its reward code count.
        game: the game's description.
        sandbox: where the code runs.
        weights: of the parts.
        preference: a reward learned from preferences, added to the code or instead of it.
        judged: whether a judge says what has succeeded; `SkillVecEnv` adds the bonus for its verdicts then.

    Raises:
        CodeRejected: the code cannot be loaded.
        PolicyMismatch: the preferences are of another game.
    """
    parts: list[tuple[float, Reward]] = []
    if not judged:
        parts.append((weights.success_bonus, EventReward(skill.effects.obtains, game)))
    if preference is not None:
        learned = PreferenceReward(preference.model, game, preference.quantile, preference.scale)
        parts.append((1.0, learned))
    if skill.reward.strip() and not (preference is not None and preference.alone):
        designed = RewardFunction(sandbox, skill.reward, tuple(game.fact_index))
        parts.append((weights.shaping_weight, CodeReward(designed)))
    return CombinedReward(parts, weights.step_penalty)


class CombinedReward:
    """Weighted sum of rewards, less a constant per step.

    Args:
        parts: pairs of weight and reward.
        step_penalty: subtracted from every transition, >= 0.
    """

    def __init__(self, parts: Sequence[tuple[float, Reward]], step_penalty: float) -> None:
        if step_penalty < 0:
            raise ValueError(
                f"step_penalty is {step_penalty!r}; it is subtracted, so it must not be negative"
            )
        self._parts = tuple(parts)
        self._step_penalty = step_penalty

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n]; see `skills.rewards.reward.Reward`."""
        total = np.full(len(before), -self._step_penalty, np.float32)
        for weight, reward in self._parts:
            total += np.float32(weight) * reward.batch(before, after, start)
        return total
