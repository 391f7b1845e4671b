"""In the place of the package's player: a block world of its own, and a task that is done when told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.package.observed import Seen
from envs.minecraft.wire.block_world import NAME, BlockWorldEngine
from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.engine import Observation
from envs.minecraft.wire.mission import Mission


class ScriptedPackage:
    """Answers as `PackagePlayer` does.

    Args:
        done: whether the task is done, by what is seen.
        says: a line of chat that the task says with a tick, 0 for the beginning.
        name: what the engine calls itself.
        breaks_at: the tick at which it breaks; 0 for none.
    """

    def __init__(
        self,
        done: Callable[[Observation], bool] = lambda seen: False,
        says: Mapping[int, str] | None = None,
        name: str = NAME,
        breaks_at: int = 0,
    ) -> None:
        self._engine = BlockWorldEngine()
        self._done, self._says, self._name, self._breaks_at = done, says or {}, name, breaks_at
        self.said: list[Commands] = []
        self.began: list[tuple[str, int, Mapping[str, Any] | None]] = []

    def begin(self, task: str, seed: int, settings: Mapping[str, Any] | None = None) -> Seen:
        """Begin an episode."""
        self.began.append((task, seed, settings))
        self.said.clear()
        mission = Mission(seed=str(seed))
        self._engine.reset(mission)
        return self._seen(mission=mission, sent=self._spoken(0))

    def tick(self, commands: Commands) -> Seen:
        """Let a tick pass."""
        self.said.append(commands)
        if len(self.said) == self._breaks_at:
            raise PlayerDied("the engine broke in a step: it closed the connection")
        self._engine.step(commands)
        seen = self._engine.observation()
        over = self._done(seen)
        spoken = self._spoken(len(self.said))
        seen = self._engine.observation() if spoken else seen
        return self._seen(
            sent=(commands, *spoken), reward=float(over), done=over or seen.life <= 0, success=over
        )

    def _spoken(self, tick: int) -> tuple[Commands, ...]:
        commands = (Commands(chat=(self._says[tick],)),) if tick in self._says else ()
        for each in commands:
            self._engine.step(each)
        return commands

    def close(self) -> None:
        """Nothing to end."""

    def _seen(self, **more: Any) -> Seen:
        observation = self._engine.observation()
        return Seen(observation=observation, engine=self._name, ticks=len(self.said), masks={}, **more)
