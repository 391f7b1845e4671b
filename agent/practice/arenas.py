"""Which saved states belong to which arena of the game, and the first states of every arena."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.design.arenas import GAME, ArenaPlan
from envs.facts import EndStatus, Facts
from envs.game import GameSpec
from envs.registry import make_game
from envs.rollout.episode import Start
from envs.seeding import training_seed
from skills.start_bank import StartBank

STATES_PER_ARENA = 90
"""First states of each arena that are kept to start from."""
_LABEL = "arena "
"""How the labels of these states begin in the bank."""


def begun_on_arena(label: str) -> bool:
    """Whether a state's label in the bank says that it is the first one of an arena."""
    return label.startswith(_LABEL)


class ArenaStates:
    """Which saved states belong to which arena; a state belongs to the arena that its episode began on.

    Args:
        spec: the game.
        plan: what is practised where.
        seed: of the session.
    """

    def __init__(self, spec: GameSpec, plan: ArenaPlan, seed: int) -> None:
        self._spec, self._plan, self._seed = spec, plan, seed
        self._arena = {
            self._origin(arena, i): arena for arena in sorted(self._used()) for i in range(STATES_PER_ARENA)
        }

    def _used(self) -> set[str]:
        return {arena for arenas in self._plan.values() for arena in arenas} - {GAME}

    def _origin(self, arena: str, index: int) -> int:
        return training_seed(self._seed, "arena", arena, index)

    def fits(self, skill: str, origin: int) -> bool:
        """Whether a skill is practised where the episode of this origin is played."""
        return self._arena.get(origin, GAME) in self._plan.get(skill, (GAME,))

    def in_game(self, skill: str) -> bool:
        """Whether a skill is practised in the game itself."""
        return GAME in self._plan.get(skill, (GAME,))

    def at_hand(self, skill: str, bank: StartBank, needs: Mapping[str, int]) -> bool:
        """Whether the bank holds states of the skill's own arenas that meet its needs."""
        return skill in self._plan and any(
            start.origin in self._arena and self.fits(skill, start.origin) for start in bank.matching(needs)
        )

    def fill(self, bank: StartBank) -> None:
        """Put the first states of every arena that is used into the bank, unless they are there."""
        names = [fact.name for fact in self._spec.facts]
        for arena in sorted(self._used()):
            label = f"{_LABEL}{arena}"
            if bank.labels.get(label):
                continue
            game = make_game(self._spec.name, **self._spec.arenas[arena].options)
            for index in range(STATES_PER_ARENA):
                origin = self._origin(arena, index)
                game.reset(origin)
                if game.status is EndStatus.RUNNING:
                    facts = np.zeros(len(names), np.int32)
                    game.fact_values(facts)
                    bank.add(Start(game.snapshot(), origin), facts, label)
            game.close()


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Where practice can begin without anything having been done.

    Attributes:
        first: the facts at the start of an episode, int32[facts].
        carried: what the player has at the start of an episode.
        arenas: the states at the start of the game's arenas, and who practises on which.
    """

    first: NDArray[np.int32]
    carried: Facts
    arenas: ArenaStates
