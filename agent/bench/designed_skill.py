"""The skills that the bench practises: designed by the recorded model; and saved states to start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from agent.llm.answer_pack import shipped_pack
from agent.llm.parse import parse_reply
from agent.llm.replies import Reply, SkillEffects, SkillOption, SkillReward
from envs.facts import EndStatus
from envs.game import Game
from envs.rollout.episode import Start
from envs.seeding import training_seed
from skills.skill import Effects, FocusRecord, OptionCode, PolicyRecord, Skill, SkillKind

ReplyT = TypeVar("ReplyT", bound=Reply)

GAME = "crafter"
SKILL = "collect_wood"
WOOD_COUNT = 5
"""Asked for instead of the one piece that the recorded answer claims: a single one is learned within seconds,
and the rest of a long measurement would be spent on going back to saved states."""


def designed_skill() -> Skill:
    """Collecting `WOOD_COUNT` pieces in Crafter."""
    return recorded_skill(GAME, SKILL, {"wood": WOOD_COUNT})


def recorded_skill(game: str, name: str, obtains: Mapping[str, int] | None = None) -> Skill:
    """A skill with focus, actions, reward and option code of the recorded answers.

    Args:
        game: registry name.
        name: of the skill.
        obtains: what it is to obtain, when that is not what the recorded answer claims.
    """
    effects = _recorded(game, name, "skill_effects", SkillEffects)
    option = _recorded(game, name, "skill_option", SkillOption)
    return Skill(
        name=name,
        game=game,
        kind=SkillKind.ACT,
        description="made for a measurement",
        effects=Effects(obtains=effects.obtains if obtains is None else obtains),
        focus=FocusRecord(seek=effects.seek, explore=effects.explore),
        option=OptionCode(initiation=option.initiation, termination=option.termination),
        reward=_recorded(game, name, "skill_reward", SkillReward).reward,
        policy=PolicyRecord(kind="learned"),
        step_cap=effects.step_cap,
        actions=effects.actions,
    )


def _recorded(game: str, name: str, prompt: str, form: type[ReplyT]) -> ReplyT:
    return parse_reply(shipped_pack(game).about(prompt, name)[0].reply, form)


def random_steps(game: Game, rng: np.random.Generator, steps: int) -> None:
    """Take up to `steps` uniformly random actions; fewer when the episode ends."""
    for action in rng.integers(len(game.spec.actions), size=steps).tolist():
        if game.step(action) is not EndStatus.RUNNING:
            return


def saved_starts(game: Game, worlds: int, per_world: int = 4, apart: int = 15) -> tuple[Start, ...]:
    """States of random play, `per_world` in each of `worlds` episodes, `apart` steps from one to the next."""
    starts = []
    for world in range(worlds):
        seed = training_seed(0, "bench", world)
        rng = np.random.default_rng(seed)
        game.reset(seed)
        for _ in range(per_world):
            random_steps(game, rng, apart)
            if game.status is not EndStatus.RUNNING:
                break
            starts.append(Start(game.snapshot(), seed))
    return tuple(starts)
