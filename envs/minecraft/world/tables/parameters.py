"""The figures by which the block world runs, each beside that of Minecraft 1.11.2 and with its source.

The block world is not Minecraft. These tables were committed before anything was practised in it. Sources name
the classes of 1.11.2 whose behaviour is meant, as generally known; none was opened for this.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.world.tables.figures import Figure, parsed_figures

_FIGURES: Final = """
time.day | 24000 | = | ticks | World; one in-game day
time.bed_from | 12541 | = | ticks | EntityPlayer.trySleep; from then on one can sleep
time.bed_until | 23458 | = | ticks | EntityPlayer.trySleep; monsters begin to burn about then
time.sleep | 100 | = | ticks | EntityPlayer; asleep that long before the night is skipped
world.layers | 128 | 256 | blocks | World | other | half the memory; no land reaches higher here
world.sea | 63 | = | layer | World.getSeaLevel
world.loaded | 4 | 10 | chunks around | PlayerChunkMap with Malmo's view distance, from general knowledge | other | what is farther away stands still
player.width | 0.6 | = | blocks | EntityPlayer
player.height | 1.8 | = | blocks | EntityPlayer
player.eyes | 1.62 | = | blocks | EntityPlayer.getEyeHeight
player.reach | 4.5 | = | blocks | PlayerControllerMP in survival
player.reach_mob | 3 | = | blocks | EntityRenderer.getMouseOver
player.walk | 0.1 | = | blocks/tick² | SharedMonsterAttributes.MOVEMENT_SPEED of a player
player.sprint | 1.3 | = | factor | EntityLivingBase, sprinting
player.sneak | 0.3 | = | factor | MovementInputFromOptions
player.air_control | 0.02 | = | blocks/tick² | EntityPlayer.jumpMovementFactor
player.gravity | 0.08 | = | blocks/tick² | EntityLivingBase
player.drag | 0.98 | = | factor | EntityLivingBase
player.friction | 0.546 | = | factor | 0.6 of most blocks times 0.91
player.jump | 0.42 | = | blocks/tick | EntityLivingBase.getJumpUpwardsMotion
player.sprint_jump | 0.2 | = | blocks/tick | EntityLivingBase.jump
player.water_drag | 0.8 | = | factor | EntityLivingBase in water
player.lava_drag | 0.5 | = | factor | EntityLivingBase in lava
player.water_gravity | 0.02 | = | blocks/tick² | EntityLivingBase
player.swim_up | 0.04 | = | blocks/tick² | EntityLivingBase.handleJumpWater
player.climb | 0.2 | = | blocks/tick | EntityLivingBase on ladders
player.life | 20 | = | half hearts | EntityPlayer
player.hurt_pause | 10 | = | ticks | EntityLivingBase.maxHurtResistantTime / 2
player.blow | 1 | = | half hearts | EntityPlayer, empty hand
player.blow_rate | 4 | = | blows/s | EntityPlayer, empty hand, for a full blow
player.held_attack | 1 | 0 | 0 or 1 | Minecraft.clickMouse; a key that is held strikes once | eased | a held attack strikes again whenever the blow is full
air.full | 300 | = | ticks | Entity.air
air.gasp | 20 | = | ticks | EntityLivingBase; between wounds without air
air.damage | 2 | = | half hearts | EntityLivingBase
fall.safe | 3 | = | blocks | EntityLivingBase.fall
lava.damage | 4 | = | half hearts | Entity.setOnFireFromLava, at most every hurt pause
lava.burns | 300 | = | ticks | Entity.setOnFireFromLava; 15 seconds
fire.burns | 160 | = | ticks | BlockFire; 8 seconds
fire.damage | 1 | = | half hearts | Entity; every second
wall.damage | 1 | = | half hearts | EntityLivingBase, head in a block
cactus.damage | 1 | = | half hearts | BlockCactus
food.full | 20 | = | half shanks | FoodStats
food.saturation | 5 | = | points at the start | FoodStats
food.exhaustion | 4 | = | points a half shank | FoodStats
food.heals_at | 18 | = | half shanks | FoodStats
food.heal_ticks | 80 | = | ticks a half heart | FoodStats
food.fast_ticks | 10 | = | ticks | FoodStats, full and saturated
food.heal_cost | 6 | = | exhaustion | FoodStats
food.starve_ticks | 80 | = | ticks | FoodStats
food.starve_left | 1 | = | half hearts | FoodStats, difficulty normal
food.sprint_at | 7 | = | half shanks | EntityPlayerSP; below nobody sprints
food.eat_ticks | 1 | 32 | ticks | ItemFood | other | Malmo makes it one tick, and so does MineDojo
exhaustion.sprint | 0.1 | = | a block | EntityPlayer.addMovementStat
exhaustion.swim | 0.01 | = | a block | EntityPlayer.addMovementStat
exhaustion.jump | 0.05 | = | each | EntityPlayer.jump
exhaustion.sprint_jump | 0.2 | = | each | EntityPlayer.jump
exhaustion.blow | 0.1 | = | each | EntityPlayer.attackTargetEntity
exhaustion.wound | 0.1 | = | each | DamageSource.hungerDamage
exhaustion.dig | 0.005 | = | a block | Block.harvestBlock
dig.right | 30 | = | ticks a hardness | ForgeHooks.blockStrength; with what makes it drop
dig.wrong | 100 | = | ticks a hardness | ForgeHooks.blockStrength; without
dig.pause | 5 | = | ticks | PlayerControllerMP.blockHitDelay
dig.slow | 5 | = | factor | EntityPlayer.getDigSpeed, in the air and under water
item.reach | 1 | = | blocks sideways | EntityPlayer.onLivingUpdate
item.reach_up | 0.5 | = | blocks up and down | EntityPlayer.onLivingUpdate
item.delay | 10 | = | ticks | EntityItem.setDefaultPickupDelay
item.dropped_delay | 40 | = | ticks | EntityPlayer.dropItem
item.lasts | 6000 | = | ticks | EntityItem.lifespan
smelt.ticks | 200 | = | ticks of fuel a piece | TileEntityFurnace
smelt.waits | 0 | 200 | ticks | TileEntityFurnace | other | Malmo smelts at once, and so does MineDojo
table.reach | 5 | = | blocks from the eyes | NearbyCraftCommandsImplementation of Malmo
table.view | 35 | = | degrees from the middle | NearbyCraftCommandsImplementation of Malmo; half of a view of 70
table.aspect | 0.625 | = | height over width | the picture of 160 by 256
spawn.monsters | 70 | = | a 289 chunks | EnumCreatureType.MONSTER
spawn.animals | 10 | = | a 289 chunks | EnumCreatureType.CREATURE
spawn.swimmers | 5 | = | a 289 chunks | EnumCreatureType.WATER_CREATURE
spawn.near | 24 | = | blocks | WorldEntitySpawner; nothing spawns closer
spawn.far | 72 | 128 | blocks | EntityLiving.despawnEntity | other | no farther than the chunks that are loaded
spawn.idle | 32 | = | blocks | EntityLiving.despawnEntity; beyond it monsters go by chance
spawn.idle_ticks | 600 | = | ticks | EntityLiving.despawnEntity
spawn.idle_chance | 800 | = | one in | EntityLiving.despawnEntity
spawn.light | 7 | = | light | EntityMob.isValidLightLevel; the darker the likelier
spawn.pack | 4 | = | mobs | EntityLiving.getMaxSpawnedInChunk
spawn.chunk_animals | 0.1 | = | chance a chunk | Biome.getSpawningChance
mob.acts_within | 48 | 32 | blocks | EntityLivingBase; farther ones have no plans | other | farther ones stand still here
creeper.fuse | 30 | = | ticks | EntityCreeper
creeper.near | 3 | = | blocks | EntityAICreeperSwell
creeper.far | 7 | = | blocks | EntityAICreeperSwell
creeper.blast | 3 | = | power | EntityCreeper
skeleton.pause | 40 | = | ticks between shots | EntitySkeleton, difficulty normal
skeleton.range | 15 | = | blocks | EntityAIAttackRangedBow
arrow.speed | 1.6 | = | blocks/tick | EntitySkeleton
arrow.damage | 2 | = | half hearts a block/tick | EntityArrow
arrow.least | 0.1 | = | of that, of archers close by; all of it at their range | EntityArrow.setEnchantmentEffectsFromEntity
arrow.harder | 0.22 | = | half hearts a block/tick, of archers | the same, difficulty normal
arrow.varies | 0.25 | = | half hearts a block/tick, deviation, of archers | the same
arrow.scatter | 0.045 | = | of its speed, deviation, of archers | EntityArrow.setThrowableHeading, difficulty normal
arrow.gravity | 0.05 | = | blocks/tick² | EntityArrow
bow.full | 20 | = | ticks | ItemBow
bow.speed | 3 | = | blocks/tick | ItemBow
dusk.burns | 160 | = | ticks | EntityZombie and skeletons in the sun; 8 seconds
sheep.wool_low | 1 | = | pieces | EntitySheep.onSheared
sheep.wool_high | 3 | = | pieces | EntitySheep.onSheared
sheep.grazes | 1000 | = | one in, a tick | EntityAIEatGrass
chicken.egg_low | 6000 | = | ticks | EntityChicken
chicken.egg_high | 12000 | = | ticks | EntityChicken
chance.sapling | 0.05 | = | of leaves | BlockLeaves
chance.apple | 0.005 | = | of oak leaves | BlockOldLeaf
chance.seeds | 0.125 | = | of tall grass | BlockTallGrass
chance.flint | 0.1 | = | of gravel | BlockGravel
tick.random | 3 | = | blocks a section a tick | randomTickSpeed
tick.random_reach | 2 | 8 | chunks around | WorldServer.updateBlocks | other | what is farther away does not grow
leaves.reach | 4 | = | blocks to a log | BlockLeaves
water.tick | 5 | = | ticks | BlockDynamicLiquid
water.spread | 7 | = | blocks | BlockDynamicLiquid
lava.tick | 30 | = | ticks | BlockDynamicLiquid
lava.spread | 3 | = | blocks | BlockDynamicLiquid, overworld
weather.clear_low | 12000 | = | ticks | WorldInfo; half a day
weather.clear_high | 180000 | = | ticks | WorldInfo; seven and a half days
weather.rain_low | 12000 | = | ticks | WorldInfo
weather.rain_high | 24000 | = | ticks | WorldInfo
"""
FIGURES: Final = parsed_figures(_FIGURES)
"""Every figure that is no property of a block, item, mob, ore or biome."""

FIGURE_INDEX: Final = {figure.name: place for place, figure in enumerate(FIGURES)}


def place_of(name: str) -> int:
    """Where a figure lies in `Parameters.vector`. Raises `KeyError`."""
    return FIGURE_INDEX[name]


class Parameters:
    """The figures by which one world runs.

    Args:
        changes: figures that are to differ from the table, by name.

    Raises:
        ValueError: there is no figure of that name, or its value is not finite.
    """

    def __init__(self, changes: Mapping[str, float] | None = None) -> None:
        self.changes: Mapping[str, float] = MappingProxyType(dict(sorted((changes or {}).items())))
        for name, value in self.changes.items():
            if name not in FIGURE_INDEX:
                raise ValueError(f"no parameter {name!r} of the block world; see docs/block-world.md")
            if not np.isfinite(value):
                raise ValueError(f"parameter {name!r} is {value!r}; expected a finite number")

    def __getitem__(self, name: str) -> float:
        """The value of a figure. Raises `KeyError`."""
        return float(self.vector[FIGURE_INDEX[name]])

    @cached_property
    def vector(self) -> NDArray[np.float64]:
        """All values in the order of `FIGURES`, float64[n]; read-only."""
        values = np.array([self.changes.get(figure.name, figure.here) for figure in FIGURES])
        values.flags.writeable = False
        return values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and dict(self.changes) == dict(other.changes)

    def __hash__(self) -> int:
        return hash(tuple(self.changes.items()))


PARAMETERS: Final = Parameters()
"""The figures of the table, unchanged."""

__all__ = ["FIGURES", "FIGURE_INDEX", "PARAMETERS", "Figure", "Parameters", "place_of"]
