"""Exploring play without a goal: straight walks, and everything tried once at every kind of place.

Source of the second half: Ecoffet et al. 2021, "First return, then explore": go back to a state worth
starting from, then act at random.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.errors import BadSnapshot
from envs.facts import EndStatus
from envs.game import Game
from envs.seeding import training_seed

EPISODE_STEPS = 250
"""Steps of a walk at most."""
WALK_ATTEMPTS = 20
"""Returns to known places after each walk."""
STEPS_AFTER_ACTION = 4
"""Steps after each action tried at a place."""
MOVE_SHARE = 0.6
"""Probability that a step is drawn from the moves, where a game names them; else from all actions."""
REPEAT_SHARE = 0.5
"""Probability that the last action is repeated, since walking straight on explores more."""
STATES_PER_PLACE = 6
"""States kept of each kind of place; new ones replace old ones."""


class Explorer:
    """Plays one game; the same arguments give the same play.

    Args:
        game: what is played.
        seed: root of all draws; episodes are on training seeds.
        label: tells the play of one place from that of another.
    """

    def __init__(self, game: Game, seed: int, label: str = "") -> None:
        self._game, self._seed, self._label = game, seed, label
        spec = game.spec
        self._rng = np.random.default_rng(training_seed(seed, "explore", label))
        self._moves = [spec.action_index[name] for name in spec.moves]
        self._places = [i for i, fact in enumerate(spec.facts) if fact.kind == "place"]
        self._states: dict[int, list[bytes]] = {}
        self._untried: dict[int, list[int]] = {}
        self._before: list[NDArray[np.int32]] = []
        self._after: list[NDArray[np.int32]] = []

    def play(self, steps: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Facts before and after each of so many steps, int32[steps, F] twice."""
        episode = 0
        while len(self._before) < steps:
            self._game.reset(training_seed(self._seed, "explore", self._label, episode))
            self._walk(min(EPISODE_STEPS, steps - len(self._before)), remember=True)
            for _ in range(WALK_ATTEMPTS):
                if len(self._before) < steps and self._states:
                    self._try(steps - len(self._before))
            episode += 1
            if not self._before and episode > steps:
                raise RuntimeError(f"{self._game.spec.name}: every episode ended before its first step")
        return np.array(self._before), np.array(self._after)

    def _walk(self, steps: int, *, remember: bool) -> None:
        action = -1
        for _ in range(steps):
            if self._game.status is not EndStatus.RUNNING:
                return
            if action < 0 or self._rng.random() >= REPEAT_SHARE:
                action = self._draw()
            facts = self._step(action)
            if remember:
                self._remember(facts)

    def _draw(self) -> int:
        if self._moves and self._rng.random() < MOVE_SHARE:
            return self._moves[int(self._rng.integers(len(self._moves)))]
        return int(self._rng.integers(len(self._game.spec.actions)))

    def _step(self, action: int) -> NDArray[np.int32]:
        before = self._facts()
        self._game.step(action)
        after = self._facts()
        self._before.append(before)
        self._after.append(after)
        return after

    def _remember(self, facts: NDArray[np.int32]) -> None:
        """Keep the state where the player has come to a kind of place."""
        if self._game.status is not EndStatus.RUNNING:
            return
        reached = [i for i in self._places if facts[i] and not self._before[-1][i]]
        if reached:
            snapshot = self._game.snapshot()
            for place in reached:
                states = self._states.setdefault(place, [])
                states.append(snapshot)
                del states[:-STATES_PER_PLACE]

    def _try(self, steps: int) -> None:
        """Go back to a place and take an action that was not taken there yet."""
        place = sorted(self._states)[int(self._rng.integers(len(self._states)))]
        states = self._states[place]
        chosen = int(self._rng.integers(len(states)))
        try:
            self._game.restore(states[chosen])
        except BadSnapshot:
            del states[chosen]
            if not states:
                del self._states[place]
            return
        if self._game.status is EndStatus.RUNNING:
            untried = self._untried.get(place) or self._rng.permutation(len(self._game.spec.actions)).tolist()
            self._step(untried.pop())
            self._untried[place] = untried
            self._walk(min(STEPS_AFTER_ACTION, steps - 1), remember=False)

    def _facts(self) -> NDArray[np.int32]:
        values = np.zeros(len(self._game.spec.facts), np.int32)
        self._game.fact_values(values)
        return values
