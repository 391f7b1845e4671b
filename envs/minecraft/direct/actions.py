"""What each action does: the keys of one tick, or as many ticks as it takes until it is done or hindered."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.direct import calls
from envs.minecraft.direct.body import HIDDEN, NOTHING, Body
from envs.minecraft.direct.fighting import fight
from envs.minecraft.direct.frontier import LAYER
from envs.minecraft.direct.kinds import KINDS, N_BLOCK_KINDS
from envs.minecraft.direct.memory import COARSE
from envs.minecraft.direct.picking_up import pick_up
from envs.minecraft.direct.sheltering import hide, rest
from envs.minecraft.direct.walking import (
    SIDES,
    come_up,
    dig_faced,
    drop_below,
    follow,
    get_free,
    look_around,
    look_for_foe,
    read_way,
)
from envs.minecraft.direct.way import FALL
from envs.minecraft.spec import ACTIONS, WALKING
from envs.minecraft.world import Controls
from envs.minecraft.world.compiled.player import (
    ATTACK,
    BACK,
    DROP,
    FORWARD,
    JUMP,
    LEFT,
    RIGHT,
    SNEAK,
    SPRINT,
    USE,
)
from envs.minecraft.world.slots import SlotStore
from envs.minecraft.world.tables.gear import FOOD
from envs.minecraft.world.tables.items import ITEM, ITEMS

TURN: Final = 15.0
"""Degrees that turning and looking up or down take a tick."""

WALK_STEPS: Final = 8
WALK_TICKS: Final = 300
MINE_BLOCKS: Final = 4
"""Bounds of the longer actions."""

_KEYS: Final = {
    "forward": (FORWARD,), "back": (BACK,), "left": (LEFT,), "right": (RIGHT,), "jump": (JUMP,),
    "sneak": (SNEAK,), "sprint": (FORWARD, SPRINT), "attack": (ATTACK,), "use": (USE,), "drop": (DROP,),
}  # fmt: skip
_TURNS: Final = {
    "turn_left": (-TURN, 0.0),
    "turn_right": (TURN, 0.0),
    "look_up": (0.0, -TURN),
    "look_down": (0.0, TURN),
}
_LIQUIDS: Final = (KINDS["water"], KINDS["lava"])
_STUCK: Final = 2


def walk(body: Body, name: str) -> None:
    """One of the actions of one tick."""
    yaw, pitch = _TURNS.get(name, (0.0, 0.0))
    body.tick(*_KEYS.get(name, ()), yaw=yaw, pitch=pitch)


def face(body: Body) -> None:
    """Turn to the nearest thing sought: within reach, else remembered, else a quarter to the right."""
    seeks_liquid = any(body.wanted[kind] for kind in _LIQUIDS)
    if body.aim(1 if seeks_liquid else 0, 16.0) < NOTHING:
        yaw, pitch = body.turn_to(float(body.aimed[0]), float(body.aimed[1]))
        body.tick(yaw=yaw, pitch=pitch)
        return
    body.survey()
    known = [(float(body.memory["nearest"][kind, 0]), kind) for kind in body.wanted.nonzero()[0].tolist()]
    distance, kind = min(known, default=(NOTHING, -1))
    if distance < NOTHING:
        _, x, y, z = body.memory["nearest"][kind].tolist()
        yaw, pitch = body.angles_to(x + 0.5, y + 0.5, z + 0.5)
        body.tick(yaw=yaw, pitch=pitch)
    else:
        _, level = body.turn_to(0.0, 0.0)
        body.tick(yaw=90.0, pitch=level)


def walk_to(body: Body) -> None:
    """Some steps on the way to the nearest thing sought, or to unseen land; ends looking at it."""
    start, begun, life = body.place, body.ticks, body.life
    come_up(body)
    get_free(body)
    body.survey()
    body.head()
    kind, length, _ = body.headed
    if kind < 0 and LAYER[body.region] < 0 and not body.goal[5]:
        look_around(body)
        body.survey()
        body.head()
        kind, length, _ = body.headed
    far = _far(body)
    goal = body.goal.copy()
    if length:
        follow(body, read_way(body, min(length, WALK_STEPS)), WALK_TICKS)
    look_for_foe(body, life)
    if body.is_dead:
        return
    body.survey()
    arrived = _left(body, goal) <= 0.3
    if kind >= 0 and arrived:
        face(body)
    nearer = _left(body, goal) < far - 0.5 or arrived
    moved = math.dist(start, body.place) > 1.0
    body.memory["stuck"] = 0 if nearer or (moved and kind < 0) else int(body.memory["stuck"]) + 1
    if (
        body.memory["stuck"] >= _STUCK
        or (length == 0 and not arrived)
        or (arrived and kind < 0 and not goal[5])
    ):
        _think_again(body, kind, goal)
    if body.ticks == begun:
        body.tick()


def _far(body: Body) -> float:
    return _left(body, body.goal)


def _left(body: Body, goal: NDArray[np.float64]) -> float:
    """Blocks that are left to a goal."""
    gx, gy, gz, reach, counts = (float(value) for value in goal[:5])
    x, y, z = body.place
    up = 0.0 if counts == 1 else gy - y - 1.62
    along = 0.0 if counts == 2 else (gx - x) ** 2 + (gz - z) ** 2
    return max(0.0, math.sqrt(along + up * up) - reach)


def _think_again(body: Body, kind: int, goal: NDArray[np.float64]) -> None:
    """Leave a goal alone that could not be come nearer to."""
    x, y, z = (math.floor(value) for value in goal[:3])
    memory = body.memory
    memory["stuck"] = 0
    if 0 <= kind < N_BLOCK_KINDS:
        calls.leave_alone(body.memories, x, y, z)
    elif kind < 0 and (body.goal[5] or LAYER[body.region] >= 0):
        memory["heading"] = (int(memory["heading"]) + 1) % 4
    elif kind < 0:
        square = (x >> 3) % COARSE, (z >> 3) % COARSE
        memory["tried"][square] = min(250, int(memory["tried"][square]) + 1)


def mine(body: Body) -> None:
    """Dig the block that is faced, or what is sought within reach and what hides it; pick up its drops."""
    begun, life = body.ticks, body.life
    come_up(body)
    get_free(body)
    sought: tuple[int, ...] = ()
    for _ in range(MINE_BLOCKS):
        distance = body.aim(0, 0.0)
        hidden = HIDDEN < distance < NOTHING
        if distance < NOTHING:
            sought = tuple(int(value) for value in body.aimed[2:5])
            yaw, pitch = body.turn_to(float(body.aimed[0]), float(body.aimed[1]))
            if abs(yaw) + abs(pitch) > 1.0:
                body.tick(yaw=yaw, pitch=pitch)
        faced = body.faced()
        if faced is not None and _bears(body, faced):
            calls.leave_alone(body.memories, *faced)
            break
        if faced is None or not dig_faced(body, faced, 20_000) or not hidden or faced == sought:
            break
    body.look()
    pick_up(body)
    look_for_foe(body, life)
    if body.ticks == begun:
        body.tick()


def _bears(body: Body, cell: tuple[int, int, int]) -> bool:
    """Whether a block is the one below the player, with a deep hole below it: then one steps off it first."""
    x, y, z = body.cell
    if cell != (x, y - 1, z) or drop_below(body) <= FALL:
        return False
    beside = [(x + dx, y, z + dz) for dx, dz in SIDES]
    firm = [c for c in beside if body.blocks_way(c[0], y - 1, c[2]) and not body.blocks_way(*c)]
    return not firm or not body.approach(firm[0], 20, body.life)


def eat(body: Body) -> None:
    """Eat the most filling thing that is carried, unless the player is full."""
    store = body.record[0]
    if int(store["food"]) >= 20:
        body.tick()
        return
    best, filling = -1, 0.0
    for slot in range(36):
        food = FOOD.get(ITEMS[int(store["slot_item"][slot])]) if store["slot_count"][slot] else None
        if food is not None and _filling(food) > filling:
            best, filling = slot, _filling(food)
    if best < 0:
        body.tick()
        return
    body.take(best)
    before = int(store["food"])
    for _ in range(40):
        body.tick(USE)
        if int(store["food"]) > before:
            break
    body.tick()


def _filling(food: tuple[int, float]) -> float:
    return food[0] + food[1]


def make(body: Body, item: str) -> None:
    """Craft something once, at a table that is close where it takes one."""
    if item in load_catalogue().by_hand:
        body.world.tick(Controls(craft=item))
        return
    _turn_to_block(body, "table")
    body.world.tick(Controls(craft_nearby=item))


def smelt(body: Body, item: str) -> None:
    """Smelt something once at a furnace that is close."""
    _turn_to_block(body, "furnace")
    body.world.tick(Controls(smelt=item))


def _turn_to_block(body: Body, kind: str) -> None:
    body.survey()
    distance, x, y, z = body.memory["nearest"][KINDS[kind]].tolist()
    if distance < 5.0:
        yaw, pitch = body.angles_to(x + 0.5, y + 0.5, z + 0.5)
        if abs(yaw) + abs(pitch) > 1.0:
            body.tick(yaw=yaw, pitch=pitch)


def put_down(body: Body, item: str) -> None:
    """Put something down on the ground close by; where there is no room, dig some."""
    slot = SlotStore(body.record[0]).find(item)
    if slot is None:
        body.tick()
        return
    if body.aim(2) >= NOTHING and not _make_room(body):
        body.tick()
        return
    if body.aim(2) < NOTHING:
        yaw, pitch = body.turn_to(float(body.aimed[0]), float(body.aimed[1]))
        body.tick(yaw=yaw, pitch=pitch)
        slot = SlotStore(body.record[0]).find(item)
        body.tick(place=-1 if slot is None else slot)
        x, y, z = (int(value) for value in body.aimed[2:5])
        body.look_at(x, y, z)


def _make_room(body: Body) -> bool:
    """Dig a place beside the player's head or feet that something can be put into."""
    x, y, z = body.cell
    for dx, dz in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        cell = x + dx, y, z + dz
        if body.blocks_way(x + dx, y - 1, z + dz) and body.blocks_way(*cell):
            body.look_at(*cell)
            faced = body.faced()
            if faced is not None and dig_faced(body, faced, 400) and body.aim(2) < NOTHING:
                return True
    return False


def equip(body: Body, item: str) -> None:
    """Take something into the hand."""
    slot = SlotStore(body.record[0]).find(item)
    if slot is None or slot == 0:
        body.tick()
    else:
        body.world.tick(Controls(equip=slot))


def _action(name: str) -> Callable[[Body], None]:
    longer = {
        "face": face, "walk_to": walk_to, "mine": mine, "fight": fight, "eat": eat, "hide": hide,
        "rest": rest,
    }  # fmt: skip
    if name in WALKING:
        return partial(walk, name=name)
    if name in longer:
        return longer[name]
    verb, _, item = name.partition("_")
    if item not in ITEM:
        raise ValueError(f"no item {item!r} for the action {name!r}")
    return partial({"craft": make, "smelt": smelt, "place": put_down, "equip": equip}[verb], item=item)


BY_ACTION: Final = tuple(_action(name) for name in ACTIONS)
"""What each action of the game does, in the order of `GameSpec.actions`."""
