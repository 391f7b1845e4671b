"""Arenas: smaller levels of a game on which what is rare in it can be practised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agent.llm.replies import ArenaChoices, ProposedTask
from agent.llm.seat import Seat
from envs.errors import did_you_mean
from envs.facts import EndStatus
from envs.game import GameSpec
from envs.registry import make_game
from envs.rollout.episode import Start
from envs.seeding import training_seed
from skills.start_bank import StartBank

GAME = "game"
"""Stands for the game itself where arenas are named."""
STATES = 90
"""First states of each arena that are kept to start from."""

ArenaPlan = Mapping[str, tuple[str, ...]]
"""Skill -> the arenas that it is practised on; skills left out are practised in the game itself."""


def choose_arenas(seat: Seat, spec: GameSpec, tasks: Sequence[ProposedTask]) -> tuple[ArenaPlan, str]:
    """One question: what is practised where; an empty plan, and no question, for a game without arenas.

    Returns:
        The plan and the id of the answer.

    Raises:
        LLMError: no usable answer.
    """
    if not spec.arenas:
        return {}, ""
    names = [task.name for task in tasks]

    def check(reply: ArenaChoices) -> None:
        for skill, arenas in reply.choices.items():
            if skill not in names:
                raise ValueError(f"{skill!r} is no skill{did_you_mean(skill, names)}")
            for arena in arenas:
                if arena != GAME and arena not in spec.arenas:
                    raise ValueError(f"{arena!r} is no arena{did_you_mean(arena, spec.arenas)}")

    asked = seat.ask(
        "practice_arenas",
        ArenaChoices,
        check=check,
        draw=0,
        game=spec.title,
        tasks="\n".join(f"- {task.name}: {task.description}" for task in tasks),
        arenas="\n".join(f"- {name}: {arena.description}" for name, arena in spec.arenas.items()),
    )
    return dict(asked.reply.choices), asked.answer_id


class ArenaGround:
    """Which saved states belong to which arena; what grew out of a state belongs where the state does.

    Args:
        spec: the game.
        plan: what is practised where.
        seed: of the session.
    """

    def __init__(self, spec: GameSpec, plan: ArenaPlan, seed: int) -> None:
        self._spec, self._plan, self._seed = spec, plan, seed
        self._arena = {self._origin(arena, i): arena for arena in sorted(self._used()) for i in range(STATES)}

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
            label = f"arena {arena}"
            if bank.labels.get(label):
                continue
            game = make_game(self._spec.name, **self._spec.arenas[arena].options)
            for index in range(STATES):
                origin = self._origin(arena, index)
                game.reset(origin)
                if game.status is EndStatus.RUNNING:
                    facts = np.zeros(len(names), np.int32)
                    game.fact_values(facts)
                    bank.add(Start(game.snapshot(), origin), facts, label)
            game.close()
