"""Skills that can start where episodes begin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from envs.game import GameSpec
from envs.registry import make_game
from envs.seeding import training_seed
from skills.code.functions import InitiationFunction
from skills.code.sandbox import Sandbox
from skills.skill import Skill, lacking

STARTS_TRIED: Final = 4
"""Beginnings of episodes that are looked at."""


def first_skills(spec: GameSpec, designs: Iterable[Skill], sandbox: Sandbox, seed: int) -> tuple[str, ...]:
    """Names of the skills that can start at the beginning of every episode that is looked at.

    Args:
        spec: the game.
        designs: the skills; each one's needs must hold and its initiation function agree.
        sandbox: where their code runs.
        seed: of the session.
    """
    names = [fact.name for fact in spec.facts]
    rows = np.zeros((STARTS_TRIED, len(names)), np.int32)
    game = make_game(spec.name)
    for number, row in enumerate(rows):
        game.reset(training_seed(seed, "first skills", number))
        game.fact_values(row)
    game.close()

    def can_start(skill: Skill) -> bool:
        begins = InitiationFunction(sandbox, skill.option.initiation, names).batch(rows)
        facts = (dict(zip(names, row.tolist(), strict=True)) for row in rows)
        return bool(begins.all()) and not any(lacking(skill.effects.needs, now) for now in facts)

    return tuple(skill.name for skill in designs if can_start(skill))
