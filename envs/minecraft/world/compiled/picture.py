"""The picture of what the player sees: blocks in colours of our own, mobs as boxes, and what it is not."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.chance import at_place
from envs.minecraft.world.compiled.land import AIR, block_at, is_lava, is_water
from envs.minecraft.world.compiled.light import day_angle
from envs.minecraft.world.compiled.sight import HALF, HEIGHT, distance_to_body, eyes_of
from envs.minecraft.world.state import MAX_BODIES, WINDOW, World
from envs.minecraft.world.tables.blocks import COLLIDES, LIGHT, STATES
from envs.minecraft.world.tables.mobs import MOBS

_COLOURS = np.array([block.colour for block in STATES], np.float64)
_CUBES = np.array(
    [
        block.material.collides or block.material.name in ("water", "lava", "fire", "web", "snowfall")
        for block in STATES
    ]
)
"""States that fill their cell in the picture; the others are drawn as something small in its middle."""
_BODIES = np.array(
    [
        [0, 0, 0],
        [230, 220, 120],
        [90, 70, 50],
        *([int(m.colour[n : n + 2], 16) for n in (0, 2, 4)] for m in MOBS),
    ],
    np.float64,
)
_FACES = np.array([0.75, 0.75, 0.5, 1.0, 0.85, 0.85])
"""How bright each face of a block is: west, east, below, above, north, south."""
_VIEW = 70.0
_FAR = 64.0
_NIGHT = 0.12
_NEVER = 1e30
_MASK = WINDOW - 1
_GLOW_REACH = 10
_MOST_GLOWS = 64

_GLYPHS = {
    "n": ("....", "....", "###.", "#..#", "#..#", "#..#"),
    "o": ("....", "....", ".##.", "#..#", "#..#", ".##."),
    "t": ("....", ".#..", "###.", ".#..", ".#..", "..##"),
    " ": ("....", "....", "....", "....", "....", "...."),
    "M": ("#..#", "####", "####", "#..#", "#..#", "#..#"),
    "i": (".#..", "....", ".#..", ".#..", ".#..", ".#.."),
    "e": ("....", ".##.", "#..#", "####", "#...", ".###"),
    "c": ("....", "....", ".###", "#...", "#...", ".###"),
    "r": ("....", "....", "#.##", "##..", "#...", "#..."),
    "a": ("....", "....", ".###", "#..#", "#.##", ".#.#"),
    "f": ("..##", ".#..", "###.", ".#..", ".#..", ".#.."),
}
TEXT = "not Minecraft"
"""What is written into every picture."""


def _label() -> NDArray[np.bool_]:
    rows = [".".join(_GLYPHS[letter][row] for letter in TEXT) for row in range(6)]
    return np.array([[cell == "#" for cell in row] for row in rows])


LABEL = _label()
"""The text as pixels, bool[6, w]."""


@inner
def draw(world: World, picture: NDArray[np.uint8]) -> None:
    """Draw into uint8[height, width, 3]."""
    height, width = picture.shape[0], picture.shape[1]
    day = brightness(world)
    glows = np.zeros((_MOST_GLOWS, 4))
    n_glows = _find_glows(world, glows)
    shown = np.zeros(MAX_BODIES, np.int64)
    n_shown = _find_bodies(world, shown)
    turn, tilt = math.radians(world.yaw), math.radians(world.pitch)
    sin_turn, cos_turn, sin_tilt, cos_tilt = math.sin(turn), math.cos(turn), math.sin(tilt), math.cos(tilt)
    scale = math.tan(math.radians(_VIEW / 2.0))
    colour = np.zeros(3)
    for row in range(height):
        up = (1.0 - 2.0 * (row + 0.5) / height) * scale
        for column in range(width):
            side = (2.0 * (column + 0.5) / width - 1.0) * scale * width / height
            ahead = cos_tilt + up * sin_tilt
            dx = -sin_turn * ahead - cos_turn * side
            dz = cos_turn * ahead - sin_turn * side
            dy = -sin_tilt + up * cos_tilt
            length = math.sqrt(dx * dx + dy * dy + dz * dz)
            _look(world, dx / length, dy / length, dz / length, day, glows, n_glows, shown, n_shown, colour)
            for n in range(3):
                picture[row, column, n] = np.uint8(max(0.0, min(255.0, colour[n])))
    _write_label(picture)


@inner
def brightness(world: World) -> float:
    """How bright the sky is, `_NIGHT` to 1."""
    bright = math.cos(day_angle(world.time) * 2.0 * math.pi) * 2.0 + 0.5
    bright = max(0.0, min(1.0, bright))
    if world.raining:
        bright *= 0.7
    return max(_NIGHT, bright)


@inner
def _find_glows(world: World, glows: NDArray[np.float64]) -> int:
    """Blocks near the player that give light: x, y, z, strength."""
    found = 0
    x, y, z = math.floor(world.x), math.floor(world.y), math.floor(world.z)
    for i in range(x - _GLOW_REACH, x + _GLOW_REACH + 1):
        for k in range(z - _GLOW_REACH, z + _GLOW_REACH + 1):
            for j in range(y - _GLOW_REACH, y + _GLOW_REACH + 1):
                light = LIGHT[block_at(world, i, j, k)]
                if light > 7 and found < _MOST_GLOWS:
                    glows[found, 0], glows[found, 1], glows[found, 2] = i + 0.5, j + 0.5, k + 0.5
                    glows[found, 3] = light
                    found += 1
    return found


@inner
def _find_bodies(world: World, shown: NDArray[np.int64]) -> int:
    found = 0
    for i in range(world.n_bodies):
        body = world.bodies[i]
        if body.kind != 0 and abs(body.x - world.x) < _FAR and abs(body.z - world.z) < _FAR:
            shown[found] = i
            found += 1
    return found


@inner
def _shade(
    world: World, x: int, y: int, z: int, day: float, glows: NDArray[np.float64], n_glows: int
) -> float:
    """How bright a place is: by day under the sky, less the deeper it lies, more near torches."""
    depth = integer(world.tops[x & _MASK, z & _MASK]) - y
    light = day if depth <= 0 else max(0.06, day * (0.55 - 0.04 * depth))
    for n in range(n_glows):
        away = abs(glows[n, 0] - x - 0.5) + abs(glows[n, 1] - y - 0.5) + abs(glows[n, 2] - z - 0.5)
        light = max(light, (glows[n, 3] - away) / 15.0)
    return light


@inner
def _look(
    world: World,
    dx: float,
    dy: float,
    dz: float,
    day: float,
    glows: NDArray[np.float64],
    n_glows: int,
    shown: NDArray[np.int64],
    n_shown: int,
    colour: NDArray[np.float64],
) -> None:
    """The colour along one ray."""
    x, y, z = world.x, eyes_of(world), world.z
    nearest, seen = _FAR, -1
    for n in range(n_shown):
        distance = distance_to_body(world, shown[n], x, y, z, dx, dy, dz)
        if 0.0 < distance < nearest:
            nearest, seen = distance, shown[n]
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    each_x = abs(1.0 / dx) if dx != 0.0 else _NEVER
    each_y = abs(1.0 / dy) if dy != 0.0 else _NEVER
    each_z = abs(1.0 / dz) if dz != 0.0 else _NEVER
    next_x = ((i + 1 - x) if dx > 0 else (x - i)) * each_x if dx != 0.0 else _NEVER
    next_y = ((j + 1 - y) if dy > 0 else (y - j)) * each_y if dy != 0.0 else _NEVER
    next_z = ((k + 1 - z) if dz > 0 else (z - k)) * each_z if dz != 0.0 else _NEVER
    distance, face, wet = 0.0, 3, 0.0
    while distance < nearest:
        state = block_at(world, i, j, k)
        if state != AIR:
            if is_water(state):
                wet = min(0.75, wet + 0.25 if wet == 0.0 else wet + 0.06)
            elif _CUBES[state] or _small(x, y, z, dx, dy, dz, i, j, k):
                _paint(
                    world, state, face, distance, x, y, z, dx, dy, dz, i, j, k, day, glows, n_glows, colour
                )
                _soak(colour, wet, day)
                return
        if next_x <= next_y and next_x <= next_z:
            distance, face = next_x, 0 if dx > 0 else 1
            i += 1 if dx > 0 else -1
            next_x += each_x
        elif next_y <= next_z:
            distance, face = next_y, 2 if dy > 0 else 3
            j += 1 if dy > 0 else -1
            next_y += each_y
        else:
            distance, face = next_z, 4 if dz > 0 else 5
            k += 1 if dz > 0 else -1
            next_z += each_z
    if seen >= 0:
        body = world.bodies[seen]
        at_y = (y + dy * nearest - body.y) / max(0.1, HEIGHT[body.kind])
        light = _shade(
            world, math.floor(body.x), math.floor(body.y + 0.5), math.floor(body.z), day, glows, n_glows
        )
        tone = 0.8 + 0.25 * at_y + 0.1 * HALF[body.kind]
        for n in range(3):
            colour[n] = _BODIES[body.kind, n] * tone * max(light, _NIGHT)
        if body.hurt > 0 and body.kind > 2:
            colour[0] = min(255.0, colour[0] + 90.0)
    else:
        pale = max(0.0, 1.0 - abs(dy) * 2.0)
        colour[0], colour[1], colour[2] = (110 + 60 * pale) * day, (165 + 40 * pale) * day, 245.0 * day + 8.0
    _soak(colour, wet, day)


@inner
def _soak(colour: NDArray[np.float64], wet: float, day: float) -> None:
    """Tint a colour by the water before it."""
    colour[0] = colour[0] * (1.0 - wet) + 45.0 * day * wet
    colour[1] = colour[1] * (1.0 - wet) + 80.0 * day * wet
    colour[2] = colour[2] * (1.0 - wet) + 200.0 * day * wet


@inner
def _small(x: float, y: float, z: float, dx: float, dy: float, dz: float, i: int, j: int, k: int) -> bool:
    """Whether a ray meets what stands in the middle of a cell, a plant or a torch."""
    enters, leaves = 0.0, _FAR
    for axis in range(3):
        at = x if axis == 0 else y if axis == 1 else z
        along = dx if axis == 0 else dy if axis == 1 else dz
        cell = i if axis == 0 else j if axis == 1 else k
        low, high = (cell + 0.0, cell + 0.75) if axis == 1 else (cell + 0.3, cell + 0.7)
        if along == 0.0:
            if not low <= at <= high:
                return False
            continue
        first, second = (low - at) / along, (high - at) / along
        enters, leaves = max(enters, min(first, second)), min(leaves, max(first, second))
    return enters <= leaves


@inner
def _paint(
    world: World,
    state: int,
    face: int,
    distance: float,
    x: float,
    y: float,
    z: float,
    dx: float,
    dy: float,
    dz: float,
    i: int,
    j: int,
    k: int,
    day: float,
    glows: NDArray[np.float64],
    n_glows: int,
    colour: NDArray[np.float64],
) -> None:
    """The colour of a block's face, with a grain of eight by eight."""
    a, b, c = (x + dx * distance) * 8.0, (y + dy * distance) * 8.0, (z + dz * distance) * 8.0
    grain = 0.82 + 0.3 * at_place(state, math.floor(a + 0.01), math.floor(b + 0.01), math.floor(c + 0.01))
    beside_x, beside_z = (
        i - (dx > 0) + (dx <= 0) if face < 2 else i,
        k - (dz > 0) + (dz <= 0) if face > 3 else k,
    )
    beside_y = j + 1 if face == 3 else j - 1 if face == 2 else j
    light = _shade(world, beside_x, beside_y, beside_z, day, glows, n_glows) * _FACES[face]
    if is_lava(state) or LIGHT[state] > 0:
        light = 1.0
    haze = min(1.0, (distance / _FAR) ** 2) if COLLIDES[state] else 0.0
    for n in range(3):
        sky = (170.0 if n == 0 else 205.0 if n == 1 else 250.0) * day
        colour[n] = _COLOURS[state, n] * grain * light * (1.0 - haze) + sky * haze


@inner
def _write_label(picture: NDArray[np.uint8]) -> None:
    """Write that this is not Minecraft, white on black, at the top left; twice as large if there is room."""
    size = 2 if picture.shape[1] >= 320 else 1
    for row in range(min(picture.shape[0], (LABEL.shape[0] + 2) * size)):
        for column in range(min(picture.shape[1], (LABEL.shape[1] + 2) * size)):
            a, b = row // size - 1, column // size - 1
            lit = 0 <= a < LABEL.shape[0] and 0 <= b < LABEL.shape[1] and LABEL[a, b]
            for n in range(3):
                picture[row, column, n] = 255 if lit else 0
