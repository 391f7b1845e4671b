"""The compiled functions that Python plays the block world with; kept on disk with what they are made of."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.grid import compiling
from envs.grid.compiling import integer
from envs.grid.numba_cache import drop_stale
from envs.minecraft import sources
from envs.minecraft.catalogue import table
from envs.minecraft.world import state
from envs.minecraft.world.compiled.acting import aim
from envs.minecraft.world.compiled.bodies import compact, drop_item
from envs.minecraft.world.compiled.filling import fill_flat, fill_land
from envs.minecraft.world.compiled.land import flow_around, put_block
from envs.minecraft.world.compiled.light import darkness_of, light_at
from envs.minecraft.world.compiled.orders import GO_TO, NO_ORDER, is_dug, turn_towards
from envs.minecraft.world.compiled.picture import draw
from envs.minecraft.world.compiled.settling import settle
from envs.minecraft.world.compiled.sight import LIQUIDS, eyes_of, first_block, first_body
from envs.minecraft.world.compiled.spawning import add_mob, populate
from envs.minecraft.world.compiled.ticking import take_tick
from envs.minecraft.world.compiled.wounds import COMMAND, NOBODY, hurt_player

_FLAT = -2
_SUMMON, _DROP, _HURT, _COMPACT, _POPULATE = range(5)
_GAMMA = 0x9E3779B97F4A7C15
_FILES = (*Path(__file__).parent.glob("*.py"), *(Path(__file__).parents[1] / "tables").glob("*.py"))


@njit(cache=True, nogil=True)
def tick_world(
    worlds: NDArray[Any], controls: NDArray[np.float64], ticks: int, order: NDArray[np.float64]
) -> int:
    """Let a world go on, until the player is dead or in another chunk, or an order is carried out.

    Args:
        worlds: WORLD_DTYPE[1].
        controls: float64[N_CONTROLS], see `envs.minecraft.world.compiled.player`; the camera is turned in the
            first tick only, and dropped is once.
        ticks: how many at most, one or more.
        order: float64[N_ORDER], see `envs.minecraft.world.compiled.orders`; `FREE` for the controls alone.

    Returns:
        how many passed.
    """
    world = worlds[0]
    chunk_x, chunk_z = math.floor(world.x) >> 4, math.floor(world.z) >> 4
    goes = order[0] == GO_TO
    for done in range(ticks):
        if goes and turn_towards(world, order, controls):
            return done
        take_tick(world, controls, done == 0 or goes)
        if world.dead or math.floor(world.x) >> 4 != chunk_x or math.floor(world.z) >> 4 != chunk_z:
            return done + 1
        if order[0] != NO_ORDER and (world.life < order[5] or (not goes and is_dug(world, order))):
            return done + 1
    return ticks


@njit(cache=True, nogil=True)
def fill_chunk(
    blocks: NDArray[np.uint8], biomes: NDArray[np.uint8], seed: int, chunk_x: int, chunk_z: int, kind: int
) -> None:
    """Make a chunk.

    Args:
        blocks: uint8[16, 16, LAYERS], all zero; filled.
        biomes: uint8[16, 16]; filled.
        seed: of the land.
        chunk_x: where.
        chunk_z: where.
        kind: number of the biome that all of it is of; -1 for all sorts, -2 for flat land.
    """
    if kind == _FLAT:
        fill_flat(blocks, biomes, seed, chunk_x, chunk_z)
    else:
        fill_land(blocks, biomes, seed, chunk_x, chunk_z, kind)


@njit(cache=True, nogil=True)
def look_world(worlds: NDArray[Any], out: NDArray[np.float64]) -> None:
    """What the player looks at within reach, and the light where it stands if that is wanted.

    Args:
        worlds: WORLD_DTYPE[1].
        out: float64[5] or [8], out: body (-1 for none), x, y, z and face of a block (-2 for none), light of
            the sky at noon, light of blocks, light now.
    """
    world = worlds[0]
    body, i, j, k, face = aim(world)
    out[0], out[1], out[2], out[3], out[4] = body, i, j, k, face
    if len(out) < 8:
        return
    x, y, z = math.floor(world.x), math.floor(world.y), math.floor(world.z)
    sky, glow = light_at(world, x, y, z)
    out[5], out[6], out[7] = sky, glow, max(glow, max(0, sky - darkness_of(world)))


@njit(cache=True, nogil=True)
def change_block(worlds: NDArray[Any], x: int, y: int, z: int, state: int) -> None:
    """Put a state at a place, and let what is around it follow."""
    world = worlds[0]
    put_block(world, x, y, z, state)
    settle(world, x, y, z)
    flow_around(world, x, y, z)


@njit(cache=True, nogil=True)
def cast_rays(worlds: NDArray[Any], rays: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Look along rays from the player's eyes.

    Args:
        worlds: WORLD_DTYPE[1].
        rays: float64[n, 4], direction of length 1, and how far.
        out: float64[n, 6], out: x, y, z of the block, its distance, the kind of the first body before it (0
            for none), its distance.
    """
    world = worlds[0]
    x, y, z = world.x, eyes_of(world), world.z
    for n in range(len(rays)):
        dx, dy, dz, far = rays[n, 0], rays[n, 1], rays[n, 2], rays[n, 3]
        i, j, k, _, distance = first_block(world, x, y, z, dx, dy, dz, far, LIQUIDS)
        body, there = first_body(world, x, y, z, dx, dy, dz, distance)
        kind = world.bodies[body].kind if body >= 0 else 0
        out[n, 0], out[n, 1], out[n, 2], out[n, 3], out[n, 4], out[n, 5] = i, j, k, distance, kind, there


