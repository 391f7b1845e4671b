"""Explosions.

Source:
    `Explosion` of 1.11.2, as generally known, with a ball in place of its many rays.
"""

from __future__ import annotations

import math

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.chance import uniform
from envs.minecraft.world.compiled.digging import leave_drops
from envs.minecraft.world.compiled.hitting import BY_OTHERS, hurt_body
from envs.minecraft.world.compiled.land import AIR, block_at, flow_around, put_block
from envs.minecraft.world.compiled.settling import settle
from envs.minecraft.world.compiled.sight import SOLIDS, first_block
from envs.minecraft.world.compiled.wounds import EXPLOSION, hurt_player
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import HARDNESS
from envs.minecraft.world.tables.parameters import place_of

_WIDTH, _HEIGHT = place_of("player.width"), place_of("player.height")
_PIERCED = 1.6
"""Hardness up to which blocks give way near the middle; it sinks to nothing at the edge."""


@inner
def explode(world: World, x: float, y: float, z: float, power: float, kind: int) -> None:
    """Blow blocks away, and hurt whoever is near."""
    dx, dy, dz = world.x - x, world.y + 0.9 - y, world.z - z
    away = math.sqrt(dx * dx + dy * dy + dz * dz)
    if away < 2.0 * power:
        near = (1.0 - away / (2.0 * power)) * exposure(world, x, y, z)
        hurt_player(world, math.floor((near * near + near) / 2.0 * 7.0 * 2.0 * power + 1.0), EXPLOSION, kind)
    for other in range(world.n_bodies):
        body = world.bodies[other]
        if body.kind > 2:
            away = math.sqrt((body.x - x) ** 2 + (body.y + 0.5 - y) ** 2 + (body.z - z) ** 2)
            if away < 2.0 * power:
                near = 1.0 - away / (2.0 * power)
                hurt_body(world, other, (near * near + near) * 7.0 * power + 1.0, x, z, near, BY_OTHERS)
    _clear(world, x, y, z, power)


@inner
def exposure(world: World, x: float, y: float, z: float) -> float:
    """The share of the player's body that a blast has a free way to.

    Source: `World.getBlockDensity` of 1.11.2, as generally known.
    """
    width, height = world.rules[_WIDTH], world.rules[_HEIGHT]
    across, up = math.ceil(width * 2.0 + 1.0), math.ceil(height * 2.0 + 1.0)
    free, points = 0, 0
    for a in range(across):
        for b in range(up):
            for c in range(across):
                px = world.x + width * (a / (across - 1) - 0.5)
                py = world.y + height * b / (up - 1)
                pz = world.z + width * (c / (across - 1) - 0.5)
                free += 1 if _is_free(world, px, py, pz, x, y, z) else 0
                points += 1
    return free / points


@inner
def _is_free(world: World, x: float, y: float, z: float, to_x: float, to_y: float, to_z: float) -> bool:
    """Whether no solid block stands between two points."""
    dx, dy, dz = to_x - x, to_y - y, to_z - z
    far = math.sqrt(dx * dx + dy * dy + dz * dz)
    if far < 1e-6:
        return True
    _, _, _, face, _ = first_block(world, x, y, z, dx / far, dy / far, dz / far, far, SOLIDS)
    return face == -2


@inner
def _clear(world: World, x: float, y: float, z: float, power: float) -> None:
    reach = math.ceil(power)
    for i in range(math.floor(x) - reach, math.floor(x) + reach + 1):
        for j in range(math.floor(y) - reach, math.floor(y) + reach + 1):
            for k in range(math.floor(z) - reach, math.floor(z) + reach + 1):
                away = math.sqrt((i + 0.5 - x) ** 2 + (j + 0.5 - y) ** 2 + (k + 0.5 - z) ** 2)
                state = block_at(world, i, j, k)
                if away > power or state == AIR or not 0.0 <= HARDNESS[state] < 50.0:
                    continue
                if HARDNESS[state] > _PIERCED * (power - away) * (0.7 + 0.6 * uniform(world)):
                    continue
                put_block(world, i, j, k, AIR)
                if uniform(world) < 1.0 / power:
                    leave_drops(world, state, integer(0), i, j, k)
                settle(world, i, j, k)
                flow_around(world, i, j, k)
