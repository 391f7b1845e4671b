"""What blocks are made of: the answers that 1.11.2's materials give, by kind of material."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from envs.minecraft.world.tables.figures import parsed_rows


@dataclass(frozen=True, slots=True)
class Material:
    """One kind of material.

    Attributes:
        name: our name for it.
        collides: whether bodies stop at it.
        hides: whether a whole block of it lets no light through.
        tool_not_required: `Material.isToolNotRequired`.
        blocks_movement: `Material.blocksMovement`.
        liquid: `Material.isLiquid`.
        solid: `Material.isSolid`.
        burns: `Material.getCanBurn`.
        blocks_light: `Material.blocksLight`; not the same as `hides`.
        replaced: whether another block can be put in its place.
    """

    name: str
    collides: bool
    hides: bool
    tool_not_required: bool
    blocks_movement: bool
    liquid: bool
    solid: bool
    burns: bool
    blocks_light: bool
    replaced: bool


_TABLE: Final = """
air      |   |   | t |   |   |   |   |   | r
ground   | c | h | t | m |   | s |   | l |
wood     | c | h | t | m |   | s | b | l |
wooden   | c |   | t | m |   | s | b | l |
rock     | c | h |   | m |   | s |   | l |
rocky    | c |   |   | m |   | s |   | l |
metal    | c | h |   | m |   | s |   | l |
bars     | c |   |   | m |   | s |   | l |
gourd    | c | h | t | m |   | s |   | l |
cloth    | c | h | t | m |   | s | b | l |
glass    | c |   | t | m |   | s |   | l |
ice      | c |   | t | m |   | s |   | l |
leaves   | c |   | t | m |   | s | b | l |
cactus   | c |   | t | m |   | s |   | l |
tnt      | c | h | t | m |   | s | b | l |
bed      | c |   | t | m |   | s | b | l |
snow     | c | h |   | m |   | s |   | l |
snowfall |   |   |   |   |   |   |   |   | r
water    |   |   | t |   | w |   |   | l | r
lava     |   |   | t |   | w |   |   | l | r
plant    |   |   | t |   |   |   |   |   |
grassy   |   |   | t |   |   |   | b |   | r
vine     |   |   | t |   |   |   | b |   | r
circuit  |   |   | t |   |   |   |   |   |
carpet   |   |   | t |   |   |   | b |   |
web      |   |   |   |   |   | s |   | l |
fire     |   |   | t |   |   |   |   |   | r
pad      | c |   | t |   |   |   |   |   |
"""
MATERIALS: Final = {
    name: Material(name, *(bool(cell) for cell in cells)) for name, *cells in parsed_rows(_TABLE, 10)
}
"""Materials by name. Source: `Material` of 1.11.2, as generally known."""
