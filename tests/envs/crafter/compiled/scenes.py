"""Episodes in which a `Pair` is played: what is changed in them, and how a rough player acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from crafter import objects

from envs.crafter.compiled.rules import ITEMS, MATERIALS
from envs.crafter.spec import LEVELS
from tests.envs.crafter.compiled.pair import Pair

Change = Callable[[Pair, np.random.Generator], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """A kind of episode.

    Attributes:
        name: for records.
        change: called before every step.
        prepare: called before the first.
        most_steps: where the episode ends at the latest.
    """

    name: str
    change: Change
    prepare: Change
    most_steps: int = 2_000


def _nothing(pair: Pair, rng: np.random.Generator) -> None:
    """Play as the game comes."""


def _riches(pair: Pair, rng: np.random.Generator) -> None:
    """Now and then, carry random numbers of everything, and be saved from most deaths."""
    if pair.game._engine.player.health < 4 and rng.random() < 0.9:
        pair.carry({"health": 9})
    if pair.game.steps % 40 == 0:
        pair.carry({item: int(rng.integers(1 if item in LEVELS else 0, 10)) for item in ITEMS})


def _rubble(pair: Pair, rng: np.random.Generator) -> None:
    """Also lay random materials around the player, and ripen the plants."""
    _riches(pair, rng)
    if pair.game.steps % 25 == 3:
        _lay_around(pair, rng, 12, (4, 4), "path", 0.1)
        pair.ripen()


def _tunnels(pair: Pair, rng: np.random.Generator) -> None:
    """Also lay much path, where skeletons appear and shoot."""
    _riches(pair, rng)
    if pair.game.steps % 25 == 3:
        _lay_around(pair, rng, 60, (11, 11), "path", 0.8)


def _lay_around(
    pair: Pair, rng: np.random.Generator, n: int, span: tuple[int, int], usual: str, share: float
) -> None:
    px, py = (int(v) for v in pair.game._engine.player.pos)
    for _ in range(n):
        x = px + int(rng.integers(-span[0], span[0] + 1))
        y = py + int(rng.integers(-span[1], span[1] + 1))
        material = MATERIALS[int(rng.integers(len(MATERIALS)))]
        if rng.random() < share or (material == "lava" and rng.random() < 0.7):
            material = usual
        if pair.is_empty(x, y):
            pair.lay(x, y, material)


def _health(pair: Pair, rng: np.random.Generator) -> None:
    """Stay alive, and awake: two hits in one's sleep are more than the health there is."""
    pair.carry(dict.fromkeys(LEVELS, 9))


def _no_lava(pair: Pair, rng: np.random.Generator) -> None:
    for x, y in np.argwhere(pair.game._engine.world._mat_map == 1 + MATERIALS.index("lava")).tolist():
        pair.lay(x, y, "stone")


def _crowd(pair: Pair, rng: np.random.Generator) -> None:
    """Several hundred creatures."""
    px, py = (int(v) for v in pair.game._engine.player.pos)
    kinds = (objects.Cow, objects.Zombie, objects.Skeleton, objects.Plant)
    for _ in range(700):
        x, y = px + int(rng.integers(-25, 26)), py + int(rng.integers(-25, 26))
        if pair.is_empty(x, y):
            pair.add(kinds[int(rng.integers(4))], x, y)
    pair.save_and_restore()


PLAIN = Scene("plain", _nothing, _nothing)
RICHES = Scene("riches", _riches, _nothing)
RUBBLE = Scene("rubble", _rubble, _nothing)
TUNNELS = Scene("tunnels", _tunnels, _nothing)
CROWD = Scene("crowd", _health, _crowd, 150)
LONG = Scene("long", _health, _no_lava, 10_000)


class RoughPlayer:
    """Walks, digs, crafts, fights and sleeps without a plan; uniformly random in every third episode."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 1])
        self._style = seed % 3
        self._way = 1

    def act(self) -> int:
        rng = self._rng
        if self._style == 0:
            return int(rng.integers(17))
        if self._style == 2 and rng.random() < 0.02:
            return 6
        chance = rng.random()
        if chance < 0.45:
            return 5
        if chance < 0.85:
            if rng.random() < 0.4:
                self._way = int(rng.integers(1, 5))
            return self._way
        return int(rng.integers(6, 17))


def play(pair: Pair, scene: Scene, seed: int, most_steps: int | None = None) -> int:
    """Play one episode, or its first `most_steps`; returns the number of steps. Raises `AssertionError`."""
    rng, player = np.random.default_rng(seed), RoughPlayer(seed)
    pair.begin(seed, scene.most_steps)
    scene.prepare(pair, rng)
    left = scene.most_steps if most_steps is None else most_steps
    while pair.running and pair.game.steps < left:
        scene.change(pair, rng)
        pair.step(player.act())
    pair.compare_all()
    return pair.game.steps