@njit(cache=True, nogil=True)
def draw_frame(worlds: NDArray[Any], picture: NDArray[np.uint8]) -> None:
    """Draw what the player sees.

    Args:
        worlds: WORLD_DTYPE[1].
        picture: uint8[height, width, 3], filled.
    """
    draw(worlds[0], picture)


@njit(cache=True, nogil=True)
def order(worlds: NDArray[Any], what: int, a: float, b: float, c: float, d: float) -> int:
    """Change a world from outside: see the functions below, which are what Python calls."""
    world = worlds[0]
    if what == _SUMMON:
        return add_mob(world, int(a), b, c, d)
    if what == _DROP:
        return drop_item(world, int(a), int(b), integer(0), world.x, world.y + 1.0, world.z)
    if what == _HURT:
        world.hurt = 0
        hurt_player(world, a, COMMAND, NOBODY)
    elif what == _COMPACT:
        compact(world)
    elif what == _POPULATE:
        populate(world, int(a), int(b))
    return 0


def summon(worlds: NDArray[Any], kind: int, x: float, y: float, z: float) -> int:
    """Add a mob, by its number; returns its row, -1 where there is no room."""
    return int(order(worlds, _SUMMON, float(kind), float(x), float(y), float(z)))


def drop_at_player(worlds: NDArray[Any], item: int, count: int) -> None:
    """Have things lie about where the player stands."""
    order(worlds, _DROP, float(item), float(count), 0.0, 0.0)


def hurt(worlds: NDArray[Any], damage: float) -> None:
    """Hurt the player, as by a command."""
    order(worlds, _HURT, float(damage), 0.0, 0.0, 0.0)


def compact_bodies(worlds: NDArray[Any]) -> None:
    """Drop bodies whose kind is 0 from the table."""
    order(worlds, _COMPACT, 0.0, 0.0, 0.0, 0.0)


def populate_chunk(worlds: NDArray[Any], chunk_x: int, chunk_z: int) -> None:
    """Have the animals of a chunk that has just been loaded stand in it."""
    order(worlds, _POPULATE, float(chunk_x), float(chunk_z), 0.0, 0.0)


def draw_numbers(worlds: NDArray[Any], n: int) -> NDArray[np.float64]:
    """The next numbers of a world's generator, float64[n] in [0, 1), by the same steps as compiled code."""
    found = np.zeros(n)
    state = int(worlds[0]["random"]) % 2**64
    for i in range(n):
        state = (state + _GAMMA) % 2**64
        value = state
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            value = (value ^ (value >> shift)) * factor % 2**64
        found[i] = ((value ^ (value >> 31)) >> 11) / 2**53
    worlds[0]["random"] = state - 2**64 if state >= 2**63 else state
    return found


drop_stale(tick_world, *_FILES, compiling, sources, table.FILE, state)
