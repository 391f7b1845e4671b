"""The reward of a step by preferences: thresholded, and smaller for repeated events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.fact_changes import FactChanges
from envs.game import GameSpec
from skills.code.row_memo import RowMemo
from skills.errors import PolicyMismatch
from skills.rewards.preference_model import PreferenceModel

REWARD_SCALE = 0.1
COUNT_EXPONENT = 3
"""Source of both: the training code of MaestroMotif and Motif."""
MEMO_ROWS = 20_000
"""Different events remembered."""
QUANTILE_PERCENT = 85
"""Percentage of the distinct events below which nothing is paid. Source: MaestroMotif."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceTerm:
    """A reward learned from preferences, as part of a skill's reward; picklable.

    Attributes:
        model: the reward.
        alone: whether it replaces the designed reward; else both are added.
        quantile: percentage of the distinct events below which nothing is paid, 5 to 95 by 5.
        scale: of the reward, > 0.
    """

    model: PreferenceModel
    alone: bool = False
    quantile: int = QUANTILE_PERCENT
    scale: float = REWARD_SCALE


class PreferenceReward:
    """``scale * r * 1[r > eps] / N^3`` with r the normalised preference and N how often it happened.

    N comes from facts alone, so that rewards stay pure: an event has happened no more often in the episode
    than any of the counters that rose in the step, so N is one more than the least rise of these counters
    between the episode's start and the step. With a counter of `GameSpec.once_only` N is one. Events without
    a counter, such as a rise of hit points, pay nothing, because they could be repeated by losing them first.

    Args:
        model: what is preferred.
        spec: the game.
        quantile: percentage of the distinct events below which nothing is paid, 5 to 95 by 5.
        scale: of the reward, > 0.

    Raises:
        PolicyMismatch: the model is of another game, or uses facts whose changes this one does not tell.
    """

    def __init__(
        self,
        model: PreferenceModel,
        spec: GameSpec,
        quantile: int = QUANTILE_PERCENT,
        scale: float = REWARD_SCALE,
    ) -> None:
        changes = FactChanges(spec)
        told = {channel.fact: i for i, channel in enumerate(changes.channels)}
        unknown = sorted(set(model.channels) - set(told))
        if model.game != spec.name or unknown:
            raise PolicyMismatch(
                f"the preferences of {model.skill} are of game {model.game!r} and look at "
                f"{', '.join(unknown) or 'nothing unknown'}; this is {spec.name!r}, where such changes are "
                "not told: ask for preferences again"
            )
        self._model, self._changes, self._scale = model, changes, scale
        self._threshold = model.threshold(quantile)
        self._memo: RowMemo[float] = RowMemo(MEMO_ROWS)
        self._told = np.array([told[fact] for fact in model.channels], np.intp)
        events = [i for i, c in enumerate(changes.channels) if spec.fact_kinds[c.fact] == "event"]
        self._counters = np.array(events, np.intp)
        self._counter_facts = np.array([spec.fact_index[changes.channels[i].fact] for i in events], np.intp)
        self._once_only = np.array([changes.channels[i].fact in spec.once_only for i in events], np.bool_)

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n]; see `skills.rewards.reward.Reward`."""
        rewards = np.zeros(len(before), np.float32)
        signs = self._changes.signs(before, after)
        rows = np.flatnonzero((signs[:, self._counters] > 0).any(axis=1))
        if not len(rows):
            return rewards
        value = self._values(signs[rows][:, self._told])
        paid = value > self._threshold
        rows, value = rows[paid], value[paid]
        times = self._times(signs[rows], before[rows], start[rows])
        rewards[rows] = self._scale * value / times.astype(np.float32) ** COUNT_EXPONENT
        return rewards

    def _values(self, signs: NDArray[np.int8]) -> NDArray[np.float32]:
        """Normalised preferences float32[n], cached because the same few events occur often."""
        known = self._memo.results(signs.astype(np.int32), lambda new: self._model.normalised(new).tolist())
        return np.array(known, np.float32)

    def _times(
        self, signs: NDArray[np.int8], before: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """N of each row, int32[n], this time included; a counter rose in every row."""
        had = before[:, self._counter_facts] - start[:, self._counter_facts]
        had[:, self._once_only] = 0
        had = np.where(signs[:, self._counters] > 0, had, np.iinfo(np.int32).max - 1)
        return np.asarray(np.maximum(had.min(axis=1), 0) + 1, np.int32)
