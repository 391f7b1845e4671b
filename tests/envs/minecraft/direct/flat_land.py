"""A player on flat land, what is put around it, and what it does there."""

import numpy as np

from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC
from envs.minecraft.world import Start
from envs.minecraft.world.compiled import calls as world_calls
from envs.minecraft.world.tables.blocks import NUMBER

NOTHING_SOUGHT = Focus()
DIAMOND = Focus(seek=("diamond_ore",), explore="depths")
TREE = Focus(seek=("tree",))


def begin(game: MinecraftGame, *inventory: tuple[int, str, int], **changes: object) -> None:
    start = {"flat": True, "allow_mob_spawn": False, "position": (8.5, 65.0, 8.5, 0.0, 10.0)} | changes
    game._start = Start(inventory=inventory, **start)  # type: ignore[arg-type]
    game.reset(5)


def do(game: MinecraftGame, action: str, focus: Focus = NOTHING_SOUGHT) -> dict[str, int]:
    game.encode(focus, np.zeros(SPEC.encoding_size, np.float32))
    game.step(SPEC.action_index[action])
    return game.facts()


def feet(game: MinecraftGame) -> tuple[int, int, int]:
    x, y, z = game.world.position
    return int(np.floor(x)), int(np.floor(y)), int(np.floor(z))


def put(game: MinecraftGame, place: tuple[int, int, int], name: str) -> None:
    world_calls.change_block(game.world.record, *place, NUMBER[name])


def around(x: int, y: int, z: int) -> list[tuple[int, int, int]]:
    return [(x + 1, y, z), (x - 1, y, z), (x, y, z + 1), (x, y, z - 1)]


def wound(game: MinecraftGame, life: float, food: int = 20) -> None:
    game.world.record[0]["life"], game.world.record[0]["food"] = life, food
