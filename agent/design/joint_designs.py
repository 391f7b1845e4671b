"""What joint training needs: the skills' claims and designs, and the policy over skills for training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.design.code import Designer, record_random_play
from agent.design.effects import SkillClaim, ask_effects
from agent.design.refinement import OnRound
from agent.design.tasks import propose
from agent.design.training_policy import TrainingPolicyOverSkills, learned, write_training_policy
from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer, ReplyFault
from envs.game import GameSpec
from envs.registry import make_game
from skills.code.sandbox import Sandbox
from skills.errors import ContradictoryPreferences
from skills.skill import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class JointDesigns:
    """Everything that a model says about the learned skills of a game.

    Attributes:
        claims: of all learned skills that were proposed.
        designs: of those whose code passed the checks.
        policy: the policy over skills that decides which of them is practised next.
        failed: skill -> why there is no design.
    """

    claims: tuple[SkillClaim, ...]
    designs: tuple[Skill, ...]
    policy: TrainingPolicyOverSkills
    failed: dict[str, str]


def design_all(
    model: LanguageModel,
    spec: GameSpec,
    sandbox: Sandbox,
    seed: int,
    on_round: OnRound = lambda number, finding: None,
) -> JointDesigns:
    """Ask for everything, from the tasks on.

    Raises:
        LLMError: no usable tasks, claims or policy; a skill without a usable design is only left out.
    """
    tasks, _ = propose(model, spec)
    claims = learned([ask_effects(model, spec, task) for task in tasks])
    game = make_game(spec.name)
    play = record_random_play(game, seed)
    game.close()
    designer = Designer(model, spec, sandbox, play)
    designs, failed = design_skills(designer, claims, seed)
    start = dict(zip((fact.name for fact in spec.facts), play.before[0].tolist(), strict=True))
    policy = write_training_policy(model, spec, sandbox, claims, designs, start, on_round)
    return JointDesigns(claims=tuple(claims), designs=designs, policy=policy, failed=failed)


def design_skills(
    designer: Designer,
    claims: Sequence[SkillClaim],
    seed: int,
    run: str = "",
    source: str = "recorded",
    *,
    with_reward: bool = True,
    finish: Callable[[Skill], Skill] = lambda draft: draft,
) -> tuple[tuple[Skill, ...], dict[str, str]]:
    """The designs of skills, and why there is none for some.

    Args:
        designer: asks the model for the designs.
        claims: the skills.
        seed: of the session.
        run: the run's name, for the lineage.
        source: ``live`` or ``recorded``, for the lineage.
        with_reward: whether rewards are asked for.
        finish: applied to every design, such as learning its preferences.
    """
    designs, failed = [], {}
    for claim in claims:
        try:
            draft = designer.design(claim, claim.effects, seed, run, source, with_reward=with_reward)
            designs.append(finish(draft))
        except (ReplyFault, NoRecordedAnswer, ContradictoryPreferences) as error:
            failed[claim.task.name] = str(error)
    return tuple(designs), failed
