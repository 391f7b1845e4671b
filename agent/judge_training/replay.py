"""Episodes played again: what is visible at every step, and pictures where they are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.plays import Play
from agent.judges.embedded.picture import tiles_of
from agent.judges.embedded.sight import COLUMNS, COUNTED, ROWS, Truths
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.spec import ACHIEVEMENTS, SPEC
from envs.facts import EndStatus

_FACING = {(-1, 0): 0, (1, 0): 1, (0, -1): 2, (0, 1): 3}


class PlayDiverged(Exception):
    """An episode does not go as it was recorded: the game is another one, or the record is damaged."""


@dataclass(frozen=True, slots=True)
class Episode:
    """What is visible in an episode.

    Attributes:
        play: the episode.
        truths: of the start and of every step, steps + 1 rows.
        did: int32[steps + 1, achievements], how often each was reached so far.
    """

    play: Play
    truths: Truths
    did: NDArray[np.int32]


class Replayer:
    """Plays episodes again."""

    def __init__(self) -> None:
        self._games = CompiledGames(1)

    def watch(self, play: Play) -> Episode:
        """What is visible at every step. Raises `PlayDiverged`."""
        rows = [self._begin(play)]
        for action in play.actions:
            rows.append(self._step(play, int(action)))
        seen, did = zip(*rows, strict=True)
        columns = [np.stack(column) for column in zip(*seen, strict=True)]
        return Episode(play, Truths(*columns), np.stack(did))

    def draw(self, play: Play, steps: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
        """The tiles of some moments, uint8[TILES, TILE_SIZE] by step. Raises `PlayDiverged`."""
        wanted = set(steps)
        self._begin(play)
        drawn = {0: self._tiles()} if 0 in wanted else {}
        for step, action in enumerate(play.actions, 1):
            self._step(play, int(action))
            if step in wanted:
                drawn[step] = self._tiles()
        return drawn

    def _tiles(self) -> NDArray[np.uint8]:
        return tiles_of(self._games.frame(0, (72, 72)))

    def _begin(self, play: Play) -> tuple[tuple[Any, ...], NDArray[np.int32]]:
        self._games.reset(0, play.seed, SPEC.max_steps)
        return self._look()

    def _step(self, play: Play, action: int) -> tuple[tuple[Any, ...], NDArray[np.int32]]:
        status = EndStatus(int(self._games.status[0]))
        if status is not EndStatus.RUNNING:
            raise PlayDiverged(
                f"the episode of seed {play.seed} ended with {status.name} before all {len(play.actions)} "
                "actions were taken; it was recorded with another version of the game, or is damaged"
            )
        self._games.step(np.array([action]))
        return self._look()

    def _look(self) -> tuple[tuple[Any, ...], NDArray[np.int32]]:
        game = self._games.records[0]
        x, y = int(game["objects"][0]["x"]), int(game["objects"][0]["y"])
        seen = (
            _window(game["seen"], x, y),
            _window(game["creatures"], x, y),
            game["inventory"][: len(COUNTED)].astype(np.uint8),
            np.uint8(game["sleeping"]),
            np.uint8(int(100 * float(game["daylight"]))),
            np.uint8(_FACING[int(game["facing_x"]), int(game["facing_y"])]),
        )
        return seen, game["achievements"][: len(ACHIEVEMENTS)].astype(np.int32)


def _window(cells: NDArray[np.uint8], x: int, y: int) -> NDArray[np.uint8]:
    """The cells in view, row by row; 0 outside the world."""
    padded = np.pad(cells, ((COLUMNS // 2,) * 2, (ROWS // 2,) * 2))
    view: NDArray[np.uint8] = padded[x : x + COLUMNS, y : y + ROWS].T.reshape(-1)
    return view
