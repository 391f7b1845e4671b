"""From a task to the batch of games that plays it."""

from __future__ import annotations

from typing import TypeAlias

from envs.rollout.arrays import RolloutArrays
from envs.rollout.batch import GameBatch
from envs.rollout.episode import EpisodeTask
from envs.rollout.joint import JointTask
from envs.rollout.joint_batch import JointBatch

BatchTask: TypeAlias = EpisodeTask | JointTask
"""Practice of one skill, or of several together."""


def open_batch(task: BatchTask, arrays: RolloutArrays, first: int = 0) -> GameBatch:
    """The games of a task; see `GameBatch` for the arguments."""
    if isinstance(task, JointTask):
        return JointBatch(task, arrays, first)
    return GameBatch(task, arrays, first)
