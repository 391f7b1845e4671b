"""Episodes as seeds and actions, which rebuild every picture exactly."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from envs.disk import Written
from skills.files import write_atomically


@dataclass(frozen=True, slots=True)
class Play:
    """One episode.

    Attributes:
        seed: of the world.
        actions: uint8[steps].
    """

    seed: int
    actions: NDArray[np.uint8]


def save_plays(path: Path, plays: Sequence[Play]) -> None:
    """Write episodes into one file. Raises `OSError`."""
    content = io.BytesIO()
    np.savez_compressed(
        content,
        seeds=np.array([play.seed for play in plays], np.int64),
        lengths=np.array([len(play.actions) for play in plays], np.int32),
        actions=np.concatenate([play.actions for play in plays] or [np.zeros(0, np.uint8)]),
    )
    write_atomically(path, content.getvalue(), Written.TRAINING)


def load_plays(path: Path) -> list[Play]:
    """Read what `save_plays` wrote. Raises `OSError`, `ValueError`."""
    with np.load(path, allow_pickle=False) as file:
        parts = np.split(file["actions"], np.cumsum(file["lengths"])[:-1])
        return [Play(int(seed), part) for seed, part in zip(file["seeds"], parts, strict=True)]
