"""Minecraft's game in the block world, which is not Minecraft; see `envs.minecraft.direct`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.base_game import BaseGame
from envs.errors import BadGameOption, did_you_mean
from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.carrying import in_slots
from envs.minecraft.direct import calls, saved
from envs.minecraft.direct.actions import BY_ACTION
from envs.minecraft.direct.body import Body
from envs.minecraft.direct.caption import caption
from envs.minecraft.direct.frontier import REGIONS
from envs.minecraft.direct.kinds import KINDS
from envs.minecraft.refused import Refusals
from envs.minecraft.spec import SPEC
from envs.minecraft.world import BlockWorld, Start
from envs.minecraft.world.tables.biomes import BIOME
from envs.minecraft.world.tables.blocks import STATES
from envs.minecraft.world.tables.parameters import PARAMETERS
from envs.text import brief

TICKS_A_STEP: Final = 40
"""Ticks that an episode may take for each step that it may have."""

_ANYWHERE: Final = Focus()


class MinecraftGame(BaseGame):
    """Minecraft's facts and actions in the block world.

    What `face`, `walk_to`, `mine` and `fight` do depends on what is attended to, which is what `encode` was
    asked for last.

    Args:
        biome: the biome that all land is of, as the registry names it; empty for all sorts.
        carried: items with their counts, carried at the beginning of every episode.

    Raises:
        BadGameOption: there is no such biome, or so much cannot be carried.
    """

    def __init__(self, biome: str = "", carried: Mapping[str, int] | None = None) -> None:
        super().__init__(SPEC, KINDS, REGIONS)
        if biome and biome not in BIOME:
            raise BadGameOption(
                f"game option 'biome' is {brief(biome)}{did_you_mean(biome[:60], BIOME) or ';'} "
                f"expected one of {', '.join(BIOME)}"
            )
        self._start = Start(biome=biome or None, inventory=in_slots(carried or {}))
        self._world = BlockWorld(0, PARAMETERS)
        self._body = Body(self._world)
        self._focus_now = _ANYWHERE
        self._surveyed = False
        self._headed_for: Focus | None = None
        self._refusals = Refusals(self._world.record)

    @property
    def note(self) -> str:
        """What the latest action did not do, and why; empty where there is nothing to say."""
        return self._refusals.note

    @property
    def world(self) -> BlockWorld:
        """The world: for referees only, no agent is shown it."""
        return self._world

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self._world.reset(self._start, seed)
        self._body.forget()
        self._body.look()
        self._attend(_ANYWHERE)
        self._moved()
        self._refusals.note = ""
        self._set_progress(SPEC.max_steps if max_steps is None else max_steps)

    def _attend(self, focus: Focus) -> None:
        kinds, region = self._resolve(focus)
        self._body.wanted[:] = False
        self._body.wanted[kinds] = True
        self._body.region = region
        self._focus_now = focus

    def _moved(self) -> None:
        self._surveyed, self._headed_for = False, None

    def _act(self, action: int) -> None:
        name = SPEC.actions[action]
        self._refusals.before(name)
        BY_ACTION[action](self._body)
        self._refusals.after(name)
        self._body.look()
        self._moved()
        if self._body.is_dead:
            self._status = EndStatus.DEATH
        elif self._body.ticks >= TICKS_A_STEP * self._limit:
            self._status = EndStatus.TIME_LIMIT

    def _survey(self) -> None:
        if not self._surveyed:
            self._body.survey()
            self._surveyed = True

    def _write_facts(self, out: NDArray[np.int32]) -> None:
        self._survey()
        calls.tell_facts(self._body.record, self._body.memories, out)

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input, see `envs.minecraft.direct.encoding`; attends to `focus` from now on."""
        if focus is not self._focus_now and focus != self._focus_now:
            self._attend(focus)
            self._headed_for = None
        self._refresh()
        body = self._body
        if self._headed_for is None:
            body.head()
            self._headed_for = focus
        calls.write_encoding(
            body.record, body.memories, self._values, body.wanted, body.dig, body.drops, body.goal,
            body.headed, out,
        )  # fmt: skip

    def caption(self) -> str:
        """What the player sees, in words; says that it is not Minecraft."""
        aim = self._world.aim()
        faced = aim.mob.replace("_", " ")
        if not faced and aim.block:
            faced = STATES[self._body.state_at(*aim.place)].label
        said = caption(self.facts(), self._world.yaw, faced)
        return f"{said} {self.note[:1].upper()}{self.note[1:]}." if self.note else said

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]``; says that it is not Minecraft."""
        return self._world.frame(*size)

    def snapshot(self) -> bytes:
        """The whole state as bytes that hold no code."""
        focus = self._focus_now
        status = int(self._status)
        progress = saved.Progress(self._limit, self._steps, status, focus.seek, focus.explore, self.note)
        return saved.pack(self._world, self._body.memories, progress)

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot`."""
        state, memories, progress = saved.unpack(data)
        focus = Focus(seek=progress.seek, explore=progress.explore)
        if not set(focus.seek) <= KINDS.keys() or focus.explore not in REGIONS:
            raise saved.SEAL.damaged(f"its focus is {brief(focus)}")
        saved.put_back(self._world, state)
        self._body.remember(memories)
        self._attend(focus)
        self._moved()
        self._refusals.note = progress.note
        self._set_progress(progress.limit, progress.steps, EndStatus(progress.status))

    def close(self) -> None:
        """Nothing to free."""
