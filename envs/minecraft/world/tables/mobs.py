"""The mobs of the block world: life, blows, speed, what they do, where they appear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from envs.minecraft.world.tables.figures import parsed_rows

WAYS: Final = (
    "", "item", "arrow", "graze", "hop", "swim", "flutter", "chase", "shoot", "explode", "stare", "sit",
)  # fmt: skip
"""What a body does, by number."""


@dataclass(frozen=True, slots=True)
class Mob:
    """One kind of mob.

    Attributes:
        number: its number among bodies.
        name: as the registry has it.
        malmo: the name of its class, which Malmo's rays report and summoning takes.
        life: half hearts.
        damage: half hearts a blow, difficulty normal.
        speed: blocks a tick squared, before friction, as `SharedMonsterAttributes.MOVEMENT_SPEED`.
        width: blocks.
        height: blocks.
        way: what it does, out of `WAYS`.
        sees: blocks within which it comes after the player.
        xp: points for killing it.
        group: ``monster``, ``animal``, ``swimmer`` or empty for what never appears by itself.
        weight: how likely it is within its group.
        where: kinds of biome in which it appears; empty for all.
        sun: whether it burns in daylight.
        armour: points of armour.
        colour: red, green, blue in hexadecimal; ours.
    """

    number: int
    name: str
    malmo: str
    life: float
    damage: float
    speed: float
    width: float
    height: float
    way: str
    sees: float
    xp: int
    group: str
    weight: int
    where: tuple[str, ...]
    sun: bool
    armour: int
    colour: str


_TABLE: Final = """
cow | Cow | 10 | 0 | 0.2 | 0.9 | 1.4 | graze | 0 | 2 | animal | 8 | plains forest hills taiga savanna swamp jungle | | | 4a3526
sheep | Sheep | 8 | 0 | 0.23 | 0.9 | 1.3 | graze | 0 | 2 | animal | 12 | plains forest hills taiga savanna swamp jungle | | | e4e4e4
pig | Pig | 10 | 0 | 0.25 | 0.9 | 0.9 | graze | 0 | 2 | animal | 10 | plains forest hills taiga savanna swamp jungle | | | e8a0a0
chicken | Chicken | 4 | 0 | 0.25 | 0.4 | 0.7 | graze | 0 | 2 | animal | 10 | plains forest hills taiga savanna swamp jungle | | | f4f4f0
rabbit | Rabbit | 3 | 0 | 0.3 | 0.4 | 0.5 | hop | 0 | 2 | animal | 4 | desert taiga snow | | | a08060
mooshroom | MushroomCow | 10 | 0 | 0.2 | 0.9 | 1.4 | graze | 0 | 2 | animal | 8 | mushroom_island | | | a01f1f
horse | Horse | 22 | 0 | 0.225 | 1.4 | 1.6 | graze | 0 | 2 | animal | 5 | plains savanna | | | 7a5030
donkey | Donkey | 22 | 0 | 0.175 | 1.4 | 1.6 | graze | 0 | 2 | animal | 1 | plains savanna | | | 807060
llama | Llama | 22 | 0 | 0.175 | 0.9 | 1.87 | graze | 0 | 2 | animal | 5 | hills savanna | | | d8c8a0
wolf | Wolf | 8 | 2 | 0.3 | 0.6 | 0.85 | graze | 0 | 2 | animal | 5 | forest taiga | | | c8c8c8
squid | Squid | 10 | 0 | 0.02 | 0.8 | 0.8 | swim | 0 | 2 | swimmer | 10 | ocean river | | | 2a3a5a
bat | Bat | 6 | 0 | 0.1 | 0.5 | 0.9 | flutter | 0 | 0 | | 0 | | | | 3a2f28
villager | Villager | 20 | 0 | 0.25 | 0.6 | 1.95 | graze | 0 | 0 | | 0 | | | | a07a5a
zombie | Zombie | 20 | 3 | 0.23 | 0.6 | 1.95 | chase | 35 | 5 | monster | 95 | | sun | 2 | 3f6a3a
zombie_villager | ZombieVillager | 20 | 3 | 0.23 | 0.6 | 1.95 | chase | 35 | 5 | monster | 5 | | sun | 2 | 4a6a3a
husk | Husk | 20 | 3 | 0.23 | 0.6 | 1.95 | chase | 35 | 5 | monster | 80 | desert | | 2 | 9a8a5a
skeleton | Skeleton | 20 | 3 | 0.25 | 0.6 | 1.99 | shoot | 16 | 5 | monster | 100 | | sun | | c8c8c8
stray | Stray | 20 | 3 | 0.25 | 0.6 | 1.99 | shoot | 16 | 5 | monster | 80 | snow | sun | | a0b0b0
spider | Spider | 16 | 2 | 0.3 | 1.4 | 0.9 | chase | 16 | 5 | monster | 100 | | | | 2a2420
cave_spider | CaveSpider | 12 | 2 | 0.3 | 0.7 | 0.5 | chase | 16 | 5 | | 0 | | | | 0f3a3f
creeper | Creeper | 20 | 0 | 0.25 | 0.6 | 1.7 | explode | 16 | 5 | monster | 100 | | | | 3f9a3a
enderman | Enderman | 40 | 7 | 0.3 | 0.6 | 2.9 | stare | 64 | 5 | monster | 10 | | | | 14101a
witch | Witch | 26 | 4 | 0.25 | 0.6 | 1.95 | shoot | 10 | 5 | monster | 5 | | | | 4a2f5a
slime | Slime | 4 | 2 | 0.2 | 1.02 | 1.02 | hop | 16 | 2 | monster | 100 | swamp | | | 6fc06a
silverfish | Silverfish | 8 | 1 | 0.25 | 0.4 | 0.3 | chase | 16 | 5 | | 0 | | | | 6a7070
endermite | Endermite | 8 | 2 | 0.25 | 0.4 | 0.3 | chase | 16 | 3 | | 0 | | | | 3a2a4a
blaze | Blaze | 20 | 5 | 0.23 | 0.6 | 1.8 | shoot | 24 | 10 | | 0 | | | | e0a82a
ghast | Ghast | 10 | 6 | 0.1 | 4 | 4 | shoot | 32 | 5 | | 0 | | | | e8e8e8
wither_skeleton | WitherSkeleton | 20 | 7 | 0.25 | 0.7 | 2.4 | chase | 16 | 5 | | 0 | | | | 1f1f1f
zombie_pigman | PigZombie | 20 | 5 | 0.23 | 0.6 | 1.95 | graze | 0 | 5 | | 0 | | | 2 | d08a80
magma_cube | LavaSlime | 4 | 3 | 0.2 | 1.02 | 1.02 | hop | 16 | 2 | | 0 | | | 3 | 5a1f0f
shulker | Shulker | 30 | 4 | 0 | 1 | 1 | sit | 16 | 5 | | 0 | | | 20 | 8a608a
guardian | Guardian | 30 | 6 | 0.1 | 0.85 | 0.85 | swim | 15 | 10 | | 0 | | | | 5a8a7a
"""

_FIRST: Final = 3
"""The number of the first mob; 1 and 2 are items that lie about, and arrows."""
ITEM, ARROW = 1, 2


def _mobs() -> tuple[Mob, ...]:
    found = []
    for number, row in enumerate(parsed_rows(_TABLE, 16), start=_FIRST):
        (
            name,
            malmo,
            life,
            damage,
            speed,
            width,
            height,
            way,
            sees,
            xp,
            group,
            weight,
            where,
            sun,
            armour,
            rgb,
        ) = row
        found.append(
            Mob(
                number, name, malmo, float(life), float(damage), float(speed), float(width), float(height), way,
                float(sees), int(xp), group, int(weight), tuple(where.split()), bool(sun), int(armour or 0), rgb,
            )
        )  # fmt: skip
    return tuple(found)


MOBS: Final = _mobs()
"""All mobs. Life, damage, speed and size: the entity classes of 1.11.2, as generally known; weights: `Biome`."""

MOB: Final = {mob.name: mob for mob in MOBS}
MOB_BY_NUMBER: Final = {mob.number: mob for mob in MOBS}
"""Mobs by registry name, and by number."""
