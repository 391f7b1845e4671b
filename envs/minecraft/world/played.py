"""What commands and the start need of a world, whoever provides it."""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray

from envs.minecraft.world.start import Start


class Played(Protocol):
    """A world with a player in it."""

    record: NDArray[Any]
    start: Start

    @property
    def position(self) -> tuple[float, float, float]:
        """x, y and z of the player's feet."""

    @property
    def yaw(self) -> float:
        """Degrees."""

    @property
    def pitch(self) -> float:
        """Degrees."""

    def load_land(self) -> None:
        """Load the land around where the player is now."""
