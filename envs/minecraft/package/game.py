"""Minecraft's game played through the unmodified package `minedojo`, in an engine behind its wire."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, Final

from envs.errors import BadGameOption, BadSnapshot
from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from envs.minecraft.package.engine_choice import EngineChoice
from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.package.mirror import Mirror
from envs.minecraft.package.mirrored_body import MirroredBody, TaskOver
from envs.minecraft.package.place import find_side
from envs.minecraft.package.player import PackagePlayer, View
from envs.minecraft.package.saved import Played, pack, require_same, unpack
from envs.minecraft.package.task import OPEN_ENDED, task_id
from envs.minecraft.refused import Refusals
from envs.minecraft.spec import SPEC
from envs.minecraft.wire.probe import probe

VIEW: Final = View(size=(16, 16), voxels=None, pictures=False)
"""What the package is asked to show: what the player sees is read off the same world in this process."""


class PackageGame(MinecraftGame):
    """The same facts and actions as `MinecraftGame`, where the package says what happened.

    Each tick of each action goes through the package, and the same world is played here beside it: facts,
    encoding, captions and pictures are read off that one, and where the two ever differ, the episode is
    aborted. The package alone says when its task is done.

    Args:
        engine: which engine the package plays in.
        task: id or words of one of the package's tasks; ``open-ended`` for none.
        biome: the biome that all land is of, for no task; empty for all sorts.
        side: folder of the side environment; the usual one when None.

    Raises:
        MissingDependency: there is no side environment, or a broken one, or no engine answers at the port.
        UnknownTask: there is no such task.
        NotObtainable: nobody can do it.
        BadGameOption: there is no such biome, or the task has its own.
    """

    def __init__(
        self, engine: EngineChoice, task: str = OPEN_ENDED, biome: str = "", side: Path | None = None
    ) -> None:
        super().__init__(biome=biome)
        self._task = task_id(task)
        if biome and self._task != OPEN_ENDED:
            raise BadGameOption(
                f"game option 'biome' belongs to no task; {self._task!r} says itself where it takes place"
            )
        self._settings: dict[str, Any] = {}
        if biome:
            self._settings = {"generate_world_type": "specified_biome", "specified_biome": biome}
        self._choice, self._side = engine, find_side(side).folder
        if engine.address is not None:
            probe(engine.address)
        self._player: PackagePlayer | None = None
        self._played = Played(task=self._task, biome=biome)
        self._fault, self._earned = "", 0.0

    @property
    def fault(self) -> str:
        """Why the episode was aborted; empty where it was not."""
        return self._fault

    @property
    def reward(self) -> float:
        """What the package's task has given for the latest step."""
        return self._through.reward - self._earned

    @property
    def task_reward(self) -> float:
        """What it has given so far in the episode."""
        return self._through.reward

    @property
    def _through(self) -> MirroredBody:
        assert isinstance(self._body, MirroredBody)
        return self._body

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names. Raises `PlayerDied` if the package cannot begin it."""
        if self._player is None:
            self._player = PackagePlayer(self._choice, VIEW, side=self._side)
            self._body = MirroredBody(Mirror(self._player))
            self._world = self._body.mirror.world
            self._refusals = Refusals(self._world.record)
        self._through.begin(self._task, seed, self._settings)
        self._played.begin(seed, max_steps)
        self._fault, self._earned = "", 0.0
        self._body.forget()
        self._body.look()
        self._attend(Focus())
        self._moved()
        self._refusals.note = ""
        self._set_progress(SPEC.max_steps if max_steps is None else max_steps)

    def _act(self, action: int) -> None:
        self._played.note(action, self._focus_now)
        self._earned = self._through.reward
        try:
            super()._act(action)
        except TaskOver:
            self._body.look()
            self._moved()
        except PlayerDied as error:
            self._status, self._fault = EndStatus.ABORTED, str(error)
            return
        seen = self._through.seen
        if seen is not None and seen.done:
            self._status = EndStatus.SUCCESS if seen.success else EndStatus.DEATH

    def snapshot(self) -> bytes:
        """How the episode was played so far. Raises `BadSnapshot` where it was aborted."""
        if self._status is EndStatus.ABORTED:
            raise BadSnapshot("an aborted episode of MineDojo cannot be saved; reset the game first")
        return pack(self._played, self._checksum())

    def _checksum(self) -> int:
        self._refresh()
        return zlib.crc32(self._values.tobytes())

    def restore(self, data: bytes) -> None:
        """Return to a snapshot by playing it again, at the cost of its ticks. Raises `BadSnapshot`."""
        played, checksum = unpack(data, self._played)
        self.reset(played.seed, played.limit)
        for action, focus in played.steps:
            self._refresh()
            self._attend(focus)
            self.step(action)
        require_same(checksum, self._checksum())

    def close(self) -> None:
        """End the package, and an engine of ours."""
        if self._player is not None:
            self._player.close()
            self._player = None
