"""Which engine the package plays in: the block world, Minecraft launched, or an engine that listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from envs.errors import BadGameOption, did_you_mean
from envs.minecraft.wire.errors import EngineMissing
from envs.minecraft.wire.probe import Address, read_address
from envs.text import brief

Mode = Literal["block-world", "launch", "attach"]

MODES: Final = ("block-world", "launch", "attach HOST:PORT")
"""What the game's option ``engine`` may be."""

WHAT: Final = "block-world (not Minecraft), launch (Minecraft, as MineDojo does it), or attach HOST:PORT"
"""What the option says of itself."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """An engine.

    Attributes:
        mode: ``block-world``, which comes with Journeyman and is not Minecraft; ``launch``, which has the
            package start Minecraft; ``attach``, to an engine that listens.
        address: where it listens; None for the other two.
    """

    mode: Mode = "block-world"
    address: Address | None = None

    def __str__(self) -> str:
        return self.mode if self.address is None else f"{self.mode} {self.address}"


def read_engine(text: str) -> EngineChoice:
    """The option ``engine`` as people write it.

    >>> str(read_engine("block-world")), str(read_engine("attach 127.0.0.1:9000"))
    ('block-world', 'attach 127.0.0.1:9000')

    Raises:
        BadGameOption: it is none of them.
    """
    words = text.replace("attach:", "attach ").split()
    if words == ["block-world"]:
        return EngineChoice("block-world")
    if words == ["launch"]:
        return EngineChoice("launch")
    if len(words) == 2 and words[0] == "attach":
        try:
            return EngineChoice("attach", read_address(words[1]))
        except EngineMissing as error:
            raise BadGameOption(f"game option 'engine' is {brief(text)}: {error}") from None
    if words == ["attach"]:
        raise BadGameOption(
            f"game option 'engine' is {brief(text)}, which names no port; expected attach:HOST:PORT, such as "
            "attach:localhost:9000"
        )
    hint = did_you_mean(words[0] if words else "", ("block-world", "launch", "attach"))
    raise BadGameOption(f"game option 'engine' is {brief(text)}{hint or ';'} expected {WHAT}")
