"""Attempts with their pictures, ready to be learned from or judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.plays import Play
from agent.judge_training.replay import Replayer
from agent.judge_training.segments import moments_of, segments_of
from agent.judges.embedded.compare import Attempts
from agent.judges.embedded.sight import CELLS, COLUMNS, ROWS, Truths

HIDDEN_BY = 0.8
"""Share of noise in a cell's picture at night from which on it counts as not visible."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Attempts and their pictures.

    Attributes:
        tiles: uint8[pictures, TILES, TILE_SIZE].
        truths: what they show.
        moments: int64[attempts, MOMENTS], rows of `tiles` in order of time.
        course_seen: bool[attempts].
        episodes: int32[attempts], which episode each is of.
        cuts: str[attempts], how each was cut.
    """

    tiles: NDArray[np.uint8]
    truths: Truths
    moments: NDArray[np.int64]
    course_seen: NDArray[np.bool_]
    episodes: NDArray[np.int32]
    cuts: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.moments)

    def attempts(self) -> Attempts:
        """What really is to be seen."""
        return Attempts(self.truths.sights(), self.moments, self.course_seen)

    def attempts_without_hidden(self) -> Attempts:
        """The same, with nothing at all in cells that the night hides."""
        hidden = hidden_cells(self.truths.daylight)
        sights = self.truths.sights()
        sights.material[hidden] = np.eye(sights.material.shape[2], dtype=np.float32)[0]
        sights.creature[hidden] = np.eye(sights.creature.shape[2], dtype=np.float32)[0]
        return Attempts(sights, self.moments, self.course_seen)


def hidden_cells(daylight: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Cells that noise hides, bool[n, CELLS]; as Crafter draws the night."""
    across, down = np.linspace(-1, 1, COLUMNS + 1), np.linspace(-1, 1, ROWS + 1)
    middle = np.meshgrid((across[1:] + across[:-1]) / 2, (down[1:] + down[:-1]) / 2)
    vignette = 1 - np.exp(-2 * (middle[0] ** 2 + middle[1] ** 2))
    amount = np.clip(1 - daylight / 50, 0, 1)
    hidden: NDArray[np.bool_] = amount[:, None] * vignette.reshape(CELLS) > HIDDEN_BY
    return hidden


def build_bank(plays: Sequence[Play], seed: int, most: int) -> Bank:
    """Play episodes again and cut attempts out of them.

    Args:
        plays: the episodes.
        seed: of the cuts.
        most: attempts of each episode.

    Raises:
        PlayDiverged: an episode does not go as it was recorded.
    """
    replayer = Replayer()
    parts = [_part(replayer, play, i, seed, most) for i, play in enumerate(plays)]
    offsets = np.cumsum([0, *(len(part.tiles) for part in parts)])
    truths = Truths(
        *(np.concatenate([getattr(part.truths, name) for part in parts]) for name in Truths.__slots__)
    )
    return Bank(
        np.concatenate([part.tiles for part in parts]),
        truths,
        np.concatenate([part.moments + at for part, at in zip(parts, offsets, strict=False)]),
        np.concatenate([part.course_seen for part in parts]),
        np.concatenate([part.episodes for part in parts]),
        np.concatenate([part.cuts for part in parts]),
    )


def _part(replayer: Replayer, play: Play, index: int, seed: int, most: int) -> Bank:
    """The attempts of one episode."""
    episode = replayer.watch(play)
    rng = np.random.default_rng((seed, play.seed))
    segments = segments_of(episode, rng, most)
    shown = [moments_of(segment, episode.truths.counts) for segment in segments]
    steps = sorted({step for moments, _ in shown for step in moments})
    drawn = replayer.draw(play, steps)
    row = {step: i for i, step in enumerate(steps)}
    return Bank(
        np.stack([drawn[step] for step in steps]),
        episode.truths[np.array(steps)],
        np.array([[row[step] for step in moments] for moments, _ in shown], np.int64),
        np.array([seen for _, seen in shown]),
        np.full(len(segments), index, np.int32),
        np.array([segment.cut for segment in segments]),
    )
