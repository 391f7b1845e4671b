"""The reward of a skill out of pictures: MineCLIP's, where the session names a checkpoint of it."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Final

from agent.config import PracticeConfig
from agent.practice.session import Session
from envs.rollout.pictured import PictureRule
from skills.skill import Skill

NO_SKILL: Final = "a player stands still and does nothing"
"""What a skill is held against beside the other skills."""


def require_mineclip(config: PracticeConfig) -> None:
    """Raise `MissingDependency` or `BadCheckpoint` where the checkpoint that is named cannot be used."""
    if config.mineclip:
        from skills.rewards.mineclip import load_model

        load_model(Path(config.mineclip).expanduser(), config.mineclip_variant)


def mineclip_rule(session: Session, draft: Skill) -> PictureRule | None:
    """MineCLIP's reward for what a skill is described as, against all others; None where none is wanted."""
    config = session.config
    if not config.mineclip:
        return None
    from skills.rewards.mineclip import LENGTH, SIZE, MineClipScorer

    path = Path(config.mineclip).expanduser().absolute()
    others = [text for name, text in _descriptions(session).items() if name != draft.name]
    opened = partial(MineClipScorer, path, draft.description, (*others, NO_SKILL), config.mineclip_variant)
    digest = hashlib.sha256("\n".join((draft.description, *others)).encode()).hexdigest()[:16]
    return PictureRule(
        open=opened,
        identity=f"mineclip {config.mineclip_variant} {path.name} {path.stat().st_size} {digest}",
        size=SIZE,
        length=LENGTH,
        weight=config.mineclip_weight,
    )


def _descriptions(session: Session) -> dict[str, str]:
    """Skill -> its description, of all that are claimed, in the graph's order."""
    return {name: session.graph.description(name) for name in session.graph.skills()}
