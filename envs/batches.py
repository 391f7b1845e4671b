"""From a task to the batch of games that plays it."""

from __future__ import annotations

from typing import TypeAlias

from envs.batch import GameBatch
from envs.episode import EpisodeTask
from envs.joint import JointTask
from envs.joint_batch import JointBatch
from envs.rollout_arrays import RolloutArrays

BatchTask: TypeAlias = EpisodeTask | JointTask
"""Practice of one skill, or of several together."""


def open_batch(task: BatchTask, arrays: RolloutArrays, first: int = 0) -> GameBatch:
    """The games of a task; see `GameBatch` for the arguments."""
    if isinstance(task, JointTask):
        return JointBatch(task, arrays, first)
    return GameBatch(task, arrays, first)
