"""The block world: our own small engine, played like Minecraft. It is not Minecraft."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.making import craft, smelt
from envs.minecraft.world import chunks, commands, readings, saved, stats
from envs.minecraft.world.compiled import calls
from envs.minecraft.world.compiled.orders import FREE
from envs.minecraft.world.slots import N_CARRIED, Slot, SlotStore, counts_of, slots_of
from envs.minecraft.world.spawn import place_mobs, place_player
from envs.minecraft.world.start import ARMOUR_SLOTS, NOTHING, WEATHERS, Controls, Start
from envs.minecraft.world.state import COUNTERS, KEPT_BYTES, new_world
from envs.minecraft.world.tables.biomes import BIOME, Biome
from envs.minecraft.world.tables.blocks import STATES
from envs.minecraft.world.tables.gear import ARMOUR
from envs.minecraft.world.tables.items import ITEM, ITEMS
from envs.minecraft.world.tables.mobs import MOB_BY_NUMBER
from envs.minecraft.world.tables.parameters import PARAMETERS, Parameters, place_of

_PLACE: Final = 12
_LOADED: Final = place_of("world.loaded")


class Aim(NamedTuple):
    """What the player looks at within reach.

    Attributes:
        block: the block's name, empty for none; None of it counts where a mob is nearer.
        place: where the block is.
        mob: the mob's name, empty for none.
    """

    block: str
    place: tuple[int, int, int]
    mob: str


class Kept(NamedTuple):
    """A state of a world that can be put back as often as is wanted; it shares what never changes.

    Attributes:
        record: uint8[KEPT_BYTES].
        edits: how the land differs from how it was made.
    """

    record: NDArray[np.uint8]
    edits: chunks.Edits


class BlockWorld:
    """One world with one player.

    Everything follows from the seed, the start and the controls. Names are those of Minecraft 1.11.2, and
    places are in its coordinates: x east, y up, z south, yaw 0 looks along z.

    Args:
        seed: of the land and of everything that happens, 0..2^62.
        parameters: the figures by which it runs.

    Attributes:
        record: WORLD_DTYPE[1], the state; for compiled code, see `envs.minecraft.world.state`.
        parameters: the figures by which it runs.
        start: how the game that is on began.
    """

    def __init__(self, seed: int = 0, parameters: Parameters = PARAMETERS) -> None:
        self.parameters = parameters
        self.record = new_world()
        self.start = Start()
        self._world: Any = self.record[0]
        self._bytes = self.record.view(np.uint8)
        self._edits: chunks.Edits = {}
        self._center = (0, 0)
        self._seed = int(seed) % 2**62
        self._catalogue = load_catalogue()

    def reset(self, start: Start | None = None, seed: int | None = None) -> None:
        """Begin a game.

        Args:
            start: how it begins; as `Start` says by default.
            seed: another seed from now on; the one before unless given.
        """
        self.start = start or Start()
        self._seed = self._seed if seed is None else int(seed) % 2**62
        for place in chunks.loaded_chunks(self._world):
            chunks.unload(self._world, self._edits, *place)
        self._edits = {}
        self._bytes[:KEPT_BYTES] = 0
        world, chosen = self._world, self.start
        world["rules"] = self.parameters.vector
        world["seed"] = world["random"] = self._seed
        world["biome"] = -1 if chosen.biome is None else BIOME[chosen.biome].number
        world["flat"], world["time"], world["time_passes"] = chosen.flat, chosen.time, chosen.time_passes
        world["mobs_spawn"], world["break_speed"] = chosen.allow_mob_spawn, chosen.break_speed
        world["raining"] = WEATHERS.index(chosen.weather) >= 2
        world["weather_left"] = 12_000
        world["food"], world["saturation"] = chosen.food, self.parameters["food.saturation"]
        world["air"], world["hurt_at"], world["dig_y"], world["swing"] = 300, -1, -1, 100
        world["life"] = chosen.life
        for slot, item, count in chosen.inventory:
            SlotStore(world).put(slot, item, count, 0)
        place_player(self)
        place_mobs(self, chosen.mobs, *chosen.mob_range)

    def tick(self, controls: Controls = NOTHING) -> None:
        """Let a twentieth of a second pass. A dead player stays dead: see `is_dead` and `command`."""
        self.tick_many(controls, 1)

    def tick_many(self, controls: Controls, ticks: int) -> int:
        """Let many ticks pass with the same keys held; turning, dropping and making is done in the first.

        Returns:
            how many passed; fewer where the player died.
        """
        if self._world["dead"]:
            return 0
        keys = controls.keys()
        self._make(controls)
        keys[_PLACE] = self._slot_of(controls.place)
        done = 0
        while done < ticks and not self._world["dead"]:
            done += int(calls.tick_world(self.record, keys, ticks - done, FREE))
            keys[9:12], keys[_PLACE] = 0.0, -1.0
            self.load_land()
        return done

    def _make(self, controls: Controls) -> None:
        store, world, known = SlotStore(self._world), self._world, self._catalogue
        made = {"crafted": "", "smelted": ""}
        if controls.craft and controls.craft in known.by_hand:
            made["crafted"] = controls.craft
            recipe = craft(store, known, controls.craft, False)
        elif controls.craft_nearby:
            made["crafted"] = controls.craft_nearby
            near = self.near_table
            recipe = craft(store, known, controls.craft_nearby, near) if near else None
        elif controls.smelt:
            made["smelted"] = controls.smelt
            recipe = smelt(store, known, controls.smelt, self.near_furnace)
        else:
            recipe = None
        if recipe is not None:
            for counter, item in made.items():
                if item:
                    world["counts"][COUNTERS.index(counter), ITEM[item]] += recipe.count
            for number, count in store.spilt:
                calls.drop_at_player(self.record, number, count)
        if controls.equip != "":
            self._equip(self._slot_of(controls.equip))

    def _slot_of(self, wanted: str | int) -> int:
        """The slot of an item, or the slot itself; -1 for nothing of the kind."""
        if isinstance(wanted, int):
            return wanted if self._world["slot_count"][wanted] else -1
        found = SlotStore(self._world).find(wanted) if wanted else None
        return -1 if found is None else found

    def _equip(self, slot: int) -> None:
        if slot >= 0:
            item = self._catalogue.item[ITEMS[int(self._world["slot_item"][slot])]]
            SlotStore(self._world).swap(slot, ARMOUR_SLOTS.get(item.slot, 0))

    def command(self, text: str) -> bool:
        """Carry out a line of chat, as far as MineDojo sends such: see `envs.minecraft.world.commands`.

        Returns:
            whether it was understood.
        """
        return commands.carry_out(self, text)

    def load_land(self) -> None:
        """Load the land around where the player is now."""
        here = math.floor(self._world["x"]) >> 4, math.floor(self._world["z"]) >> 4
        if here != self._center or not self._world["loaded"].any():
            self._center = here
            reach = int(self._world["rules"][_LOADED])
            new = chunks.load_around(self._world, self._edits, *here, reach)
            if self._world["mobs_spawn"]:
                for x, z in new:
                    calls.populate_chunk(self.record, x, z)

    # What there is to read.

    @property
    def position(self) -> tuple[float, float, float]:
        """x, y and z of the player's feet."""
        return float(self._world["x"]), float(self._world["y"]), float(self._world["z"])

    @property
    def yaw(self) -> float:
        """Degrees, -180..180; 0 looks along z, 90 along -x."""
        return float(self._world["yaw"])

    @property
    def pitch(self) -> float:
        """Degrees, -90 up to 90 down."""
        return float(self._world["pitch"])

    @property
    def life(self) -> float:
        """Half hearts, 0..20."""
        return float(self._world["life"])

    @property
    def food(self) -> int:
        """Half shanks, 0..20."""
        return int(self._world["food"])

    @property
    def saturation(self) -> float:
        """Points of saturation."""
        return float(self._world["saturation"])

    @property
    def air(self) -> int:
        """Ticks of air left, up to 300."""
        return max(0, int(self._world["air"]))

    @property
    def armour(self) -> int:
        """Points of armour worn, 0..20."""
        return sum(ARMOUR.get(slot.item, 0) for slot in self.inventory()[36:40])

    @property
    def xp(self) -> int:
        """Points of experience."""
        return int(self._world["xp"])

    @property
    def ticks(self) -> int:
        """Ticks since the game began."""
        return int(self._world["ticks"])

    @property
    def time(self) -> int:
        """Time of day, 0..23999 ticks: 0 sunrise, 6000 noon, 12000 sunset, 18000 midnight."""
        return int(self._world["time"])

    @property
    def biome(self) -> Biome:
        """The biome here."""
        return readings.biome_of(self._world)

    @property
    def is_raining(self) -> bool:
        """Whether it rains or snows in the world; not in a desert."""
        return bool(self._world["raining"])

    @property
    def is_dead(self) -> bool:
        """Whether the player is dead. `reset` or ``/respawn`` begins anew."""
        return bool(self._world["dead"])

    @property
    def is_sleeping(self) -> bool:
        """Whether the player lies in bed."""
        return bool(self._world["asleep"])

    @property
    def cause(self) -> str:
        """What hurt the player last, as ``mob:zombie`` or ``fall``; empty for nothing yet."""
        return readings.cause_of(self._world)

    @property
    def digging(self) -> float:
        """How far the block that is dug is dug, 0..1."""
        return float(self._world["digging"])

    @property
    def near_table(self) -> bool:
        """Whether a crafting table can be used: within five blocks, and in view, as Malmo has it."""
        return readings.is_near(self._world, "crafting_table")

    @property
    def near_furnace(self) -> bool:
        """The same of a furnace."""
        return readings.is_near(self._world, "furnace")

    def light(self) -> tuple[int, int, int]:
        """Light where the player stands: now, of the sky at noon, of blocks; 0..15 each."""
        seen = np.zeros(8)
        calls.look_world(self.record, seen)
        return int(seen[7]), int(seen[5]), int(seen[6])

    @property
    def can_see_sky(self) -> bool:
        """Whether nothing hides the sky where the player stands."""
        column = math.floor(self._world["x"]) % 256, math.floor(self._world["z"]) % 256
        return bool(math.floor(self._world["y"]) >= int(self._world["tops"][column]))

    @property
    def sun_brightness(self) -> float:
        """How bright the sky is, 0..1."""
        return readings.sun_brightness(self._world)

    def aim(self) -> Aim:
        """What the player looks at within reach."""
        seen = np.zeros(5)
        calls.look_world(self.record, seen)
        body, x, y, z, face = (int(value) for value in seen[:5])
        mob = MOB_BY_NUMBER[int(self._world["bodies"][body]["kind"])].name if body >= 0 else ""
        block = self.block(x, y, z) if face >= -1 else ""
        return Aim(block, (x, y, z), mob)

    def block(self, x: int, y: int, z: int) -> str:
        """The name of the block at a place; ``air`` where nothing is loaded."""
        return STATES[readings.state_at(self._world, x, y, z)].name

    def inventory(self) -> list[Slot]:
        """All 41 slots: 0 to 35 carried (0 the hand), feet, legs, chest, head, the other hand."""
        return slots_of(self._world)

    def carried(self) -> dict[str, int]:
        """Item -> how many are carried in slots 0 to 35."""
        found: dict[str, int] = {}
        for slot in self.inventory()[:N_CARRIED]:
            if slot.count:
                found[slot.item] = found.get(slot.item, 0) + slot.count
        return found

    def bodies(self) -> list[readings.BodySeen]:
        """Mobs, things that lie about and arrows."""
        return readings.bodies_of(self._world)

    def blocks_around(self, low: tuple[int, int, int], high: tuple[int, int, int]) -> NDArray[np.uint8]:
        """Numbers of the states around the feet, uint8[x, y, z]; see `envs.minecraft.world.tables.blocks`.

        Raises:
            ValueError: the range is empty or reaches beyond 64 blocks.
        """
        return readings.blocks_around(self._world, low, high)

    def voxels(self, low: tuple[int, int, int], high: tuple[int, int, int]) -> list[Any]:
        """The ten values a cell of MineDojo's voxels, flat; see `envs.minecraft.world.readings.voxels`."""
        return readings.voxels(self._world, low, high)

    def rays(self, pitches: Any, yaws: Any, distances: Any) -> list[Any]:
        """The sixteen values a ray of MineDojo's lidar, flat; see `envs.minecraft.world.readings.rays`."""
        pitches, yaws, distances = np.broadcast_arrays(pitches, yaws, distances)
        return readings.rays(self.record, pitches.ravel(), yaws.ravel(), distances.ravel())

    def frame(self, width: int = 256, height: int = 160) -> NDArray[np.uint8]:
        """What the player sees, uint8[height, width, 3], rows from the top; it says that it is not Minecraft.

        Raises:
            ValueError: a side is not within 16..2048.
        """
        if not (16 <= width <= 2048 and 16 <= height <= 2048):
            raise ValueError(f"a frame of {width!r} by {height!r}; expected 16..2048 each")
        picture = np.zeros((height, width, 3), np.uint8)
        calls.draw_frame(self.record, picture)
        return picture

    # What was done.

    def mined(self) -> dict[str, int]:
        """Block -> how often it was dug."""
        found: dict[str, int] = {}
        for state in self._world["mined"].nonzero()[0].tolist():
            name = STATES[state].name
            found[name] = found.get(name, 0) + int(self._world["mined"][state])
        return found

    def killed(self) -> dict[str, int]:
        """Mob -> how many the player killed."""
        row = self._world["killed"]
        return {MOB_BY_NUMBER[k].name: int(row[k]) for k in row.nonzero()[0].tolist() if k in MOB_BY_NUMBER}

    def counted(self, counter: str) -> dict[str, int]:
        """Item -> how often, of one of `envs.minecraft.world.state.COUNTERS`."""
        return counts_of(self._world, counter)

    def stats(self) -> dict[str, int]:
        """The game's statistics by id, such as ``stat.killEntity.Cow``; what is zero is left out."""
        return stats.stats_of(self._world)

    # Copies.

    def keep(self) -> Kept:
        """The state, for `put_back`: cheap, within this process."""
        edits = dict(self._edits)
        for place in chunks.loaded_chunks(self._world):
            edit = chunks.edit_of(self._world, *place)
            if edit is None:
                edits.pop(place, None)
            else:
                edits[place] = edit
        return Kept(self._bytes[:KEPT_BYTES].copy(), edits)

    def put_back(self, kept: Kept) -> None:
        """Put the world into a state that was kept, be it another world's."""
        for place in chunks.loaded_chunks(self._world):
            chunks.unload(self._world, self._edits, *place)
        self._bytes[:KEPT_BYTES] = kept.record
        self._edits = dict(kept.edits)
        self._seed = int(self._world["seed"])
        self._center = math.floor(self._world["x"]) >> 4, math.floor(self._world["z"]) >> 4
        reach = int(self._world["rules"][_LOADED])
        chunks.load_around(self._world, self._edits, *self._center, reach)

    def snapshot(self) -> bytes:
        """The whole state as bytes."""
        kept = self.keep()
        return saved.pack(kept.record, kept.edits)

    def restore(self, data: bytes) -> None:
        """Put the world into the state of a snapshot. Raises `BadWorldSnapshot`."""
        self.put_back(Kept(*saved.unpack(data)))
