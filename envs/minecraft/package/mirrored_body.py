"""A player's body in a block world that the package plays: every tick goes through the package."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final, cast

from envs.minecraft.direct import calls
from envs.minecraft.direct.body import Body
from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.package.mirror import Mirror
from envs.minecraft.package.observed import Seen
from envs.minecraft.wire.commands import Commands
from envs.minecraft.world import BlockWorld, Controls
from envs.minecraft.world.compiled import player as keys
from envs.minecraft.world.compiled.orders import AIMED, ARRIVED, CLIMB_FROM, HOLE, LEVEL, MIDDLE, TILT
from envs.minecraft.world.tables.items import ITEMS

_NAMES: Final = {
    keys.FORWARD: "forward",
    keys.BACK: "back",
    keys.LEFT: "left",
    keys.RIGHT: "right",
    keys.JUMP: "jump",
    keys.SNEAK: "sneak",
    keys.SPRINT: "sprint",
    keys.ATTACK: "attack",
    keys.USE: "use",
    keys.DROP: "drop",
}
"""Keys of the block world -> those of the package."""


class TaskOver(Exception):
    """The package says that the episode is over; no tick follows."""


class MirroredBody(Body):
    """A body whose ticks are the package's, so that longer actions are carried out through it tick by tick.

    Slots are told by what is in them, as the package's commands do.

    Args:
        mirror: the world here and the package.

    Attributes:
        mirror: the same.
        seen: what the package showed last; None before an episode.
    """

    def __init__(self, mirror: Mirror) -> None:
        super().__init__(mirror.world)
        self.mirror = mirror
        self.seen: Seen | None = None
        self.reward = 0.0
        self.world = cast(BlockWorld, _Making(self))

    def begin(self, task: str, seed: int, settings: dict[str, Any]) -> Seen:
        """Begin an episode of a task of the package. Raises `PlayerDied`."""
        self.reward = 0.0
        self.seen = self.mirror.begin(task, seed, settings)
        return self.seen

    def send(self, commands: Commands) -> None:
        """Let a tick pass.

        Raises:
            TaskOver: the episode is over.
            PlayerDied: the package or the engine broke.
        """
        if self.seen is None:
            raise PlayerDied("no episode of the package was begun")
        if self.seen.done:
            raise TaskOver
        self.seen = self.mirror.tick(commands)
        self.reward += self.seen.reward
        if self.seen.done:
            raise TaskOver

    def tick(self, *held: int, yaw: float = 0.0, pitch: float = 0.0, place: int = -1, ticks: int = 1) -> None:
        """See `Body.tick`."""
        keys_down: dict[str, Any] = {_NAMES[key]: True for key in held}
        held_down = Commands(**keys_down)
        turn = (yaw + 180.0) % 360.0 - 180.0
        self.send(replace(held_down, yaw=turn, pitch=pitch, place=self._item_in(place)))
        for _ in range(ticks - 1):
            self.send(replace(held_down, drop=False))

    def strike(
        self, cell: tuple[int, int, int], state: int, most: int, least_life: float | None = None
    ) -> bool:
        """See `Body.strike`; tick by tick, as `approach`."""
        life = self.life if least_life is None else least_life
        for _ in range(most):
            self.tick(keys.ATTACK)
            if self.state_at(*cell) != state:
                return True
            if self.life < life or self.is_dead or self.faced() != cell:
                return False
        return False

    def approach(self, cell: tuple[int, int, int], most: int, least_life: float) -> bool:
        """See `Body.approach`; the same as `envs.minecraft.world.compiled.orders` has it."""
        for _ in range(most):
            x, y, z = self.place
            dx, dz = cell[0] + 0.5 - x, cell[2] + 0.5 - z
            near, at = max(abs(dx), abs(dz)), math.floor(y + 0.01)
            if near < ARRIVED and abs(y - cell[1]) < LEVEL and (self.on_ground or self.in_water):
                return True
            yaw, _ = self.turn_to(math.degrees(math.atan2(-dx, dz)), 0.0) if near > AIMED else (0.0, 0.0)
            _, pitch = self.turn_to(0.0, TILT)
            held = [keys.FORWARD] if near > (HOLE if cell[1] < at else MIDDLE) else []
            climbs = cell[1] > at and near < CLIMB_FROM
            if self.is_drowning or climbs or (self.in_water and cell[1] >= math.floor(y)):
                held.append(keys.JUMP)
            self.tick(*held, yaw=yaw, pitch=pitch)
            if self.is_dead or self.life < least_life:
                return False
        return False

    def take_tool(self, state: int) -> float:
        """See `Body.take_tool`."""
        slot, ticks, _ = calls.tool_for(self.record, state)
        self.take(int(slot))
        return float(ticks)

    def take(self, slot: int) -> None:
        """See `Body.take`."""
        if slot > 0:
            self.send(Commands(equip=self._item_in(slot)))

    def make(self, controls: Controls) -> None:
        """Craft, smelt or equip, a tick."""
        equip = controls.equip
        self.send(
            Commands(
                craft=controls.craft,
                craft_nearby=controls.craft_nearby,
                smelt_nearby=controls.smelt,
                equip=self._item_in(equip) if isinstance(equip, int) else equip,
            )
        )

    def _item_in(self, slot: int) -> str:
        state = self.record[0]
        if slot < 0 or not state["slot_count"][slot]:
            return ""
        return ITEMS[int(state["slot_item"][slot])]


class _Making:
    """The world as far as longer actions act on it past the keys, done through the package."""

    def __init__(self, body: MirroredBody) -> None:
        self._body, self.record = body, body.record

    def tick(self, controls: Controls) -> None:
        """See `BlockWorld.tick`."""
        self._body.make(controls)

    def load_land(self) -> None:
        """Nothing: land is loaded with every tick."""
