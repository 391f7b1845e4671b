"""Crafter as a `Game`: one compiled game. `envs.crafter.reference` is what it is compared with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.base_game import BaseGame
from envs.crafter import caption as words
from envs.crafter import tiles
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.encoding import CELL_KINDS, FRONT
from envs.crafter.spec import SPEC
from envs.crafter.survey import KINDS, REGIONS
from envs.facts import EndStatus
from envs.game import Focus
from envs.grid.nearest import offsets
from envs.tiles import TileSet

_ANYWHERE = Focus()


class CrafterGame(BaseGame):
    """Crafter behind the `Game` protocol; see `envs.crafter.spec` for facts and actions."""

    def __init__(self) -> None:
        super().__init__(SPEC, KINDS, REGIONS)
        self._games = CompiledGames(1)
        self._action = np.zeros(1, np.int64)
        self._facts_row = np.zeros((1, len(SPEC.facts)), np.int32)
        self._encoding = np.zeros((1, SPEC.encoding_size), np.float32)
        self._encoded: Focus | None = None
        """What `_encoding` attends to; None where the game has gone on since."""
        self._latest = _ANYWHERE

    @property
    def reward(self) -> float:
        """Crafter's own reward for the last step, for scoring only: no skill is trained on it."""
        return float(self._games.rewards[0])

    @property
    def record(self) -> Any:
        """The whole state, see `envs.crafter.compiled.state`: for referees only, no agent is shown it."""
        return self._games.records[0]

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self._games.reset(0, seed, max_steps)
        self._follow()

    def _follow(self) -> None:
        """Take over how the compiled game stands."""
        record = self._games.records[0]
        self._encoded = None
        self._set_progress(int(record["limit"]), int(record["step"]), EndStatus(record["status"]))

    def _act(self, action: int) -> None:
        self._action[0] = action
        self._games.step(self._action)
        self._encoded = None
        self._status = EndStatus(self._games.status[0])

    def _write_facts(self, out: NDArray[np.int32]) -> None:
        if self._encoded is None:
            self._observe(self._latest)
        out[:] = self._facts_row[0]

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``, see `encoding`."""
        if focus is not self._encoded and focus != self._encoded:
            self._observe(focus)
        out[:] = self._encoding[0]

    def _observe(self, focus: Focus) -> None:
        """Write facts and encoding at once: what is encoded at one step is likely to be at the next."""
        kinds, region = self._resolve(focus)
        self._games.observe(kinds[None], np.array([region]), self._facts_row, self._encoding)
        self._encoded = self._latest = focus

    def caption(self) -> str:
        """What the player sees, in words."""
        facts = self.facts()
        vector = np.zeros(SPEC.encoding_size, np.float32)
        self.encode(_ANYWHERE, vector)
        front = CELL_KINDS[int(vector[FRONT].argmax())]
        player = self._games.records[0]["objects"][0]
        sights = offsets(self._games.nearest, KINDS, int(player["x"]), int(player["y"]))
        return words.caption(facts, front, sights)

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]``."""
        return self._games.frame(0, size)

    def tile_set(self) -> TileSet:
        """The textures that `tiles` names."""
        return tiles.tile_set()

    def tiles(self) -> NDArray[np.uint8]:
        """The picture as numbers of textures, see `envs.tiles`."""
        return tiles.tiles(self.record)

    def snapshot(self) -> bytes:
        """The whole state as bytes that hold no code."""
        return self._games.snapshot(0)

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot`."""
        self._games.restore(0, data)
        self._follow()

    def close(self) -> None:
        """Nothing to free."""
