"""A player without anything learned: from nothing to an iron pickaxe with the longer actions alone.

python -m tests.envs.minecraft.direct.scripted_player --seeds 8
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping

import numpy as np

from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC

STAGES = ("log", "wooden_pickaxe", "stone_pickaxe", "coal", "iron_ore", "iron_ingot", "iron_pickaxe")


class GaveUp(Exception):
    """A stage took too many steps, or the player died."""


class ScriptedPlayer:
    """Plays one episode.

    Args:
        game: an episode that has begun.
        talks: whether every step is printed.
    """

    def __init__(self, game: MinecraftGame, talks: bool = False) -> None:
        self._game, self._talks = game, talks
        self._encoding = np.zeros(SPEC.encoding_size, np.float32)
        self.facts: Mapping[str, int] = game.facts()

    def do(self, action: str, focus: Focus | None = None) -> None:
        """Take an action while attending to something."""
        if self._game.status is not EndStatus.RUNNING:
            raise GaveUp(f"{self._game.status.name} ({self._game.world.cause})")
        self._game.encode(focus or Focus(), self._encoding)
        before = self.facts
        self._game.step(SPEC.action_index[action])
        self.facts = self._game.facts()
        if self._talks:
            quiet = ("known.", "distance.", "biome.", "light", "time")
            changes = {
                name: value
                for name, value in self.facts.items()
                if before[name] != value and not name.startswith(quiet)
            }
            place = tuple(round(value, 1) for value in self._game.world.position)
            print(f"{time.perf_counter():.1f} {self._game.steps:4} {action:18} {place} {changes}", flush=True)

    def gather(self, thing: str, item: str, count: int, explore: str = "anywhere", most: int = 250) -> None:
        """Look for something, dig it, until so many of an item are carried."""
        focus = Focus(seek=(thing,), explore=explore)
        for _ in range(most):
            if self.facts[item] >= count:
                return
            if self.facts["threat"] <= 4:
                self.do("fight")
            if self.facts["food"] <= 12:
                self.do("eat")
            self.do("mine" if self.facts[f"near.{thing}"] else "walk_to", focus)
        raise GaveUp(f"{self.facts[item]} of {count} {item} after {most} steps")

    def make(self, action: str, item: str, count: int = 1) -> None:
        """Repeat an action that makes something until there is enough."""
        for _ in range(12):
            if self.facts[item] >= count:
                return
            self.do(action)
        raise GaveUp(f"{action} did not bring {count} {item}")

    def put(self, item: str, thing: str) -> None:
        """Have a table or furnace stand close by."""
        for _ in range(6):
            if self.facts[f"near.{thing}"]:
                return
            if not self.facts[item]:
                self.make(f"craft_{item}", item)
            self.do(f"place_{item}")
        raise GaveUp(f"no room for a {item}")

    def play(self) -> None:
        """From nothing to an iron pickaxe. Raises `GaveUp`."""
        self.gather("tree", "log", 8, "forest")
        self.make("craft_planks", "planks", 28)
        self.make("craft_stick", "stick", 12)
        self.put("crafting_table", "table")
        self.make("craft_wooden_pickaxe", "wooden_pickaxe")
        self.make("craft_crafting_table", "crafting_table")
        self.gather("stone", "cobblestone", 19, "underground")
        self.put("crafting_table", "table")
        self.make("craft_stone_pickaxe", "stone_pickaxe")
        self.make("craft_stone_sword", "stone_sword")
        self.make("craft_furnace", "furnace")
        self.make("craft_stone_pickaxe", "stone_pickaxe", 2)
        self.make("craft_crafting_table", "crafting_table")
        self.gather("coal_ore", "coal", 1, "underground", 400)
        self.gather("iron_ore", "iron_ore", 3, "underground", 500)
        self.put("furnace", "furnace")
        self.make("smelt_iron_ingot", "iron_ingot", 3)
        self.put("crafting_table", "table")
        self.make("craft_stick", "stick", 2)
        self.make("craft_iron_pickaxe", "iron_pickaxe")


def play_seed(seed: int, talks: bool = False) -> tuple[str, Mapping[str, int], int]:
    """How an episode ended: empty for an iron pickaxe; the last facts; steps taken."""
    game = MinecraftGame()
    game.reset(seed, max_steps=3_000)
    player = ScriptedPlayer(game, talks)
    try:
        player.play()
    except GaveUp as error:
        return str(error), player.facts, game.steps
    return "", player.facts, game.steps


def main() -> None:
    """Play some seeds and say how far each came."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--talk", action="store_true")
    given = parser.parse_args()
    done = 0
    for seed in range(given.first, given.first + given.seeds):
        begun = time.perf_counter()
        why, facts, steps = play_seed(seed, given.talk)
        seconds = time.perf_counter() - begun
        reached = [stage for stage in STAGES if facts[stage]]
        done += not why
        print(
            f"seed {seed}: {why or 'an iron pickaxe'}; {steps} steps, {facts['ticks']} ticks, "
            f"{seconds:.1f} s, life {facts['life']}, layer {facts['height']}, {', '.join(reached)}",
            flush=True,
        )
    print(f"{done} of {given.seeds}")


if __name__ == "__main__":
    main()
