"""What the block world is called, and what is played in place of Minecraft under which option."""

from __future__ import annotations

from typing import Final

LABEL: Final = "block world: not Minecraft"
"""What the block world is called wherever it shows."""

DIRECT: Final = "block-world"
"""Engine of the game that plays the block world without the package in between."""

PACKAGED: Final = "minedojo"
"""Engine of the game that plays the block world through the package `minedojo`."""

STAND_INS: Final = {
    "": LABEL,
    DIRECT: LABEL,
    PACKAGED: LABEL,
    "attach": "attached engine: perhaps not Minecraft",
}
"""Engine -> what is played in place of Minecraft; see `envs.game.GameSpec.stand_ins`."""

ENGINES: Final = (
    f"{DIRECT} or {PACKAGED} (the block world, directly or through the package minedojo; not Minecraft), "
    "launch (Minecraft, as MineDojo does it), or attach:HOST:PORT"
)
"""What the option ``engine`` may be."""
