"""Play to learn judging from: skills used well and badly, building at random, sleep, plain chance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from agent.judge_training.plays import Play
from agent.play.load import load_kit
from agent.play.player import Player
from envs.crafter.spec import ACTIONS, SPEC
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import make_game
from envs.wrapped_game import WrappedGame
from planners.plan import Goal

MOVES = tuple(ACTIONS.index(name) for name in ("move_left", "move_right", "move_up", "move_down", "do"))
PLACES = tuple(ACTIONS.index(f"place_{name}") for name in ("stone", "table", "furnace", "plant"))
SLEEP = ACTIONS.index("sleep")
GOALS = (
    {"wood": 5}, {"stone": 5}, {"near.table": 1}, {"near.water": 1}, {"sapling": 2}, {"enclosed": 1},
    {"coal": 2}, {"iron": 1}, {"near.furnace": 1}, {"did.place_plant": 1}, {"did.eat_cow": 1}, {"wood": 9},
)  # fmt: skip
"""What an episode's play may pursue beside the game's achievements."""

Phase = Callable[[Game, Player, np.random.Generator], None]
"""A stretch of play."""


class NotedGame(WrappedGame):
    """Keeps the actions of the episode."""

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.actions: list[int] = []

    def step(self, action: int) -> EndStatus:
        """Take one action and keep it."""
        status = self._game.step(action)
        self.actions.append(int(action))
        return status


def play_episode(player: Player, seed: int, steps: int) -> Play:
    """Play one episode of at most `steps` steps in phases drawn from its seed."""
    game = NotedGame(make_game("crafter"))
    rng = np.random.default_rng(seed)
    player.reseed(seed)
    game.reset(seed, steps)
    phases, weights = zip(*PHASES, strict=True)
    while game.status is EndStatus.RUNNING:
        before = game.steps
        phases[rng.choice(len(phases), p=np.array(weights) / sum(weights))](game, player, rng)
        if game.steps == before and game.status is EndStatus.RUNNING:
            _wander(game, player, rng)
    return Play(seed=seed, actions=np.array(game.actions, np.uint8))


def open_player(library: Path) -> Player:
    """A player with the skills of a library. Raises as `load_kit`."""
    return Player(load_kit(library, SPEC.name), 0, learn=False)


def _ladder(game: Game, player: Player, rng: np.random.Generator) -> None:
    """The cheapest of some achievements, one after another."""
    wanted = [name for name in SPEC.achievements if rng.random() < 0.7]
    player.play_goals(game, wanted, max_steps=int(rng.integers(80, 400)))


def _pursue(game: Game, player: Player, rng: np.random.Generator) -> None:
    """One goal, sometimes of several facts."""
    facts = dict(GOALS[rng.integers(len(GOALS))])
    if rng.random() < 0.3:
        facts |= GOALS[rng.integers(len(GOALS))]
    player.pursue(game, Goal(facts=facts), max_steps=int(rng.integers(40, 200)))


def _misuse(game: Game, player: Player, rng: np.random.Generator) -> None:
    """Any skill, wherever the player stands: most fail."""
    names = sorted(player.kit.skills)
    for _ in range(int(rng.integers(1, 4))):
        if game.status is EndStatus.RUNNING:
            player.attempt(game, names[rng.integers(len(names))], guarded=False)


def _act(game: Game, actions: tuple[int, ...], rng: np.random.Generator, n: int) -> None:
    for _ in range(n):
        if game.status is EndStatus.RUNNING:
            game.step(actions[rng.integers(len(actions))])


def _wander(game: Game, player: Player, rng: np.random.Generator) -> None:
    """Any action."""
    _act(game, tuple(range(len(ACTIONS))), rng, int(rng.integers(10, 40)))


def _build(game: Game, player: Player, rng: np.random.Generator) -> None:
    """Place what is carried here and there."""
    _act(game, (*MOVES, *PLACES, PLACES[0]), rng, int(rng.integers(20, 70)))


def _sleep(game: Game, player: Player, rng: np.random.Generator) -> None:
    _act(game, (SLEEP,), rng, int(rng.integers(3, 40)))


PHASES: tuple[tuple[Phase, float], ...] = (
    (_ladder, 4), (_pursue, 3), (_misuse, 2), (_wander, 0.7), (_build, 2), (_sleep, 0.5),
)  # fmt: skip
"""What play is made of, with its weights."""
