"""Where to look: at something sought within reach, or at a free place to put a block on. Compiled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import IS_LAVA, IS_WATER, KIND_OF_BODY, KIND_OF_STATE, LOG, NO_KIND, TREE
from envs.minecraft.direct.memory import Memory
from envs.minecraft.direct.nearest import is_given_up
from envs.minecraft.direct.remembering import remembered
from envs.minecraft.world.compiled.land import block_at
from envs.minecraft.world.compiled.sight import FACE_X, FACE_Y, FACE_Z, HEIGHT, eyes_of, first_block
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.parameters import place_of

_REACH, _REACH_MOB = place_of("player.reach"), place_of("player.reach_mob")
_BOX = 5
_ACROSS = np.array([0.0, -0.45, 0.45, 0.0, 0.0, 0.0, 0.0])
_ALONG = np.array([0.0, 0.0, 0.0, -0.45, 0.45, 0.0, 0.0])
_BESIDE = np.array([0.0, 0.0, 0.0, 0.0, 0.0, -0.45, 0.45])
_FACE_U, _FACE_V = np.array([0.0, -0.4, 0.4, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, -0.4, 0.4])
"""Points of a face, in blocks from its middle, the middle first."""

_HIDDEN = 100.0
"""Blocks by which what is hidden comes after what is in view."""

_LEAVES = 4.0
"""Blocks by which leaves come after logs."""


@inner
def _angles(dx: float, dy: float, dz: float) -> tuple[float, float]:
    """Yaw and pitch of a direction, in degrees."""
    return math.degrees(math.atan2(-dx, dz)), math.degrees(-math.atan2(dy, math.sqrt(dx * dx + dz * dz)))


@inner
def hits(
    world: World, x: int, y: int, z: int, px: float, py: float, pz: float, liquids: bool, side: int
) -> float:
    """How far a point of a block is from the eyes, if a look at it meets the block; 1e9 otherwise.

    `side` is the face by which it must be met, -1 for any.
    """
    eyes = eyes_of(world)
    dx, dy, dz = px - world.x, py - eyes, pz - world.z
    far = math.sqrt(dx * dx + dy * dy + dz * dz)
    if far < 1e-6 or far > world.rules[_REACH]:
        return 1e9
    i, j, k, face, clear = first_block(
        world, world.x, eyes, world.z, dx / far, dy / far, dz / far, far + 0.6, liquids
    )
    met = face != -2 and (side < 0 or face == side) and i == x and j == y and k == z
    return far if met and clear <= world.rules[_REACH] else 1e9


@inner
def point_on(world: World, x: int, y: int, z: int, liquids: bool) -> tuple[float, float, float]:
    """Yaw and pitch at which a block is looked at, and how far; 1e9 where it is not in view."""
    best, yaw, pitch = 1e9, 0.0, 0.0
    eyes = eyes_of(world)
    for point in range(len(_ACROSS)):
        px, py, pz = x + 0.5 + _ACROSS[point], y + 0.5 + _ALONG[point], z + 0.5 + _BESIDE[point]
        far = hits(world, x, y, z, px, py, pz, liquids, integer(-1))
        if far < best:
            best = far
            yaw, pitch = _angles(px - world.x, py - eyes, pz - world.z)
    return yaw, pitch, best


@inner
def _aim_at_block(
    world: World, memory: Memory, wanted: NDArray[np.bool_], liquids: bool, out: NDArray[np.float64]
) -> float:
    """Find the best block of the kinds wanted within reach; returns how far it seems, 1e9 for none."""
    x0, y0, z0 = math.floor(world.x), math.floor(eyes_of(world)), math.floor(world.z)
    best = 1e9
    for i in range(x0 - _BOX, x0 + _BOX + 1):
        for j in range(y0 - _BOX, y0 + _BOX + 1):
            for k in range(z0 - _BOX, z0 + _BOX + 1):
                stored = remembered(memory, i, j, k)
                kind = integer(KIND_OF_STATE[stored - 1]) if stored > 0 else integer(NO_KIND)
                if kind == NO_KIND or not wanted[TREE if kind == LOG else kind]:
                    continue
                if is_given_up(memory, i, j, k):
                    continue
                dx, dy, dz = i + 0.5 - world.x, j + 0.5 - eyes_of(world), k + 0.5 - world.z
                far = math.sqrt(dx * dx + dy * dy + dz * dz)
                if far > world.rules[_REACH] + 0.4 or far + (_LEAVES if kind == TREE else 0.0) >= best:
                    continue
                yaw, pitch, seen = point_on(world, i, j, k, liquids)
                if seen >= 1e9:
                    yaw, pitch = _angles(dx, dy, dz)
                    far += _HIDDEN
                far += _LEAVES if kind == TREE else 0.0
                if far < best:
                    best = far
                    out[0], out[1], out[2], out[3], out[4] = yaw, pitch, i, j, k
    return best


@inner
def _aim_at_mob(world: World, wanted: NDArray[np.bool_], far_most: float, out: NDArray[np.float64]) -> float:
    """Find the nearest mob of the kinds wanted in view; returns how far it is, 1e9 for none."""
    best = 1e9
    eyes = eyes_of(world)
    for row in range(world.n_bodies):
        body = world.bodies[row]
        kind = integer(KIND_OF_BODY[body.kind])
        if kind == NO_KIND or not wanted[kind]:
            continue
        middle = body.y + HEIGHT[body.kind] * 0.6
        dx, dy, dz = body.x - world.x, middle - eyes, body.z - world.z
        far = math.sqrt(dx * dx + dy * dy + dz * dz)
        if far >= min(best, far_most) or far < 1e-6:
            continue
        _, _, _, face, clear = first_block(
            world, world.x, eyes, world.z, dx / far, dy / far, dz / far, far, False
        )
        if face != -2 and clear < far - 0.8:
            continue
        best = far
        yaw, pitch = _angles(dx, dy, dz)
        out[0], out[1], out[2], out[3], out[4] = yaw, pitch, body.x, body.y, body.z
    return best


@inner
def choose_aim(
    world: World,
    memory: Memory,
    wanted: NDArray[np.bool_],
    liquids: bool,
    far: float,
    out: NDArray[np.float64],
) -> None:
    """Choose what to look at among kinds.

    Args:
        world: where.
        memory: what is known.
        wanted: bool[N_KINDS].
        liquids: whether a look stops at liquids.
        far: blocks within which mobs count.
        out: float64[8], out: yaw, pitch, place, how far (1e9 for none, `_HIDDEN` more where hidden), whether
            it is a mob.
    """
    best = _aim_at_mob(world, wanted, far, out)
    out[6] = 1.0
    if best >= 1e9:
        best = _aim_at_block(world, memory, wanted, liquids, out)
        out[6] = 0.0
    out[5] = best


@inner
def _spot_by(world: World, i: int, j: int, k: int, y0: int, points: int, out: NDArray[np.float64]) -> None:
    """Consider a free place, by every face that it can be put against, and some points of each."""
    eyes = eyes_of(world)
    for side in range(6):
        dx, dy, dz = -FACE_X[side], -FACE_Y[side], -FACE_Z[side]
        behind = block_at(world, i + dx, j + dy, k + dz)
        if behind == 0 or IS_WATER[behind] or IS_LAVA[behind]:
            continue
        for point in range(points):
            off_x = (1 - abs(dx)) * _FACE_U[point]
            off_y = (1 - abs(dy)) * (_FACE_U[point] if dx != 0 else _FACE_V[point])
            off_z = (1 - abs(dz)) * _FACE_V[point]
            px, py, pz = i + 0.5 + 0.51 * dx + off_x, j + 0.5 + 0.51 * dy + off_y, k + 0.5 + 0.51 * dz + off_z
            far = hits(world, i + dx, j + dy, k + dz, px, py, pz, False, integer(side))
            if far >= 1e9:
                continue
            yaw, pitch = _angles(px - world.x, py - eyes, pz - world.z)
            turn = abs((yaw - world.yaw + 180.0) % 360.0 - 180.0)
            price = abs(far - 2.3) + turn / 60.0 + abs(j - y0) * 0.5 + (0.0 if dy < 0 else 2.0)
            if price < out[5]:
                out[0], out[1], out[2], out[3], out[4], out[5] = yaw, pitch, i, j, k, price


@inner
def choose_spot(world: World, out: NDArray[np.float64]) -> None:
    """Choose a free place within reach to put a block down, on the ground rather than against a wall.

    Args:
        world: where.
        out: float64[8], out: yaw, pitch, the place, how far it seems; 1e9 for none.
    """
    x0, y0, z0 = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
    out[5] = 1e9
    for i in range(x0 - 3, x0 + 4):
        for j in range(y0 - 2, y0 + 4):
            for k in range(z0 - 3, z0 + 4):
                beside = abs(i + 0.5 - world.x) > 0.8 or abs(k + 0.5 - world.z) > 0.8
                if (beside or j >= y0 + 2 or j < y0) and block_at(world, i, j, k) == 0:
                    _spot_by(world, i, j, k, y0, 1, out)


@inner
def choose_face(world: World, i: int, j: int, k: int, out: NDArray[np.float64]) -> None:
    """Choose a face in view by which a block is put at a place.

    Args:
        world: where.
        i: the place.
        j: the place.
        k: the place.
        out: float64[8], out: yaw, pitch, the place, how far it seems; 1e9 for none.
    """
    out[5] = 1e9
    _spot_by(world, i, j, k, j, len(_FACE_U), out)
