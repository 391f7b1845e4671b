"""A training as it is handed to whoever carries it out: this process, or one on another machine."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import ClassVar, Protocol, cast

from skills.training.spec import OnProgress, TrainResult, WantsView


class Assignment(Protocol):
    """What is to be trained, and where its files go; picklable. The same one gives the same weights.

    Attributes:
        trainer: the function that carries it out, as ``module:function``; imported only where that is done,
            because it brings torch.
    """

    trainer: ClassVar[str]

    @property
    def name(self) -> str:
        """What is trained, for messages."""
        ...

    @property
    def work_dir(self) -> Path:
        """Folder of checkpoints, metrics and weights."""
        ...

    @property
    def identity(self) -> str:
        """Hash of what is learned and how; a checkpoint belongs to one identity."""
        ...


def carry_out(
    assignment: Assignment, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
) -> TrainResult:
    """Train in this process; goes on from a checkpoint in the assignment's folder, if there is one.

    Args:
        assignment: what to train.
        on_progress: called after every rollout, in this process; returning False ends the training.
        wants_view: says when `TrainProgress.view` is wanted; never without it.

    Raises:
        As the function that the assignment names.
    """
    module, _, function = assignment.trainer.partition(":")
    train = getattr(importlib.import_module(module), function)
    return cast(TrainResult, train(assignment, on_progress=on_progress, wants_view=wants_view))
