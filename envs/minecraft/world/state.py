"""The whole state of one block world as a record.

The record is one block of memory: what is always in use comes first, then bodies, then the land that is
loaded, so that everything but the land is copied as the bytes before it.

Land is a window of 16 by 16 chunks that wraps around: the column (x, z) lies at ``x & 255, z & 255``. Only
the chunks around the player are loaded; all others are air.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.world.tables.items import N_ITEMS
from envs.minecraft.world.tables.mobs import MOBS
from envs.minecraft.world.tables.parameters import FIGURES

LAYERS: Final = 128
WINDOW: Final = 256
"""Columns of the window each way; a power of two."""
CHUNK: Final = 16
N_CHUNKS: Final = WINDOW // CHUNK
N_SLOTS: Final = 41
"""0 to 35 carried (0 is the hand), 36 to 39 feet, legs, chest, head, 40 the other hand."""
MAX_BODIES: Final = 160
"""Mobs, items that lie about and arrows, together."""
MAX_FLOWS: Final = 1024
"""Places where liquids are about to move."""
N_KINDS: Final = 3 + len(MOBS)

COUNTERS: Final = ("crafted", "smelted", "placed", "used", "eaten", "picked_up", "dropped", "broken")
"""What is counted by item, in the order of the rows of `World.counts`."""

TRAVELS: Final = ("walked", "crouched", "sprinted", "swum", "fallen", "climbed", "dived")
"""Distances that are kept, in blocks, in the order of `World.travelled`."""

TOTALS: Final = ("jumps", "damage_dealt", "damage_taken", "mob_kills", "sleeps", "drops", "sneak_ticks")
"""Other sums, in the order of `World.totals`."""

CAUSES: Final = (
    "", "mob", "arrow", "explosion", "fall", "drown", "lava", "fire", "wall", "starve", "cactus", "void",
    "command",
)  # fmt: skip
"""What hurts, by number."""


class Body(Protocol):
    """A mob, an item that lies about, or an arrow.

    Attributes:
        kind: number of its mob; 1 an item, 2 an arrow; 0 none.
        x: middle of its feet.
        y: bottom.
        z: middle of its feet.
        vx: blocks a tick.
        vy: blocks a tick.
        vz: blocks a tick.
        yaw: degrees.
        life: half hearts.
        goal_x: where it is heading.
        goal_z: where it is heading.
        thing: number of the item that lies there; the kind of mob that shot an arrow.
        count: how many.
        wear: how worn.
        age: ticks.
        hurt: ticks until it can be hurt again.
        timer: blows, shots, fuse, eggs: ticks, by what the kind does.
        panic: ticks that it still flees.
        angry: ticks that it still comes after the player.
        grounded: 0 or 1.
        sheared: 0 or 1.
        burning: ticks.
        mine: 1 for an arrow of the player's; for a mob whether it stays when far away.
    """

    kind: int
    x: float
    y: float
    z: float
    vx: float
    vy: float
    vz: float
    yaw: float
    life: float
    goal_x: float
    goal_z: float
    thing: int
    count: int
    wear: int
    age: int
    hurt: int
    timer: int
    panic: int
    angry: int
    grounded: int
    sheared: int
    burning: int
    mine: int


class Bodies(Protocol):
    """The rows of the table of bodies."""

    def __getitem__(self, row: int) -> Body:
        """One row."""

    def __setitem__(self, row: int, body: Body) -> None:
        """Copy a body into a row."""


class World(Protocol):
    """The record of one world.

    Attributes:
        rules: float64[n], the figures of its `Parameters`.
        seed: of the land.
        biome: number of the biome that all land is of, -1 for all sorts.
        flat: 1 for flat land.
        random: state of the random generator.
        ticks: since the start.
        time: time of day, 0 at sunrise.
        day: whole days since the start.
        time_passes: 0 or 1.
        mobs_spawn: 0 or 1.
        raining: 0 or 1.
        weather_left: ticks until the weather changes.
        break_speed: how many times faster blocks are dug.
        x: middle of the feet.
        y: bottom of the feet.
        z: middle of the feet.
        vx: blocks a tick.
        vy: blocks a tick.
        vz: blocks a tick.
        yaw: degrees; 0 looks along z, 90 along -x.
        pitch: degrees, -90 up to 90 down.
        grounded: 0 or 1.
        bumped: 0 or 1, whether a wall stopped the latest move.
        in_water: 0 or 1.
        in_lava: 0 or 1.
        eyes_in_water: 0 or 1.
        sprinting: 0 or 1.
        sneaking: 0 or 1.
        fallen: blocks since the ground was left.
        life: half hearts.
        food: half shanks.
        saturation: points.
        exhaustion: points.
        food_timer: ticks.
        air: ticks.
        burning: ticks.
        hurt: ticks until wounds count in full again.
        last_wound: half hearts of the latest wound.
        dead: 0 or 1.
        cause: number of what hurt last, out of `CAUSES`.
        hurt_by: kind of mob that did, 0 for none.
        hurt_at: the tick of it, -1 for never.
        died_at: tick of the latest death, 0 for never.
        xp: points.
        asleep: ticks asleep, 0 awake.
        home_x: where one comes back.
        home_y: where one comes back.
        home_z: where one comes back.
        dig_x: what is being dug.
        dig_y: what is being dug.
        dig_z: what is being dug.
        digging: how far, 0 to 1.
        dig_pause: ticks.
        swing: ticks since the latest blow.
        attacked: whether attack was held in the latest tick.
        used: whether use was held in the latest tick.
        use_pause: ticks.
        drawn: ticks that a bow has been drawn.
        fuel: ticks of fuel that are left over, as Malmo keeps them.
        slot_item: int64[N_SLOTS].
        slot_count: int64[N_SLOTS].
        slot_wear: int64[N_SLOTS].
        mined: int64[256], blocks dug, by state.
        counts: int64[len(COUNTERS), N_ITEMS].
        killed: int64[N_KINDS].
        killed_by: int64[N_KINDS].
        travelled: float64[len(TRAVELS)].
        totals: float64[len(TOTALS)].
        n_bodies: bodies in use.
        n_flows: flows in use.
        flows: int64[MAX_FLOWS, 4], x, y, z, tick.
        bodies: MAX_BODIES rows.
        chunk_x: int64[N_CHUNKS, N_CHUNKS], which chunk lies there.
        chunk_z: int64[N_CHUNKS, N_CHUNKS], which chunk lies there.
        loaded: uint8[N_CHUNKS, N_CHUNKS].
        changed: uint8[N_CHUNKS, N_CHUNKS], whether a loaded chunk differs from how it was made.
        tops: uint8[WINDOW, WINDOW], the lowest layer above everything that hides the sky.
        biomes: uint8[WINDOW, WINDOW], numbers of biomes.
        blocks: uint8[WINDOW, WINDOW, LAYERS], numbers of states, by x, z, layer.
    """

    rules: NDArray[np.float64]
    seed: int
    biome: int
    flat: int
    random: int
    ticks: int
    time: int
    day: int
    time_passes: int
    mobs_spawn: int
    raining: int
    weather_left: int
    break_speed: float
    x: float
    y: float
    z: float
    vx: float
    vy: float
    vz: float
    yaw: float
    pitch: float
    grounded: int
    bumped: int
    in_water: int
    in_lava: int
    eyes_in_water: int
    sprinting: int
    sneaking: int
    fallen: float
    life: float
    food: int
    saturation: float
    exhaustion: float
    food_timer: int
    air: int
    burning: int
    hurt: int
    last_wound: float
    dead: int
    cause: int
    hurt_by: int
    hurt_at: int
    died_at: int
    xp: int
    asleep: int
    home_x: float
    home_y: float
    home_z: float
    dig_x: int
    dig_y: int
    dig_z: int
    digging: float
    dig_pause: int
    swing: int
    attacked: int
    used: int
    use_pause: int
    drawn: int
    fuel: int
    slot_item: NDArray[np.int64]
    slot_count: NDArray[np.int64]
    slot_wear: NDArray[np.int64]
    mined: NDArray[np.int64]
    counts: NDArray[np.int64]
    killed: NDArray[np.int64]
    killed_by: NDArray[np.int64]
    travelled: NDArray[np.float64]
    totals: NDArray[np.float64]
    n_bodies: int
    n_flows: int
    flows: NDArray[np.int64]
    bodies: Bodies
    chunk_x: NDArray[np.int64]
    chunk_z: NDArray[np.int64]
    loaded: NDArray[np.uint8]
    changed: NDArray[np.uint8]
    tops: NDArray[np.uint8]
    biomes: NDArray[np.uint8]
    blocks: NDArray[np.uint8]


def _plain(kind: str) -> type:
    return np.float64 if kind == "float" else np.int64


BODY_DTYPE: Final = np.dtype(
    [(name, _plain(str(kind))) for name, kind in Body.__annotations__.items()], align=True
)
_SHAPES: Final[dict[str, tuple[Any, tuple[int, ...]]]] = {
    "rules": (np.float64, (len(FIGURES),)),
    "slot_item": (np.int64, (N_SLOTS,)),
    "slot_count": (np.int64, (N_SLOTS,)),
    "slot_wear": (np.int64, (N_SLOTS,)),
    "mined": (np.int64, (256,)),
    "counts": (np.int64, (len(COUNTERS), N_ITEMS)),
    "killed": (np.int64, (N_KINDS,)),
    "killed_by": (np.int64, (N_KINDS,)),
    "travelled": (np.float64, (len(TRAVELS),)),
    "totals": (np.float64, (len(TOTALS),)),
    "flows": (np.int64, (MAX_FLOWS, 4)),
    "bodies": (BODY_DTYPE, (MAX_BODIES,)),
    "chunk_x": (np.int64, (N_CHUNKS, N_CHUNKS)),
    "chunk_z": (np.int64, (N_CHUNKS, N_CHUNKS)),
    "loaded": (np.uint8, (N_CHUNKS, N_CHUNKS)),
    "changed": (np.uint8, (N_CHUNKS, N_CHUNKS)),
    "tops": (np.uint8, (WINDOW, WINDOW)),
    "biomes": (np.uint8, (WINDOW, WINDOW)),
    "blocks": (np.uint8, (WINDOW, WINDOW, LAYERS)),
}
WORLD_DTYPE: Final = np.dtype(
    [
        (name, *_SHAPES[name]) if name in _SHAPES else (name, _plain(str(kind)))
        for name, kind in World.__annotations__.items()
    ],
    align=True,
)
_OFFSETS: Final = {name: WORLD_DTYPE.fields[name][1] for name in WORLD_DTYPE.names or ()}  # type: ignore[index]
KEPT_BYTES: Final = _OFFSETS["chunk_x"]
"""Bytes of a record before its land."""


def new_world() -> NDArray[Any]:
    """The record of a world, WORLD_DTYPE[1], all zero; memory is taken only as it is used."""
    return np.zeros(1, WORLD_DTYPE)
