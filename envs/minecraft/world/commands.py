"""The lines of chat that MineDojo sends, and a few that tests use.

    /summon MOB X Y Z            /kill [@e[...]]          /time set TICKS|day|night|noon|midnight
    /weather clear|rain|thunder  /clear                   /replaceitem entity @p slot.PART.N ITEM [N [META]]
    /tp [@p] X Y Z [YAW PITCH]   /setblock X Y Z BLOCK [META]   /spreadplayers X Z DISTANCE RANGE ...
    /give [@p] ITEM [N]          /gamerule RULE VALUE     /respawn

Numbers may be relative (``~``, ``~3``). What follows and is not listed is left aside.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from envs.minecraft.world.compiled import calls
from envs.minecraft.world.played import Played
from envs.minecraft.world.slots import SlotStore
from envs.minecraft.world.spawn import surface
from envs.minecraft.world.tables.blocks import FIRST_STATE, NUMBER
from envs.minecraft.world.tables.items import ITEM
from envs.minecraft.world.tables.mobs import MOB, MOBS

_MOST: Final = 1_000
_TIMES: Final = {"day": 1_000, "noon": 6_000, "night": 13_000, "midnight": 18_000}
_SLOT: Final = re.compile(r"slot\.(hotbar|inventory|weapon|armor)\.?(\w*)")
_ARMOUR: Final = {"feet": 36, "legs": 37, "chest": 38, "head": 39}
_BY_MALMO: Final = {mob.malmo.lower(): mob.name for mob in MOBS}
_FAR: Final = 1e6


def carry_out(game: Played, text: str) -> bool:
    """Carry out one line; returns whether it was understood. What is not changes nothing."""
    words = text[:_MOST].strip().removeprefix("/").split()
    command = _COMMANDS.get(words[0].lower()) if words else None
    if command is None:
        return False
    try:
        return command(game, words[1:])
    except (ValueError, IndexError, KeyError, OverflowError):
        return False


def _world(game: Played) -> Any:
    return game.record[0]


def _name(word: str) -> str:
    return word.removeprefix("minecraft:").lower()


def _number(word: str, here: float) -> float:
    value = here + float(word[1:] or 0) if word.startswith("~") else float(word)
    if not abs(value) < _FAR:
        raise ValueError(word)
    return value


def _place(game: Played, words: list[str]) -> tuple[float, float, float]:
    x, y, z = (_number(word, here) for word, here in zip(words[:3], game.position, strict=True))
    return x, y, z


def _summon(game: Played, words: list[str]) -> bool:
    name = _name(words[0])
    mob = name if name in MOB else _BY_MALMO[name.replace("_", "")]
    x, y, z = _place(game, words[1:4]) if len(words) >= 4 else game.position
    return calls.summon(game.record, MOB[mob].number, x, y, z) >= 0


def _kill(game: Played, words: list[str]) -> bool:
    target = words[0] if words else "@p"
    world = _world(game)
    if not target.startswith("@e"):
        if not world["dead"]:
            calls.hurt(game.record, 1e6)
        return True
    kept = re.search(r"type=(!?)(\w+)", target)
    bodies = world["bodies"]
    for i in range(int(world["n_bodies"])):
        name = (
            "item"
            if bodies[i]["kind"] == 1
            else next((m.name for m in MOBS if m.number == bodies[i]["kind"]), "")
        )
        if kept is None or (name == _name(kept[2])) != bool(kept[1]):
            bodies[i]["kind"] = 0
    calls.compact_bodies(game.record)
    return True


def _time(game: Played, words: list[str]) -> bool:
    ticks = _TIMES[words[1]] if words[1] in _TIMES else int(words[1])
    world = _world(game)
    if words[0] == "add":
        ticks += int(world["time"])
    elif words[0] != "set":
        return False
    world["time"] = ticks % 24_000
    return True


def _weather(game: Played, words: list[str]) -> bool:
    if words[0] not in ("clear", "rain", "thunder"):
        return False
    _world(game)["raining"] = words[0] != "clear"
    _world(game)["weather_left"] = 20 * int(words[1]) if len(words) > 1 else 12_000
    return True


def _clear(game: Played, words: list[str]) -> bool:
    for name in ("slot_item", "slot_count", "slot_wear"):
        _world(game)[name] = 0
    return True


def _replace_item(game: Played, words: list[str]) -> bool:
    part, which = _SLOT.fullmatch(words[2].lower()).groups()  # type: ignore[union-attr]
    if part == "hotbar":
        slot = int(which)
    elif part == "inventory":
        slot = 9 + int(which)
    elif part == "armor":
        slot = _ARMOUR[which]
    else:
        slot = 40 if which == "offhand" else 0
    item, count = _name(words[3]), int(words[4]) if len(words) > 4 else 1
    if item not in ITEM or not 0 <= slot <= 40 or not 0 <= count <= 64:
        return False
    SlotStore(_world(game)).put(slot, item, 0 if item == "air" else count, 0)
    return True


def _give(game: Played, words: list[str]) -> bool:
    words = words[1:] if words[0].startswith("@") else words
    item, count = _name(words[0]), int(words[1]) if len(words) > 1 else 1
    if item not in ITEM or not 1 <= count <= 64:
        return False
    SlotStore(_world(game)).give(item, count)
    return True


def _teleport(game: Played, words: list[str]) -> bool:
    try:
        float(words[0].replace("~", "0", 1))
    except ValueError:
        words = words[1:]
    world = _world(game)
    x, y, z = _place(game, words)
    world["x"], world["y"], world["z"] = x, y, z
    world["vx"] = world["vy"] = world["vz"] = world["fallen"] = 0.0
    if len(words) >= 5:
        world["yaw"] = (_number(words[3], game.yaw) + 180.0) % 360.0 - 180.0
        world["pitch"] = float(np.clip(_number(words[4], game.pitch), -90.0, 90.0))
    game.load_land()
    return True


def _set_block(game: Played, words: list[str]) -> bool:
    x, y, z = (math.floor(value) for value in _place(game, words))
    name, meta = _name(words[3]), words[4] if len(words) > 4 else "0"
    state = NUMBER.get(f"{name}:{meta}", FIRST_STATE[name])
    calls.change_block(game.record, x, y, z, state)
    return True


def _spread(game: Played, words: list[str]) -> bool:
    """Put the player somewhere in the open, within a range of a place."""
    x, _, z = (
        _number(word, here) for word, here in zip([words[0], "0", words[1]], game.position, strict=True)
    )
    reach = min(float(words[3]), 20_000.0)
    for _ in range(16):
        numbers = calls.draw_numbers(game.record, 2)
        at_x, at_z = (
            math.floor(c + (n * 2 - 1) * reach) for c, n in zip((x, z), numbers.tolist(), strict=True)
        )
        _teleport(game, [str(at_x), "100", str(at_z)])
        layer = surface(_world(game), at_x, at_z)
        if layer is not None:
            return _teleport(game, [str(at_x + 0.5), str(layer), str(at_z + 0.5)])
    return True


def _game_rule(game: Played, words: list[str]) -> bool:
    fields = {"domobspawning": "mobs_spawn", "dodaylightcycle": "time_passes"}
    _world(game)[fields[words[0].lower()]] = words[1].lower() == "true"
    return True


def _respawn(game: Played, words: list[str]) -> bool:
    """Bring a dead player back to life where its home is; what it carried is gone."""
    world = _world(game)
    if not world["dead"]:
        return False
    _clear(game, [])
    world["dead"], world["life"], world["food"], world["saturation"] = 0, 20.0, 20, 5.0
    world["burning"] = world["hurt"] = world["exhaustion"] = 0
    world["air"] = 300
    return _teleport(game, [str(float(world[name])) for name in ("home_x", "home_y", "home_z")])


_COMMANDS: Final[dict[str, Callable[[Played, list[str]], bool]]] = {
    "summon": _summon,
    "kill": _kill,
    "time": _time,
    "weather": _weather,
    "clear": _clear,
    "replaceitem": _replace_item,
    "give": _give,
    "tp": _teleport,
    "setblock": _set_block,
    "spreadplayers": _spread,
    "gamerule": _game_rule,
    "respawn": _respawn,
}
