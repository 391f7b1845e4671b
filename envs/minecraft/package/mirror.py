"""The block world played through the package, and the same world here, kept equal tick by tick.

What the package sends to its engine is done here as well, with the task's own commands, such as those that
call up its mobs. So whatever can be read off a block world can be read off one that the package judges; where
the two ever differ, the episode is aborted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.package.observed import Seen
from envs.minecraft.package.player import PackagePlayer
from envs.minecraft.wire.block_world import NAME, BlockWorldEngine
from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.engine import Observation
from envs.minecraft.wire.info import half_turn
from envs.minecraft.world import BlockWorld
from envs.text import brief

COMPARED: Final = ("x", "y", "z", "pitch", "life", "food", "air", "inventory", "biome_id", "nearby_table")
"""What of an observation must be the same after every tick."""


class Mirror:
    """A player of the package whose block world is also here.

    Args:
        player: in the engine ``block-world``.
    """

    def __init__(self, player: PackagePlayer) -> None:
        self._player = player
        self._engine = BlockWorldEngine()

    @property
    def world(self) -> BlockWorld:
        """The world as it is now, to be read; what is done to it goes through `tick`."""
        return self._engine.world

    def begin(self, task: str, seed: int, settings: Mapping[str, Any] | None = None) -> Seen:
        """Begin an episode, as `PackagePlayer.begin`.

        Raises:
            PlayerDied: as there, or the engine is none of ours, or the worlds differ.
        """
        seen = self._player.begin(task, seed, settings)
        if seen.engine != NAME:
            raise PlayerDied(
                f"the engine is {seen.engine or 'Minecraft'!r}; so far the game is played in the block world "
                "alone, since its facts are read off a world of which everything is known"
            )
        assert seen.mission is not None
        self._engine.reset(seen.mission)
        return self._followed(seen)

    def tick(self, commands: Commands) -> Seen:
        """Let one tick pass in both, more where the task does something of its own. Raises `PlayerDied`."""
        return self._followed(self._player.tick(commands))

    def _followed(self, seen: Seen) -> Seen:
        for commands in seen.sent:
            self._engine.step(commands)
        if wrong := differences(seen.observation, self._engine.observation()):
            raise PlayerDied(f"the package shows another world than the one that is played: {wrong}")
        return seen


def differences(through: Observation, directly: Observation) -> str:
    """What differs between an observation through the package and one of the world here; empty for none."""
    pairs = {name: (getattr(through, name), getattr(directly, name)) for name in COMPARED}
    pairs["inventory"] = (list(through.inventory), list(directly.inventory))
    pairs["yaw"] = half_turn(through.yaw), half_turn(directly.yaw)
    wrong = [
        f"{name} {brief(one)} and {brief(other)}" for name, (one, other) in pairs.items() if one != other
    ]
    return "; ".join(wrong)
